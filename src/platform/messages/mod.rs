//! What pages and mails say, in the reader's language (docs/architecture.md, "How to say something").
//!
//! The catalogues lie in `templates/locales/`, are compiled in, and are parsed once. A message that a language lacks
//! is said in English; a test excludes that.

mod catalogue;
mod choice;
mod moments;

pub use catalogue::prepare;

use fluent_bundle::{FluentArgs, FluentValue};
use std::borrow::Cow;
use std::fmt;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    German,
    Arabic,
    /// English with every letter changed: what remains readable on a page did not come from a catalogue.
    Pseudo,
}

impl Language {
    /// Those that are offered.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Arabic];

    /// BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Arabic => "ar",
            Self::Pseudo => "en-XA",
        }
    }

    /// For `dir`.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Arabic => "rtl",
            Self::English | Self::German | Self::Pseudo => "ltr",
        }
    }

    /// What those who speak it call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English | Self::Pseudo => "English",
            Self::German => "Deutsch",
            Self::Arabic => "العربية",
        }
    }

    /// The message of that key.
    pub fn say(self, key: impl Into<Cow<'static, str>>) -> Phrase {
        Phrase { language: self, key: key.into(), arguments: FluentArgs::new() }
    }

    /// Whether any catalogue has it.
    pub fn knows(self, key: &str) -> bool {
        catalogue::of(self).has_message(key)
    }
}

/// A message, with what it speaks about; written out where it is shown.
pub struct Phrase {
    language: Language,
    key: Cow<'static, str>,
    arguments: FluentArgs<'static>,
}

impl Phrase {
    /// A name or a text, kept apart from a sentence that runs the other way.
    #[must_use]
    pub fn with(self, name: &'static str, text: impl fmt::Display) -> Self {
        let text = isolated(text.to_string(), self.language);
        self.set(name, FluentValue::from(text))
    }

    /// How many: the language picks the form (one, few, many).
    #[must_use]
    pub fn count(self, name: &'static str, number: impl TryInto<i64>) -> Self {
        self.set(name, FluentValue::from(number.try_into().unwrap_or(i64::MAX)))
    }

    /// A word of ours between which and others the message chooses; it is not shown.
    #[must_use]
    pub fn which(self, name: &'static str, word: &'static str) -> Self {
        self.set(name, FluentValue::from(word))
    }

    fn set(mut self, name: &'static str, value: FluentValue<'static>) -> Self {
        self.arguments.set(name, value);
        self
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        catalogue::write(f, self.language, &self.key, &self.arguments)
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.key, self.language.tag())
    }
}

impl From<Phrase> for String {
    fn from(phrase: Phrase) -> Self {
        phrase.to_string()
    }
}

/// Between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode UAX #9), where it may disturb.
fn isolated(text: String, language: Language) -> String {
    let from_the_right =
        |c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    let disturbs = language.direction() == "rtl" || text.chars().any(from_the_right);
    if disturbs { format!("\u{2068}{text}\u{2069}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_turn_the_sentence_around() {
        let said = |language: Language, name| {
            language.say("sign-out-title").with("place", name).to_string()
        };
        assert_eq!(said(Language::English, "Acme"), "Sign out of Acme?");
        assert_eq!(said(Language::English, "أكمي"), "Sign out of \u{2068}أكمي\u{2069}?");
        assert!(said(Language::Arabic, "Acme").contains("\u{2068}Acme\u{2069}"));
    }

    // CLDR: Arabic has six forms
    #[test]
    fn numbers_take_the_form_their_language_gives_them() {
        let said = |language: Language, number: i64| {
            language.say("sign-in-wait").count("seconds", number).to_string()
        };
        assert!(said(Language::English, 1).contains("a second"));
        assert!(said(Language::German, 4).contains("4 Sekunden"));
        assert!(said(Language::Arabic, 2).contains("ثانيتين"));
        assert!(said(Language::Arabic, 4).contains("4 ثوانٍ"));
        assert!(said(Language::Arabic, 30).contains("30 ثانية"));
    }

    #[test]
    fn the_pseudo_language_leaves_no_letter_but_what_it_was_given() {
        let said = Language::Pseudo.say("sign-in-for").with("application", "Photos").to_string();
        assert!(said.contains("<strong>Photos</strong>"), "{said}");
        assert!(!said.contains("continue") && said.contains("ç"), "{said}");
    }

    #[test]
    fn what_nobody_wrote_is_said_by_its_key() {
        assert_eq!(Language::German.say("no-such-message").to_string(), "no-such-message");
    }
}
