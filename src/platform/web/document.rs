//! A prepared answer: the same bytes for everybody, with a strong validator (RFC 9110 §8.8.3, §13.1.2).
//!
//! Discovery, keys and static files. The bytes are shared, and the headers are complete before anybody asks:
//! the middleware finds nothing left to add but the reference, for which there is a place.

use super::headers::{self, X_REQUEST_ID};
use crate::kernel::secret::Hash;
use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Document {
    plain: Form,
    /// For who reads gzip (RFC 9110 §8.4.1.3).
    packed: Option<Form>,
}

#[derive(Clone, Debug)]
struct Form {
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
        Self { plain: Form { bytes, tag, headers: Arc::new(headers) }, packed: None }
    }

    /// Smaller, for who can read it so: only what is no secret and holds none, since a length tells something (ADR 54).
    #[must_use]
    pub fn packed(mut self) -> Self {
        Arc::make_mut(&mut self.plain.headers)
            .insert(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
        let Some(bytes) = packed(&self.plain.bytes) else { return self };
        let tag = quoted(&Hash::of(&bytes));
        let mut headers = HeaderMap::clone(&self.plain.headers);
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(CONTENT_LENGTH, bytes.len().into());
        headers.insert(ETAG, tag.clone());
        self.packed = Some(Form { bytes, tag, headers: Arc::new(headers) });
        self
    }

    /// For scripts of any origin: what everybody may read anyway, such as keys and metadata.
    #[must_use]
    pub fn for_all_origins(mut self) -> Self {
        for form in self.forms() {
            let headers = Arc::make_mut(&mut form.headers);
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers
                .insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
        }
        self
    }

    /// The same content under another rule of freshness.
    #[must_use]
    pub fn kept(mut self, freshness: Freshness) -> Self {
        for form in self.forms() {
            Arc::make_mut(&mut form.headers).insert(CACHE_CONTROL, freshness.header());
        }
        self
    }

    fn forms(&mut self) -> impl Iterator<Item = &mut Form> {
        std::iter::once(&mut self.plain).chain(self.packed.as_mut())
    }

    pub fn bytes(&self) -> &Bytes {
        &self.plain.bytes
    }

    /// For GET and HEAD: axum takes the body off an answer to HEAD and leaves its length.
    pub fn answer(&self, request: &HeaderMap) -> Response {
        let packed = self.packed.as_ref().filter(|_| reads_gzip(request));
        packed.unwrap_or(&self.plain).answer(request)
    }
}

impl Form {
    fn answer(&self, request: &HeaderMap) -> Response {
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

/// Nothing where that would not be smaller.
fn packed(bytes: &[u8]) -> Option<Bytes> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::best());
    packing.write_all(bytes).ok()?;
    packing.finish().ok().filter(|packed| packed.len() < bytes.len()).map(Bytes::from)
}

/// RFC 9110 §12.5.3, less the weights: whoever names it without refusing it can read it.
fn reads_gzip(request: &HeaderMap) -> bool {
    let named = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|text| text.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let refused = weight
            .trim()
            .strip_prefix("q=")
            .is_some_and(|q| q.trim_end_matches(['0', '.']).is_empty());
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
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

    // RFC 9110 §8.4, §8.8.3.3, §12.5.3, §12.5.5
    #[test]
    fn who_reads_gzip_gets_it_packed() {
        let text = "a hall, and a hall behind it, ".repeat(20);
        let document = Document::new("text/css", text, Freshness::Forever).packed();
        let asked = |coding: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(coding));
            document.answer(&headers).headers().clone()
        };
        let (plain, packed) = (asked("br"), asked("br, gzip, deflate"));
        let vary = HeaderValue::from_static("accept-encoding");
        assert_eq!((&plain[VARY], &packed[VARY]), (&vary, &vary));
        assert_eq!(
            (plain.get(CONTENT_ENCODING), &plain[CONTENT_LENGTH]),
            (None, &"600".parse().unwrap())
        );
        assert_eq!(packed[CONTENT_ENCODING], "gzip");
        assert_ne!(plain[ETAG], packed[ETAG]);
        for refused in ["", "gzip;q=0", "gzip; q=0.000", "x-gzip", "identity"] {
            assert!(!asked(refused).contains_key(CONTENT_ENCODING), "{refused}");
        }
        assert!(asked("GZIP;q=0.5").contains_key(CONTENT_ENCODING));
        let short = Document::new("text/css", "a", Freshness::Forever).packed();
        assert!(short.packed.is_none(), "no smaller");
    }

    // RFC 9110 §8.8.1
    #[test]
    fn other_bytes_have_another_tag() {
        let of =
            |text: &'static str| Document::new("text/plain", text, Freshness::Forever).plain.tag;
        assert_ne!(of("a"), of("b"));
        assert_eq!(of("a"), of("a"));
    }
}
