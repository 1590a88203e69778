//! What is known of a request before any route sees it: when, from whom, to which host, under which reference.

use super::client_ip::Caller;
use super::problem::Problem;
use crate::kernel::ids::RequestName;
use crate::kernel::moment::Ambient;
use crate::kernel::time::Timestamp;
use crate::kernel::uri::Host;
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// An extractor: every route may ask for it. The whole request happens at `at`.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub at: Timestamp,
    pub reference: Reference,
    pub caller: Caller,
    /// One of ours, checked; absent on the operations listener.
    pub host: Option<Host>,
}

impl<S: Sync> FromRequestParts<S> for Arrival {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let arrival = parts.extensions.get::<Self>().cloned();
        arrival.ok_or_else(|| Problem::broken("a route was mounted outside the middleware"))
    }
}

/// The name of one request in the answer, on the page and in the log.
#[derive(Clone, PartialEq, Eq)]
pub struct Reference(Name);

#[derive(Clone, PartialEq, Eq)]
enum Name {
    Ours(RequestName),
    /// A proxy's own.
    Adopted(Arc<str>),
}

/// Longer names of requests are not taken over from a proxy.
const LONGEST: usize = 64;

impl Reference {
    /// A proxy's own name for the request, if nothing in it could disturb a log line.
    pub fn adopt(value: &HeaderValue) -> Option<Self> {
        let text = value.to_str().ok()?;
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
        let fits = (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_plain);
        fits.then(|| Self(Name::Adopted(text.into())))
    }

    /// For the gallery of development.
    pub fn sample() -> Self {
        Self(Name::Adopted("req_01JD8Q2M7X4KZP6T".into()))
    }

    pub fn as_str(&self) -> &str {
        match &self.0 {
            Name::Ours(name) => name.as_str(),
            Name::Adopted(text) => text,
        }
    }
}

/// Gives every request a name. Chance is drawn for many names at once: each draw is a call of the operating
/// system. A name is no secret; whoever knows some of them can do nothing with the next.
#[derive(Default)]
pub(super) struct References(Mutex<Vec<[u8; RequestName::CHANCE]>>);

/// How many names are drawn at once.
const AT_ONCE: usize = 64;
const BYTES: usize = AT_ONCE * RequestName::CHANCE;

impl References {
    pub(super) fn fresh(&self, ambient: &Ambient, now: Timestamp) -> Reference {
        let mut drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if drawn.is_empty() {
            drawn.extend(ambient.random::<BYTES>().as_chunks().0);
        }
        let chance = drawn.pop().unwrap_or_default();
        drop(drawn);
        Reference(Name::Ours(RequestName::new(now, chance)))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A-139, INV-15
    #[test]
    fn only_a_harmless_name_is_taken_over_from_a_proxy() {
        let adopt = |text: &str| Reference::adopt(&HeaderValue::from_str(text).unwrap());
        assert_eq!(
            adopt("01JD-7Q6Z_a.b:c").map(|r| r.to_string()).as_deref(),
            Some("01JD-7Q6Z_a.b:c")
        );
        for wrong in ["", "a b", "<b>", "\"x\"", "a=b", "ümlaut", &"x".repeat(65)] {
            assert_eq!(adopt(wrong), None, "{wrong}");
        }
    }
}
