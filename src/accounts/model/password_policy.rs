//! What a new password must be, and for how long it holds (ACC-06, NIST SP 800-63B-4 §3.1.1.2).

use super::candidate::Candidate;
use super::own_words::{OwnWords, folded};
use crate::kernel::failure::Failure;
use crate::kernel::time::{Lifetime, Timestamp};
use std::collections::BTreeSet;

/// The rules of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub min_length: usize,
    pub max_length: usize,
    pub required: Vec<Class>,
    /// From 0, where strength is not asked for, to 4.
    pub min_score: u8,
    pub refuses_leaked: Leaked,
    /// How many of the last passwords, the present one included, are refused.
    pub remembered: u16,
    pub max_age: Option<Lifetime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaked {
    Refused,
    NotLookedUp,
}

/// A kind of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Uppercase,
    Lowercase,
    Digit,
    /// Neither letter nor digit.
    Symbol,
}

/// Why a password is not taken. The person is told (R-NIST-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    TooShort {
        min: usize,
    },
    TooLong {
        max: usize,
    },
    Missing(Class),
    /// A few characters over and over, or a sequence.
    Predictable,
    /// Made of the person's own words, or of the name of the service.
    Personal,
    Weak {
        score: u8,
        min: u8,
    },
    /// Known from a breach, or one of the common ones.
    Leaked,
    Reused {
        last: u16,
    },
}

/// What is known beyond the text itself.
pub trait Evidence {
    /// Whether exactly this text is in the list of known passwords.
    fn is_leaked(&mut self, text: &str) -> Result<bool, Failure>;

    /// From 0, guessed at once, to 4. The words make it easier to guess.
    fn score(&mut self, text: &str, words: &OwnWords) -> u8;

    /// Whether it was one of the passwords before. The dearest question: it costs a hash for each.
    fn is_reused(&mut self, candidate: &Candidate) -> Result<bool, Failure>;
}

/// Fewer surprises than this are no password, whatever the length.
const FEWEST_SURPRISES: usize = 5;

/// How long before its end a person is told that a password expires.
const WARNED_BEFORE: Lifetime = Lifetime::days(14);

impl Policy {
    /// All that speaks against a new password. Whether it was used before is only asked if nothing else does.
    ///
    /// # Errors
    /// If the evidence cannot be had.
    pub fn judge(
        &self,
        candidate: &Candidate,
        words: &OwnWords,
        evidence: &mut impl Evidence,
    ) -> Result<Vec<Breach>, Failure> {
        // What follows is not meant for texts of any length.
        if candidate.length() > self.max_length {
            return Ok(vec![Breach::TooLong { max: self.max_length }]);
        }
        let mut found = self.shape(candidate);
        found.extend(self.guess(candidate.normal(), words, evidence)?);
        if self.min_score > 0 {
            let score = evidence.score(candidate.normal(), words);
            let weak = Breach::Weak { score, min: self.min_score };
            found.extend((score < self.min_score).then_some(weak));
        }
        if found.is_empty() && self.remembered > 0 && evidence.is_reused(candidate)? {
            found.push(Breach::Reused { last: self.remembered });
        }
        Ok(found)
    }

    /// Length and kinds of characters.
    fn shape(&self, candidate: &Candidate) -> Vec<Breach> {
        let too_short = Breach::TooShort { min: self.min_length };
        let is_short = candidate.length() < self.min_length;
        let missing = self.required.iter().filter(|class| !class.is_in(candidate.normal()));
        is_short
            .then_some(too_short)
            .into_iter()
            .chain(missing.copied().map(Breach::Missing))
            .collect()
    }

    /// Whether it would be among the first guesses; one reason is enough.
    fn guess(
        &self,
        text: &str,
        words: &OwnWords,
        evidence: &mut impl Evidence,
    ) -> Result<Option<Breach>, Failure> {
        let folded = folded(text);
        if surprises(&folded) < FEWEST_SURPRISES {
            return Ok(Some(Breach::Predictable));
        }
        if surprises(&words.taken_out_of(&folded)) < FEWEST_SURPRISES {
            return Ok(Some(Breach::Personal));
        }
        if self.refuses_leaked == Leaked::NotLookedUp {
            return Ok(None);
        }
        let is_leaked = evidence.is_leaked(text)?
            || evidence.is_leaked(&folded)?
            || evidence.is_leaked(repeated_unit(&folded))?
            || is_padded(&folded, evidence)?;
        Ok(is_leaked.then_some(Breach::Leaked))
    }

    pub fn expires_at(&self, set_at: Timestamp) -> Option<Timestamp> {
        self.max_age.map(|age| set_at.plus(age))
    }

    /// From then on the person is told.
    pub fn warns_from(&self, set_at: Timestamp) -> Option<Timestamp> {
        self.expires_at(set_at).map(|at| at.minus(WARNED_BEFORE))
    }
}

/// A known password with a few predictable characters around it: `password1234567!`.
fn is_padded(folded: &str, evidence: &mut impl Evidence) -> Result<bool, Failure> {
    let core = folded.trim_matches(|letter: char| !letter.is_alphabetic());
    let around = folded.replacen(core, "", 1);
    Ok(!core.is_empty() && surprises(&around) < FEWEST_SURPRISES && evidence.is_leaked(core)?)
}

/// How many different characters there are that are not simply the next of a run, as in `aaaa` or `4321`.
fn surprises(text: &str) -> usize {
    let before = std::iter::once(None).chain(text.chars().map(Some));
    let pairs = text.chars().zip(before);
    let jumps = pairs.filter(|(letter, before)| {
        before.is_none_or(|before| u32::from(*letter).abs_diff(u32::from(before)) > 1)
    });
    jumps.map(|(letter, _)| letter).collect::<BTreeSet<char>>().len()
}

/// `abcabcabc` is `abc` three times; most texts are themselves, once.
fn repeated_unit(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).skip(1);
    let units = ends.take_while(|at| at * 2 <= text.len()).filter_map(|at| text.get(..at));
    let is_all =
        |unit: &&str| text.len().is_multiple_of(unit.len()) && text.replace(unit, "").is_empty();
    units.into_iter().find(is_all).unwrap_or(text)
}

impl Class {
    fn is_in(self, text: &str) -> bool {
        text.chars().any(|letter| match self {
            Self::Uppercase => letter.is_uppercase(),
            Self::Lowercase => letter.is_lowercase(),
            Self::Digit => letter.is_numeric(),
            Self::Symbol => !letter.is_alphanumeric(),
        })
    }
}

impl Breach {
    /// For programs, and for finding the message.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::Missing(Class::Uppercase) => "missing_uppercase",
            Self::Missing(Class::Lowercase) => "missing_lowercase",
            Self::Missing(Class::Digit) => "missing_digit",
            Self::Missing(Class::Symbol) => "missing_symbol",
            Self::Predictable => "predictable",
            Self::Personal => "personal",
            Self::Weak { .. } => "weak",
            Self::Leaked => "leaked",
            Self::Reused { .. } => "reused",
        }
    }

    /// The figures of the message.
    pub fn params(&self) -> Vec<(&'static str, usize)> {
        match *self {
            Self::TooShort { min } => vec![("min", min)],
            Self::TooLong { max } => vec![("max", max)],
            Self::Weak { score, min } => vec![("score", score.into()), ("min", min.into())],
            Self::Reused { last } => vec![("last", last.into())],
            Self::Missing(_) | Self::Predictable | Self::Personal | Self::Leaked => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::secret::Secret;
    use proptest::prelude::*;

    #[derive(Default)]
    struct Known {
        leaked: Vec<&'static str>,
        before: Vec<&'static str>,
        score: u8,
        asked_for_reuse: usize,
    }

    impl Evidence for Known {
        fn is_leaked(&mut self, text: &str) -> Result<bool, Failure> {
            Ok(self.leaked.contains(&text))
        }

        fn score(&mut self, _: &str, _: &OwnWords) -> u8 {
            self.score
        }

        fn is_reused(&mut self, candidate: &Candidate) -> Result<bool, Failure> {
            self.asked_for_reuse += 1;
            Ok(self.before.contains(&candidate.normal()))
        }
    }

    fn modern() -> Policy {
        Policy {
            min_length: 15,
            max_length: 128,
            required: Vec::new(),
            min_score: 0,
            refuses_leaked: Leaked::Refused,
            remembered: 0,
            max_age: None,
        }
    }

    fn classic() -> Policy {
        let required = vec![Class::Uppercase, Class::Lowercase, Class::Digit, Class::Symbol];
        let max_age = Some(Lifetime::days(90));
        Policy { min_length: 8, required, remembered: 5, max_age, ..modern() }
    }

    fn known() -> Known {
        let leaked = vec!["password", "letmein", "passw0rd", "qwertyuiop", "trustno1"];
        Known { leaked, before: vec!["Violet-7-Harbour"], ..Known::default() }
    }

    fn codes(policy: &Policy, text: &str) -> Vec<&'static str> {
        let candidate = Candidate::new(&Secret::new(text)).unwrap();
        let words = OwnWords::of(["Alice Smith", "alice@corp.example", "Corp"]);
        let found = policy.judge(&candidate, &words, &mut known()).unwrap();
        found.iter().map(Breach::code).collect()
    }

    // R-NIST-01, R-NIST-03
    #[test]
    fn modern_asks_for_length_and_for_nothing_else() {
        assert_eq!(codes(&modern(), "a quiet meadow"), ["too_short"]);
        assert_eq!(codes(&modern(), "a quiet meadows"), [""; 0]);
        assert_eq!(codes(&modern(), "ein ruhiges Tälchen 🌱"), [""; 0]);
        assert_eq!(codes(&modern(), "静かな牧場の朝の散歩道は長い歩"), [""; 0]);
        assert_eq!(codes(&modern(), &"quiet meadow ".repeat(10)), ["too_long"]);
    }

    // T-06
    #[test]
    fn classic_asks_for_each_kind_of_character() {
        assert_eq!(codes(&classic(), "Kq7#vbTz"), [""; 0]);
        assert_eq!(codes(&classic(), "Kq7#vbT"), ["too_short"]);
        assert_eq!(
            codes(&classic(), "кзбвющтц"),
            ["missing_uppercase", "missing_digit", "missing_symbol"]
        );
        assert_eq!(codes(&classic(), "KQ7#VBTZ"), ["missing_lowercase"]);
        assert_eq!(codes(&classic(), "Violet-7-Harbour"), ["reused"]);
    }

    // R-NIST-04
    #[test]
    fn first_guesses_are_refused() {
        for text in
            ["aaaaaaaaaaaaaaaaaaaa", "123456789012345", "abcdefghijklmnop", "ababababababababab"]
        {
            assert_eq!(codes(&modern(), text), ["predictable"], "{text}");
        }
        for text in
            ["alice@corp.example", "AliceSmith-2024", "Vestibule Vestibule", "corp alice 12345"]
        {
            assert_eq!(codes(&modern(), text), ["personal"], "{text}");
        }
        for text in
            ["passwordpassword", "PASSWORD12345678", "  password!!!!!!!", "trustno1trustno1"]
        {
            assert_eq!(codes(&modern(), text), ["leaked"], "{text}");
        }
        for text in ["alice likes 42 horses", "correct horse battery", "password or another word"] {
            assert_eq!(codes(&modern(), text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_list_is_not_asked_where_it_is_off() {
        let policy = Policy { refuses_leaked: Leaked::NotLookedUp, ..modern() };
        assert_eq!(codes(&policy, "passwordpassword"), [""; 0]);
    }

    #[test]
    fn strength_is_asked_for_where_a_score_is() {
        assert_eq!(codes(&Policy { min_score: 1, ..modern() }, "a quiet meadows"), ["weak"]);
    }

    #[test]
    fn hashes_are_only_spent_on_what_is_good_otherwise() {
        let mut evidence = known();
        for text in ["short", "Violet-7-Harbour"] {
            let candidate = Candidate::new(&Secret::new(text)).unwrap();
            classic().judge(&candidate, &OwnWords::of([]), &mut evidence).unwrap();
        }
        assert_eq!(evidence.asked_for_reuse, 1);
    }

    #[test]
    fn a_breach_names_its_figures() {
        assert_eq!(Breach::TooShort { min: 15 }.params(), [("min", 15)]);
        assert_eq!(Breach::Weak { score: 1, min: 3 }.params(), [("score", 1), ("min", 3)]);
    }

    #[test]
    fn classic_passwords_expire_after_a_warning() {
        let day = |number| Timestamp::from_seconds(0).plus(Lifetime::days(number));
        assert_eq!(classic().expires_at(day(1)), Some(day(91)));
        assert_eq!(classic().warns_from(day(1)), Some(day(77)));
        assert_eq!(modern().expires_at(day(1)), None);
    }

    proptest! {
        #[test]
        fn every_text_is_judged(text in "\\PC{0,140}") {
            let candidate = Candidate::new(&Secret::new(text)).unwrap();
            let found = modern().judge(&candidate, &OwnWords::of([]), &mut known()).unwrap();
            let is_short = found.contains(&Breach::TooShort { min: 15 });
            prop_assert_eq!(is_short, candidate.length() < 15);
        }

        #[test]
        fn a_repeated_text_is_found_again(unit in "[a-c]{1,5}", times in 2_usize..6) {
            let whole = unit.repeat(times);
            let found = repeated_unit(&whole);
            prop_assert!(found.len() <= unit.len());
            prop_assert_eq!(found.repeat(whole.len() / found.len()), whole);
        }
    }
}
