//! How the types that settings have are read and shown.

use super::setting::{Raw, Setting, Wrong, quoted};
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use crate::kernel::uri::Origin;
use ipnet::IpNet;
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use toml::de::DeValue;
use url::Url;

impl Setting for bool {
    fn kind() -> String {
        "true or false".to_owned()
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        text.parse().map_err(|_| Wrong::label("neither true nor false"))
    }

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        value.as_bool().ok_or_else(|| Wrong::type_of(value, "true or false"))
    }

    fn show(&self) -> String {
        self.to_string()
    }

    fn schema() -> Value {
        json!({ "type": "boolean" })
    }
}

macro_rules! whole_numbers {
    ($($type:ty),+) => { $(
        impl Setting for $type {
            fn kind() -> String {
                "a whole number".to_owned()
            }

            fn parse(text: &str) -> Result<Self, Wrong> {
                text.trim().parse().map_err(|_| Wrong::not::<Self>())
            }

            fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
                let number = value.as_integer().ok_or_else(|| Wrong::type_of(value, "a number"))?;
                Self::from_str_radix(number.as_str(), number.radix())
                    .map_err(|_| Wrong::label("out of range"))
            }

            fn show(&self) -> String {
                self.to_string()
            }

            fn amount(&self) -> Option<i64> {
                Some(i64::from(*self))
            }

            fn schema() -> Value {
                json!({ "type": "integer" })
            }
        }
    )+ };
}

whole_numbers!(u16, u32);

impl Setting for Lifetime {
    fn kind() -> String {
        "a length of time".to_owned()
    }

    fn sample() -> &'static str {
        "15m"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        Self::parse(text)
            .ok_or_else(|| Wrong::label("not a length of time: a number and one of ms, s, m, h, d"))
    }

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or_else(|| Wrong::type_of(value, "text such as \"15m\""))?;
        <Self as Setting>::parse(text)
    }

    fn show(&self) -> String {
        quoted(&self.to_string())
    }

    fn amount(&self) -> Option<i64> {
        Some(self.as_micros())
    }

    fn spell(amount: i64) -> String {
        Self::micros(amount).to_string()
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$" })
    }
}

impl Setting for SocketAddr {
    fn kind() -> String {
        "an address and port".to_owned()
    }

    fn sample() -> &'static str {
        "127.0.0.1:8080"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        text.trim().parse().map_err(|_| Wrong::not::<Self>())
    }

    fn show(&self) -> String {
        quoted(&self.to_string())
    }
}

impl Setting for IpNet {
    fn kind() -> String {
        "a network".to_owned()
    }

    fn sample() -> &'static str {
        "10.0.0.0/8"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let text = text.trim();
        let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(Self::from));
        network.map_err(|_| Wrong::not::<Self>())
    }

    fn show(&self) -> String {
        quoted(&self.to_string())
    }
}

impl Setting for PathBuf {
    fn kind() -> String {
        "a path".to_owned()
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text.is_empty() { Err(Wrong::label("empty")) } else { Ok(Self::from(text)) }
    }

    fn show(&self) -> String {
        quoted(&self.to_string_lossy())
    }
}

impl Setting for Origin {
    fn kind() -> String {
        "a bare origin".to_owned()
    }

    fn sample() -> &'static str {
        "https://id.example.com"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        Self::parse(text).map_err(|sentence| Wrong {
            sentence: Some(sentence.to_owned()),
            label: String::new(),
            fix: Some(format!("use {}", bare(text))),
        })
    }

    fn show(&self) -> String {
        quoted(self.as_str())
    }
}

/// The origin that was probably meant.
fn bare(text: &str) -> String {
    let with_scheme =
        if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&with_scheme).ok();
    let host = url.as_ref().and_then(Url::host_str);
    let port = url.as_ref().and_then(Url::port).map(|port| format!(":{port}")).unwrap_or_default();
    match host {
        Some(host) if !host.is_empty() => format!("https://{host}{port}"),
        _ => <Origin as Setting>::sample().to_owned(),
    }
}

impl Setting for Secret {
    fn kind() -> String {
        "a text".to_owned()
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        Ok(Self::new(text))
    }

    fn show(&self) -> String {
        hidden(self.reveal())
    }
}

/// In place of what must not be shown.
pub(super) fn hidden(text: &str) -> String {
    let noun = if text.len() == 1 { "byte" } else { "bytes" };
    format!("(value hidden, {} {noun})", text.len())
}

/// An empty text is no value.
impl<T: Setting> Setting for Option<T> {
    fn kind() -> String {
        T::kind()
    }

    fn sample() -> &'static str {
        T::sample()
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text.is_empty() { Ok(None) } else { T::parse(text).map(Some) }
    }

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        if value.as_str() == Some("") { Ok(None) } else { T::read(value).map(Some) }
    }

    fn show(&self) -> String {
        self.as_ref().map_or_else(|| quoted(""), Setting::show)
    }

    fn amount(&self) -> Option<i64> {
        self.as_ref().and_then(Setting::amount)
    }

    fn spell(amount: i64) -> String {
        T::spell(amount)
    }

    fn schema() -> Value {
        let schema = T::schema();
        if schema == json!({ "type": "string" }) {
            return schema;
        }
        json!({ "anyOf": [schema, { "const": "" }] })
    }
}

/// A list; a single value stands for a list of one, and commas part the values of a text.
impl<T: Setting> Setting for Vec<T> {
    fn kind() -> String {
        let sample = T::sample();
        let such = if sample.is_empty() { String::new() } else { format!(", such as {sample}") };
        format!("a list, each {}{such}", T::kind())
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        if text.trim_start().starts_with('[') {
            let list = DeValue::parse(text.trim()).map_err(|_| Wrong::label("not a list"))?;
            return Self::read(list.get_ref());
        }
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(T::parse).collect()
    }

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        match value {
            DeValue::Array(list) => {
                list.iter().map(|one| Raw::Toml(one.get_ref()).parse()).collect()
            }
            DeValue::String(text) => Self::parse(text),
            other => Err(Wrong::type_of(other, "a list")),
        }
    }

    fn show(&self) -> String {
        let shown: Vec<String> = self.iter().map(Setting::show).collect();
        format!("[{}]", shown.join(", "))
    }

    fn schema() -> Value {
        json!({ "anyOf": [{ "type": "array", "items": T::schema() }, { "type": "string" }] })
    }
}
