//! A plain text as the value of a setting.

use super::setting::{Setting, Wrong, quoted};

impl Setting for String {
    fn kind() -> String {
        "a text on one line".to_owned()
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let text = text.trim();
        let is_plain = !text.is_empty() && !text.chars().any(char::is_control);
        is_plain.then(|| text.to_owned()).ok_or_else(Wrong::not::<Self>)
    }

    fn show(&self) -> String {
        quoted(self)
    }
}
