//! Did our own page send this? What the browser says about it, which no page can forge (INV-13).

use crate::kernel::uri::Host;
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, ORIGIN};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// `Sec-Fetch-Site` decides where it is present, else `Origin`. A browser that sends neither, or `null`, is not
/// believed: `Origin` has been part of every browser's POST for years.
pub fn is_ours(headers: &HeaderMap, scheme: &str, host: &Host) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    if let Some(site) = sites.next() {
        return site == "same-origin" && sites.next().is_none();
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    let named = origins.next().and_then(|origin| origin.to_str().ok());
    let is_single = origins.next().is_none();
    let rest = named.and_then(|origin| origin.strip_prefix(scheme)?.strip_prefix("://"));
    is_single && rest.is_some_and(|rest| rest == host.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn judge(fields: &[(HeaderName, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, HeaderValue::from_static(value));
        }
        is_ours(&headers, "https", &Host::parse("id.example.com", "https").unwrap())
    }

    // INV-13, A-125
    #[test]
    fn only_our_own_pages_are_believed() {
        assert!(judge(&[(SEC_FETCH_SITE, "same-origin")]));
        assert!(judge(&[(ORIGIN, "https://id.example.com")]));
        // Chromium under `no-referrer`: a same-origin POST has a null origin.
        assert!(judge(&[(SEC_FETCH_SITE, "same-origin"), (ORIGIN, "null")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(
                !judge(&[(SEC_FETCH_SITE, site), (ORIGIN, "https://id.example.com")]),
                "{site}"
            );
        }
        for origin in [
            "null",
            "http://id.example.com",
            "https://id.example.com.evil.test",
            "https://id.example.com:8443",
            "https://evil.test",
            "",
        ] {
            assert!(!judge(&[(ORIGIN, origin)]), "{origin}");
        }
        assert!(!judge(&[]));
        let ours = (ORIGIN, "https://id.example.com");
        assert!(!judge(&[ours.clone(), ours]));
    }
}
