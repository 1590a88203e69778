//! The members of a registration as they were sent: of the right type, or refused by their name.

use crate::oauth::clients::model::{Kind, RedirectUri};
use crate::oauth::error::{Code, OAuthError};
use serde_json::{Map, Value};
use url::Url;

/// security.md §0.2
const LONGEST_URL: usize = 2048;

/// What was sent, by name.
pub(super) struct Sent<'a>(pub &'a Map<String, Value>);

pub(super) type Read<T> = Result<T, OAuthError>;

/// A year: whoever asks for more means for ever.
const MOST_SECONDS: i64 = 366 * 24 * 60 * 60;

pub(super) fn wrong(name: &str) -> OAuthError {
    OAuthError::new(Code::InvalidClientMetadata, format!("{name} is of no use here"))
}

impl Sent<'_> {
    /// Absent and null are the same (RFC 7591 §2).
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub fn text(&self, name: &str) -> Read<Option<&str>> {
        self.get(name).map(|value| value.as_str().ok_or_else(|| wrong(name))).transpose()
    }

    pub fn texts(&self, name: &str) -> Read<Option<Vec<&str>>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let all = value.as_array().and_then(|all| all.iter().map(Value::as_str).collect());
        all.map(Some).ok_or_else(|| wrong(name))
    }

    pub fn seconds(&self, name: &str) -> Read<Option<i64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let seconds = value.as_i64().filter(|seconds| (0..=MOST_SECONDS).contains(seconds));
        seconds.map(Some).ok_or_else(|| wrong(name))
    }

    pub fn is_set(&self, name: &str) -> Read<bool> {
        self.get(name).map_or(Ok(false), |value| value.as_bool().ok_or_else(|| wrong(name)))
    }

    /// For a page: https, and nothing hidden in it.
    pub fn page(&self, name: &str) -> Read<Option<String>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let plain = text.len() <= LONGEST_URL && text.bytes().all(|b| matches!(b, 0x21..=0x7e));
        let url = Url::parse(text).ok().filter(|_| plain && text.starts_with("https://"));
        let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
        url.map(|_| Some(text.to_owned())).ok_or_else(|| wrong(name))
    }

    pub fn one_of(&self, name: &str, known: &[&str]) -> Read<Option<String>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        known.contains(&text).then(|| Some(text.to_owned())).ok_or_else(|| wrong(name))
    }

    /// Where something is told or led to: https, or this very machine.
    pub fn address(&self, name: &str, kind: Kind) -> Read<Option<RedirectUri>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        RedirectUri::parse(text, kind).map(Some).map_err(|_| wrong(name))
    }
}
