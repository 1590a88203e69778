//! A prepared answer: the same bytes for everybody, with a strong validator (RFC 9110 §8.8.3, §13.1.2).
//!
//! Discovery, keys and static files. The bytes are shared, and the headers are complete before anybody asks:
//! the middleware finds nothing left to add but the reference, for which there is a place.

use super::headers::{self, X_REQUEST_ID};
use crate::kernel::secret::Hash;
use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Document {
    bytes: Bytes,
    tag: HeaderValue,
    headers: Arc<HeaderMap>,
}

/// How long a copy may be used without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The address names the content; it never changes.
    Forever,
    Seconds(u32),
    /// May be kept, but is asked for each time.
    Never,
}

impl Document {
    pub fn new(kind: &'static str, bytes: impl Into<Bytes>, freshness: Freshness) -> Self {
        let bytes = bytes.into();
        let tag = quoted(&Hash::of(&bytes));
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(CONTENT_LENGTH, bytes.len().into());
        headers.insert(ETAG, tag.clone());
        headers.insert(CACHE_CONTROL, freshness.header());
        headers.insert(X_REQUEST_ID, HeaderValue::from_static(""));
        headers::dress(&mut headers, None, None);
        Self { bytes, tag, headers: Arc::new(headers) }
    }

    /// For scripts of any origin: what everybody may read anyway, such as keys and metadata.
    #[must_use]
    pub fn for_all_origins(mut self) -> Self {
        let headers = Arc::make_mut(&mut self.headers);
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
        self
    }

    /// The same content under another rule of freshness.
    #[must_use]
    pub fn kept(mut self, freshness: Freshness) -> Self {
        Arc::make_mut(&mut self.headers).insert(CACHE_CONTROL, freshness.header());
        self
    }

    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// For GET and HEAD: axum takes the body off an answer to HEAD and leaves its length.
    pub fn answer(&self, request: &HeaderMap) -> Response {
        let is_known = request.get_all(IF_NONE_MATCH).iter().any(|known| self.is_among(known));
        let mut response = Response::new(Body::empty());
        *response.headers_mut() = HeaderMap::clone(&self.headers);
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response.headers_mut().remove(CONTENT_LENGTH);
        } else {
            *response.body_mut() = Body::from(self.bytes.clone());
        }
        response
    }

    /// RFC 9110 §8.8.3.2: weakly compared, since a cache on the way may have weakened ours.
    fn is_among(&self, known: &HeaderValue) -> bool {
        let Ok(text) = known.to_str() else { return false };
        text.split(',').map(str::trim).any(|tag| {
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == self.tag.as_bytes()
        })
    }
}

impl Freshness {
    fn header(self) -> HeaderValue {
        let text = match self {
            Self::Forever => {
                return HeaderValue::from_static("public, max-age=31536000, immutable");
            }
            Self::Never => return HeaderValue::from_static("no-cache"),
            Self::Seconds(seconds) => format!("public, max-age={seconds}"),
        };
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("no-cache"))
    }
}

fn quoted(hash: &Hash) -> HeaderValue {
    let text = hash.base64url();
    let short = text.get(..22).unwrap_or(&text);
    HeaderValue::from_str(&format!("\"{short}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(document: &Document, known: &[&str]) -> Response {
        let mut headers = HeaderMap::new();
        for tag in known {
            headers.append(IF_NONE_MATCH, HeaderValue::from_str(tag).unwrap());
        }
        document.answer(&headers)
    }

    // RFC 9110 §13.1.2, §15.4.5
    #[test]
    fn who_has_it_already_is_not_sent_it_again() {
        let document = Document::new("application/json", "{}", Freshness::Seconds(60));
        let first = ask(&document, &[]);
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[CACHE_CONTROL], "public, max-age=60");
        let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"a\", {tag}"), "*".into()] {
            let again = ask(&document, &[&known]);
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(again.headers()[ETAG], tag.as_str());
            assert_eq!(again.headers()[CACHE_CONTROL], "public, max-age=60");
            assert!(!again.headers().contains_key(CONTENT_LENGTH));
        }
        assert_eq!(ask(&document, &["\"other\"", &tag[1..]]).status(), StatusCode::OK);
    }

    // RFC 9110 §8.8.1
    #[test]
    fn other_bytes_have_another_tag() {
        let of = |text: &'static str| Document::new("text/plain", text, Freshness::Forever).tag;
        assert_ne!(of("a"), of("b"));
        assert_eq!(of("a"), of("a"));
    }
}
