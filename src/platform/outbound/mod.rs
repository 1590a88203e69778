//! HTTP to the outside: one client for all that the server fetches or calls (security.md D-11).
//!
//! ```text
//! Request ─ target.rs   scheme, user name, literal address
//!         ─ client.rs   look the name up once, check every address, connect to those, read up to the limit
//!         ─ allow.rs    what the operator opened   ─ addresses.rs   what is closed to everyone
//! bulkhead.rs   whoever answers slowly holds up only those who ask there
//! ```

mod addresses;
mod allow;
pub mod bulkhead;
mod client;
mod kept;
mod target;
#[cfg(test)]
mod tests;

pub use client::{Client, Looking, Lookup, SystemLookup};
pub use kept::{Documents, Wanted};

use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use std::path::PathBuf;
use thiserror::Error;

/// The largest answer that is read unless the request says less (security.md §0.2).
pub const LARGEST_BODY: usize = 64 * 1024;

/// The largest picture that is read.
pub const LARGEST_PICTURE: usize = 256 * 1024;

#[derive(Clone, Debug)]
pub struct OutboundSettings {
    /// `host:port` or networks that may be reached although they are private or special-use, also by http.
    pub allow: Vec<String>,
    /// Roots of a company's own authority in PEM, beside the platform's.
    pub ca_file: Option<PathBuf>,
    /// For the whole exchange, from the look-up of the name to the last byte.
    pub timeout: Lifetime,
}

impl Default for OutboundSettings {
    fn default() -> Self {
        Self { allow: Vec::new(), ca_file: None, timeout: Lifetime::seconds(3) }
    }
}

/// What may be asked of the outside.
pub trait Outbound: Send + Sync {
    /// One exchange. The answer may have any status but a redirect.
    fn send(
        &self,
        request: Request,
    ) -> impl Future<Output = Result<Answer, OutboundRefusal>> + Send;

    /// Whether this URL could be asked at all, for those who register one. No name is looked up, so an
    /// exchange may still be refused.
    ///
    /// # Errors
    /// Why not.
    fn check(&self, url: &str) -> Result<(), OutboundRefusal>;
}

/// Why there is no answer. These sentences are for the operator's log: whoever gave us the URL reads only
/// [`OutboundRefusal::OUTSIDE`], lest an error tell them what answers inside (V-085).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OutboundRefusal {
    #[error("it is not a URL")]
    NotAUrl,
    #[error("only https:// is spoken, and http:// with what outbound.allow names")]
    NotHttps,
    #[error("the URL contains a user name or password")]
    Credentials,
    #[error("its address is private or reserved, and outbound.allow does not name it")]
    ClosedAddress,
    #[error("its name has no address")]
    UnknownName,
    #[error("there was no connection or it broke: {0}")]
    NoConnection(String),
    #[error("it answered with a redirect, and none is followed")]
    Redirected,
    #[error("its answer is compressed, though nothing of the kind was asked for")]
    Compressed,
    #[error("its answer is too large")]
    TooLarge,
    #[error("it took too long")]
    TooSlow,
    #[error("the request cannot be written: a header contains what no header may")]
    Unwritable,
    #[error("the client cannot be set up: {0}")]
    NotReady(String),
}

impl OutboundRefusal {
    /// The one sentence for whoever named the URL, whatever the reason was.
    pub const OUTSIDE: &str = "the address could not be used";
}

/// What is asked.
pub struct Request {
    method: Method,
    url: String,
    headers: Vec<(String, String, Sight)>,
    body: Bytes,
    largest_answer: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    Plain,
    /// Never shown by the library's own debug output.
    Hidden,
}

impl Request {
    pub fn get(url: &str, accept: &str) -> Self {
        Self::new(Method::GET, url, Bytes::new()).with_header(ACCEPT.as_str(), accept)
    }

    pub fn post_form<'a>(
        url: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
        accept: &str,
    ) -> Self {
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self::post_encoded(url, form, accept)
    }

    /// A form that a library has written.
    pub fn post_encoded(url: &str, form: impl Into<Bytes>, accept: &str) -> Self {
        Self::post(url, "application/x-www-form-urlencoded", form)
            .with_header(ACCEPT.as_str(), accept)
    }

    pub fn post_json(url: &str, json: impl Into<Bytes>) -> Self {
        Self::post(url, "application/json", json)
    }

    pub fn post(url: &str, kind: &str, body: impl Into<Bytes>) -> Self {
        Self::new(Method::POST, url, body.into()).with_header(CONTENT_TYPE.as_str(), kind)
    }

    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into(), Sight::Plain));
        self
    }

    #[must_use]
    pub fn with_secret_header(mut self, name: &str, value: &Secret) -> Self {
        self.headers.push((name.into(), value.reveal().into(), Sight::Hidden));
        self
    }

    /// For documents that are known to be small. More than [`LARGEST_BODY`] is never read.
    #[must_use]
    pub fn reading_at_most(mut self, bytes: usize) -> Self {
        self.largest_answer = bytes.min(LARGEST_BODY);
        self
    }

    /// For pictures, which are larger than documents.
    #[must_use]
    pub const fn reading_a_picture(mut self) -> Self {
        self.largest_answer = LARGEST_PICTURE;
        self
    }

    fn new(method: Method, url: &str, body: Bytes) -> Self {
        let (url, headers) = (url.into(), Vec::new());
        Self { method, url, headers, body, largest_answer: LARGEST_BODY }
    }

    fn header_map(&self) -> Option<HeaderMap> {
        let pairs = self.headers.iter().map(|(name, value, sight)| {
            let mut value = HeaderValue::from_str(value).ok()?;
            value.set_sensitive(*sight == Sight::Hidden);
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
        });
        pairs.collect()
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Bytes,
    headers: HeaderMap,
}

impl Answer {
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Absent also if it is not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Without parameters, in lower case: `application/json`.
    pub fn media_type(&self) -> Option<String> {
        let whole = self.header(CONTENT_TYPE.as_str())?;
        let (kind, _) = whole.split_once(';').unwrap_or((whole, ""));
        Some(kind.trim().to_ascii_lowercase())
    }
}
