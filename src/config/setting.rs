//! What a type must be able to do to be the value of a setting.

use serde_json::{Value, json};
use toml::de::DeValue;

/// A value that a file, an environment variable, a flag or a tenant may set.
pub(super) trait Setting: Clone + PartialEq + Sized {
    /// What it is, in words that follow "must be": `a whole number`.
    fn kind() -> String;

    /// One spelling of it, where the kind alone does not say how it is written.
    fn sample() -> &'static str {
        ""
    }

    fn parse(text: &str) -> Result<Self, Wrong>;

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        match value {
            DeValue::String(text) => Self::parse(text),
            other => Err(Wrong::type_of(other, "text")),
        }
    }

    /// As TOML and JSON both spell it; of a secret, only its length.
    fn show(&self) -> String;

    /// What a range is compared with, for types that have one.
    fn amount(&self) -> Option<i64> {
        None
    }

    fn spell(amount: i64) -> String {
        amount.to_string()
    }

    fn schema() -> Value {
        json!({ "type": "string" })
    }
}

/// A value before it is understood.
#[derive(Clone, Copy)]
pub(super) enum Raw<'a> {
    Toml(&'a DeValue<'a>),
    Text(&'a str),
}

impl Raw<'_> {
    pub(super) fn parse<T: Setting>(self) -> Result<T, Wrong> {
        match self {
            Raw::Toml(value) => T::read(value),
            Raw::Text(text) => T::parse(text),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Raw::Toml(value) => value.as_str(),
            Raw::Text(text) => Some(text),
        }
    }
}

/// Why a value was not taken.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wrong {
    /// What follows the name of the key; without it, "must be" and the kind.
    pub(super) sentence: Option<String>,
    /// What stands under the place in the file.
    pub(super) label: String,
    /// What to write instead; without it, the default.
    pub(super) fix: Option<String>,
}

impl Wrong {
    pub(super) fn label(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    pub(super) fn type_of(found: &DeValue<'_>, expected: &str) -> Self {
        Self::label(format!("{}, expected {expected}", found_type(found)))
    }

    pub(super) fn not<T: Setting>() -> Self {
        Self::label(format!("not {}", T::kind()))
    }
}

pub(super) fn found_type(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Quoted as TOML and JSON both read it.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// An enum whose variants are words of the configuration file.
macro_rules! choices {
    ($(#[doc = $doc:literal])+ pub enum $name:ident {
        $($(#[doc = $each:literal])* $variant:ident = $text:literal,)+
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $each])* $variant,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::config::setting::Setting for $name {
            fn kind() -> String {
                $crate::config::setting::alternatives(&[$($text),+])
            }

            fn parse(text: &str) -> Result<Self, $crate::config::setting::Wrong> {
                let chosen = Self::ALL.iter().find(|one| one.as_str() == text);
                chosen.copied().ok_or_else(|| $crate::config::setting::no_choice(text, &[$($text),+]))
            }

            fn show(&self) -> String {
                $crate::config::setting::quoted(self.as_str())
            }

            fn schema() -> serde_json::Value {
                serde_json::json!({ "enum": [$($text),+] })
            }
        }
    };
}
pub(super) use choices;

pub(super) fn alternatives(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

pub(super) fn no_choice(text: &str, words: &[&str]) -> Wrong {
    let near = super::nearest::closest(text, words.iter().copied());
    Wrong::label(match near {
        Some(word) => format!("did you mean {}?", quoted(word)),
        None => "not one of these".to_owned(),
    })
}
