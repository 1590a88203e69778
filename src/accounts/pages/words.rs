//! What these pages say when something is not right (experience.md §4.8 has the manner).

use crate::accounts::model::{Breach, Class};
use crate::accounts::register::Dead;

pub(super) const ONCE_MORE: &str = "Please try once more.";
pub(super) const NO_NAME: &str = "Enter your name.";
pub(super) const NO_EMAIL: &str = "Enter an e-mail address, as in ada@example.com.";
pub(super) const NO_PASSWORD: &str = "Enter a password.";
pub(super) const NOT_ACCEPTED: &str = "Accept the documents to go on.";
pub(super) const OTHER_DOMAIN: &str = "Addresses of this domain cannot register here.";
pub(super) const TOO_LONG: &str = "That password is too long.";
pub(super) const TOO_MANY: &str = "Too many tries from your network. Try again in an hour.";
pub(super) const MISMATCH: &str = "That is not the password you chose when you registered.";
pub(super) const TAKEN: &str = "This address has an account already. Sign in with it.";

/// What is wrong with a new password, one sentence each (R-NIST-04).
pub(super) fn breach(breach: &Breach) -> String {
    match breach {
        Breach::TooShort { min } => format!("Use at least {min} characters."),
        Breach::TooLong { max } => format!("Use at most {max} characters."),
        Breach::Missing(Class::Uppercase) => "Use a capital letter, too.".into(),
        Breach::Missing(Class::Lowercase) => "Use a small letter, too.".into(),
        Breach::Missing(Class::Digit) => "Use a digit, too.".into(),
        Breach::Missing(Class::Symbol) => "Use a character that is no letter and no digit.".into(),
        Breach::Predictable => "Do not use one character over and over, or a sequence.".into(),
        Breach::Personal => "Do not make it of your name, your address or ours.".into(),
        Breach::Weak { .. } => "This is easy to guess. A short sentence is good.".into(),
        Breach::Leaked => "This one is known from leaks. Choose another.".into(),
        Breach::Reused { last: 1 } => "This is your present password. Choose another.".into(),
        Breach::Reused { last } => format!("Do not use one of your last {last} passwords."),
    }
}

pub(super) const fn dead(dead: Dead) -> (&'static str, &'static str) {
    match dead {
        Dead::Used => ("This link has been used", "Each link works once, and a newer one ends it."),
        Dead::Over => ("This link has expired", "Send a new one."),
        Dead::Unknown => ("This link does not work", "Copy all of it, or send a new one."),
    }
}
