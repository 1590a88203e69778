//! What these pages say when something is not right (experience.md §4.8 has the manner).

use crate::accounts::model::{Breach, Class};
use crate::accounts::register::Dead;
use crate::platform::messages::{Language, Phrase};

/// What is wrong with a new password, one sentence each (R-NIST-04).
pub(super) fn breach(language: Language, breach: &Breach) -> Phrase {
    match breach {
        Breach::TooShort { min } => language.say("breach-too-short").count("min", *min),
        Breach::TooLong { max } => language.say("breach-too-long").count("max", *max),
        Breach::Missing(Class::Uppercase) => language.say("breach-uppercase"),
        Breach::Missing(Class::Lowercase) => language.say("breach-lowercase"),
        Breach::Missing(Class::Digit) => language.say("breach-digit"),
        Breach::Missing(Class::Symbol) => language.say("breach-symbol"),
        Breach::Predictable => language.say("breach-predictable"),
        Breach::Personal => language.say("breach-personal"),
        Breach::Weak { .. } => language.say("breach-weak"),
        Breach::Leaked => language.say("breach-leaked"),
        Breach::Reused { .. } => language.say("breach-reused"),
    }
}

/// All of them.
pub fn breaches(language: Language, all: &[Breach]) -> Vec<String> {
    all.iter().map(|one| breach(language, one).into()).collect()
}

/// What happened to a link, and what to do.
pub fn dead(language: Language, dead: Dead) -> (Phrase, Phrase) {
    match dead {
        Dead::Used => (language.say("link-used"), language.say("link-used-note")),
        Dead::Over => (language.say("link-over"), language.say("link-over-note")),
        Dead::Unknown => (language.say("link-unknown"), language.say("link-unknown-note")),
    }
}
