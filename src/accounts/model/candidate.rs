//! A password as somebody typed it: bounded in size, normalised once, never cut (NIST SP 800-63B-4 §3.1.1).

use crate::kernel::secret::Secret;
use unicode_normalization::UnicodeNormalization;

/// Nothing longer is looked at, when a password is set or when it is checked (security.md §0.2).
pub const MOST_BYTES: usize = 1024;

/// It is refused without hashing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password has at most {MOST_BYTES} bytes")]
pub struct TooLong;

/// What can be hashed or compared: there is no other way to a hash than through its bounds.
///
/// NFKC, the form that NIST names: the same password typed on another keyboard or system is the same again,
/// though one sends `é` as one character and the other as two, or digits in full width. Nothing else is
/// changed; NUL, spaces and letter case count.
#[derive(Clone, Debug)]
pub struct Candidate {
    normal: Secret,
    /// Where it differs.
    typed: Option<Secret>,
}

impl Candidate {
    /// # Errors
    /// If it has too many bytes, as typed or normalised.
    pub fn new(typed: &Secret) -> Result<Self, TooLong> {
        if typed.reveal().len() > MOST_BYTES {
            return Err(TooLong);
        }
        // Never grown, since that would leave a copy behind that nobody wipes.
        let mut normal = String::with_capacity(MOST_BYTES);
        let mut letters = typed.reveal().nfkc();
        let has_more = letters.any(|letter| {
            let has_room = normal.len() + letter.len_utf8() <= MOST_BYTES;
            if has_room {
                normal.push(letter);
            }
            !has_room
        });
        let normal = Secret::new(normal);
        if has_more {
            return Err(TooLong);
        }
        let is_changed = normal.reveal() != typed.reveal();
        Ok(Self { normal, typed: is_changed.then(|| typed.clone()) })
    }

    /// The text itself: only to be judged, hashed or compared.
    pub fn normal(&self) -> &str {
        self.normal.reveal()
    }

    /// The spellings under which a kept hash may know it. Systems from which accounts are imported, and older
    /// versions of Unicode, did not normalise as we do.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        [Some(&self.normal), self.typed.as_ref()].into_iter().flatten().map(Secret::reveal)
    }

    /// In code points.
    pub fn length(&self) -> usize {
        self.normal().chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidate(text: &str) -> Result<Candidate, TooLong> {
        Candidate::new(&Secret::new(text))
    }

    // A-121, R-NIST-02
    #[test]
    fn one_password_has_one_form_however_it_is_sent() {
        let composed = candidate("caf\u{e9} 12").unwrap();
        let decomposed = candidate("cafe\u{301} \u{ff11}\u{ff12}").unwrap();
        assert_eq!(composed.normal(), decomposed.normal());
        assert_eq!(composed.length(), 7);
        assert_eq!(composed.spellings().count(), 1);
        assert_eq!(decomposed.spellings().nth(1), Some("cafe\u{301} \u{ff11}\u{ff12}"));
    }

    //
    #[test]
    fn nothing_is_cut_and_nothing_too_long_is_looked_at() {
        assert_eq!(candidate(&"x".repeat(1024)).unwrap().length(), 1024);
        assert_eq!(candidate(&"x".repeat(1025)).unwrap_err(), TooLong);
        assert_eq!(candidate(&"x".repeat(1 << 20)).unwrap_err(), TooLong);
        assert_eq!(candidate(&"\u{fdfa}".repeat(300)).unwrap_err(), TooLong, "18 letters each");
        assert_eq!(candidate("abc\0def").unwrap().normal(), "abc\0def");
    }

    #[test]
    fn it_is_never_printed() {
        let shown = format!("{:?}", candidate("\u{ff11}walk-through-hall").unwrap());
        assert!(!shown.contains("hall"), "{shown}");
    }

    proptest! {
        #[test]
        fn normalising_again_changes_nothing(text in "\\PC{0,60}") {
            if let Ok(once) = candidate(&text) {
                let twice = candidate(once.normal()).unwrap();
                prop_assert_eq!(once.normal(), twice.normal());
                prop_assert_eq!(twice.spellings().count(), 1);
            }
        }
    }
}
