//! The headers of every answer (security §1.8): one row for pages, one for everything else.
//!
//! A route that has set a header keeps it; what it left out is added here.

use crate::kernel::moment::Ambient;
use crate::kernel::uri::Origin;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64_NOPAD;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

/// The reference of the request, in its answer.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

const ALL: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (RESOURCE_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

const PAGE: [(HeaderName, &str); 3] = [
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

const OPENER_KEPT: (HeaderName, &str) =
    (HeaderName::from_static("cross-origin-opener-policy"), "unsafe-none");

const EMBEDDING: (HeaderName, &str) =
    (HeaderName::from_static("cross-origin-embedder-policy"), "unsafe-none");

/// Only features browsers know are named: an unknown one is a warning in every reader's console.
const PERMISSIONS: &str = "publickey-credentials-get=(self), publickey-credentials-create=(self), \
    accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
    fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), \
    local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
    screen-wake-lock=(), serial=(), sync-xhr=(), usb=(), xr-spatial-tracking=()";

const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";
/// A page without script and without a form that leads elsewhere.
const PLAIN_PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; \
    require-trusted-types-for 'script'";

/// Mail programs know no style sheets, so the styles of a letter are written into it.
const LETTER: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; \
    frame-ancestors 'none'; base-uri 'none'";

/// What a page needs beyond a plain one. A response carries it as an extension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    scripts: Option<Nonce>,
    form_targets: Vec<Arc<str>>,
    frames: Vec<Arc<str>>,
    opener: Opener,
    embedding: Embedding,
}

/// Who may show a page within their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Embedding {
    #[default]
    Nobody,
    Anybody,
}

/// Whether a page stays tied to the window that opened it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Opener {
    #[default]
    Cut,
    Kept,
}

impl Policy {
    /// The page's script elements carry this nonce.
    #[must_use]
    pub fn with_scripts(mut self, nonce: Nonce) -> Self {
        self.scripts = Some(nonce);
        self
    }

    /// Chromium applies `form-action` to the redirect after a POST, so the validated place it ends at is named.
    #[must_use]
    pub fn with_form_to(mut self, origin: &Origin) -> Self {
        self.form_targets.push(origin.as_str().into());
        self
    }

    /// The page tells applications in frames that somebody is signed out (INV-16). They need not ask to be embedded.
    #[must_use]
    pub fn with_frames<'o>(mut self, origins: impl IntoIterator<Item = &'o Origin>) -> Self {
        self.frames = origins.into_iter().map(|origin| origin.as_str().into()).collect();
        self
    }

    /// Applications show the page within their own (P-064): for one that shows and changes nothing.
    #[must_use]
    pub const fn with_embedding(mut self) -> Self {
        self.embedding = Embedding::Anybody;
        self
    }

    /// An application that opened a window to sign in waits for word from it (P-233).
    #[must_use]
    pub const fn with_opener(mut self) -> Self {
        self.opener = Opener::Kept;
        self
    }

    /// For an application's own scheme (RFC 8252 §7.1): only the scheme itself can be named.
    #[must_use]
    pub fn with_form_to_scheme(mut self, scheme: &str) -> Self {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        if !scheme.is_empty() && scheme.bytes().all(fits) {
            self.form_targets.push(format!("{scheme}:").into());
        }
        self
    }

    fn header(&self) -> HeaderValue {
        let mut text = String::with_capacity(400);
        for (at, directive) in PLAIN_PAGE.split("; ").enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            let directive = match (directive, self.embedding) {
                ("frame-ancestors 'none'", Embedding::Anybody) => "frame-ancestors *",
                (directive, _) => directive,
            };
            text = text + separator + directive;
            match (directive, &self.scripts) {
                ("default-src 'none'", Some(nonce)) => {
                    let _ =
                        write!(text, "; script-src 'nonce-{}' 'strict-dynamic'", nonce.as_str());
                }
                ("form-action 'self'", _) => {
                    self.form_targets.iter().for_each(|target| text = format!("{text} {target}"));
                }
                _ => {}
            }
        }
        if !self.frames.is_empty() {
            text += "; frame-src";
            self.frames.iter().for_each(|origin| text = format!("{text} {origin}"));
        }
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(PLAIN_PAGE))
    }
}

/// Names the scripts of one response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(Arc<str>);

impl Nonce {
    pub fn fresh(ambient: &Ambient) -> Self {
        Self::of(ambient.random())
    }

    pub fn of(random: [u8; 18]) -> Self {
        Self(BASE64_NOPAD.encode(&random).into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A letter, as a mail program shows it: what it brings along is kept from everything (security §1.8).
#[must_use]
pub fn letter(html: String) -> Response {
    let kind = (CONTENT_TYPE, "text/html; charset=utf-8");
    ([kind, (CONTENT_SECURITY_POLICY, LETTER)], html).into_response()
}

/// After signing out: nothing of the person stays in the browser (R-ASVS-14.3.1).
#[must_use]
pub fn clear_site_data(mut response: Response) -> Response {
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), all);
    response
}

/// RFC 6797 §6.1; only where the issuer is https, and not at all for a length of zero.
pub fn strict_transport(issuer: &Origin, max_age: Duration) -> Option<HeaderValue> {
    let text = format!("max-age={}; includeSubDomains", max_age.as_secs());
    let applies = issuer.is_https() && !max_age.is_zero();
    applies.then(|| HeaderValue::from_str(&text).ok()).flatten()
}

/// Add the row that applies.
pub(super) fn dress(headers: &mut HeaderMap, policy: Option<&Policy>, hsts: Option<&HeaderValue>) {
    let add = |headers: &mut HeaderMap, rows: &[(HeaderName, &'static str)]| {
        for (name, value) in rows {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
    };
    add(headers, &ALL);
    if policy.is_some_and(|policy| policy.embedding == Embedding::Anybody) {
        headers.remove(X_FRAME_OPTIONS);
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    }
    let is_page =
        headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && policy.is_some_and(|policy| policy.opener == Opener::Kept) {
        add(headers, &[OPENER_KEPT]);
    }
    if is_page && policy.is_some_and(|policy| !policy.frames.is_empty()) {
        add(headers, &[EMBEDDING]);
    }
    if is_page {
        add(headers, &PAGE);
    }
    let plain = HeaderValue::from_static(if is_page { PLAIN_PAGE } else { NO_PAGE });
    let csp = policy.filter(|_| is_page).map_or(plain, Policy::header);
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(csp);
    if let Some(value) = hsts {
        headers.insert(STRICT_TRANSPORT_SECURITY, value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dressed(kind: &'static str, policy: Option<&Policy>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        dress(&mut headers, policy, None);
        headers
    }

    // security §1.8, the two rows
    #[test]
    fn a_page_and_a_document_get_their_rows() {
        let page = dressed("text/html; charset=utf-8", None);
        assert_eq!(page[CONTENT_SECURITY_POLICY], PLAIN_PAGE);
        assert_eq!(page["cross-origin-opener-policy"], "same-origin");
        assert_eq!(page["cross-origin-embedder-policy"], "require-corp");
        assert!(page["permissions-policy"].to_str().unwrap().contains("camera=()"));
        let document = dressed("application/json", None);
        assert_eq!(document[CONTENT_SECURITY_POLICY], "default-src 'none'; frame-ancestors 'none'");
        assert!(!document.contains_key("cross-origin-opener-policy"));
        for headers in [page, document] {
            assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers[X_FRAME_OPTIONS], "DENY");
            assert_eq!(headers[REFERRER_POLICY], "no-referrer");
            assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
            assert_eq!(headers[CACHE_CONTROL], "no-store");
        }
    }

    // D-14: form-action names the validated target, scripts their nonce
    #[test]
    fn a_policy_adds_only_what_it_names() {
        let target = Origin::parse("https://photos.example").unwrap();
        let policy = Policy::default()
            .with_scripts(Nonce("abc".into()))
            .with_form_to(&target)
            .with_opener()
            .with_form_to_scheme("com.example.app")
            .with_form_to_scheme("a; script-src *");
        let page = dressed("text/html", Some(&policy));
        let csp = page[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            csp.contains("; form-action 'self' https://photos.example com.example.app:; "),
            "{csp}"
        );
        assert!(
            csp.starts_with("default-src 'none'; script-src 'nonce-abc' 'strict-dynamic'; style")
        );
        assert!(!csp.contains('*'));
        assert_eq!(page["cross-origin-opener-policy"], "unsafe-none", "P-233");
        assert_eq!(dressed("application/json", Some(&policy))[CONTENT_SECURITY_POLICY], NO_PAGE);
    }

    // INV-16, P-063: frames of the origins that are named, and of no others
    #[test]
    fn a_page_that_tells_in_frames_names_them() {
        let origins =
            ["https://a.example", "https://b.example:8443"].map(|o| Origin::parse(o).unwrap());
        let policy = Policy::default().with_frames(&origins);
        let page = dressed("text/html", Some(&policy));
        let csp = page[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(csp.ends_with("; frame-src https://a.example https://b.example:8443"), "{csp}");
        assert_eq!(page["cross-origin-embedder-policy"], "unsafe-none");
        assert_eq!(page[X_FRAME_OPTIONS], "DENY");
    }

    // RFC 6797 §7.2
    #[test]
    fn only_an_https_issuer_asks_for_https_only() {
        let long = Duration::from_hours(2 * 365 * 24);
        let of = |url, age| strict_transport(&Origin::parse(url).unwrap(), age);
        assert_eq!(of("https://id.example", long).unwrap(), "max-age=63072000; includeSubDomains");
        assert_eq!(of("http://localhost:8080", long), None);
        assert_eq!(of("https://id.example", Duration::ZERO), None);
    }
}
