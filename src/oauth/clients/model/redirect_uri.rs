//! Where a client's answers may go: registered as text, compared as text (RFC 9700 §2.1, RFC 8252 §7).

use super::Kind;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// security.md §0.2
const LONGEST: usize = 2048;

/// Exactly as it was registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why a URI cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("a redirect URI has at most 2048 bytes of printable ASCII, without * and \\")]
    Form,
    #[error("a redirect URI is absolute, without a fragment, user name or password")]
    Parts,
    #[error("a redirect URI begins with https://, or with http:// and a loopback address")]
    Scheme,
}

/// Only the port of these may differ (RFC 8252 §7.3).
const LOOPBACK: [&str; 3] = ["http://127.0.0.1", "http://[::1]", "http://localhost"];

impl RedirectUri {
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Unfit> {
        let plain = |byte: u8| matches!(byte, 0x21..=0x7e) && !matches!(byte, b'*' | b'\\');
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(plain) {
            return Err(Unfit::Form);
        }
        let url = Url::parse(text).map_err(|_| Unfit::Parts)?;
        let authority = text.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
        let authority = authority.split(['/', '?']).next().unwrap_or_default();
        if text.contains('#') || authority.contains('@') || url.password().is_some() {
            return Err(Unfit::Parts);
        }
        let allowed = match url.scheme() {
            "https" => {
                text.starts_with("https://") && url.host_str().is_some_and(|h| !h.is_empty())
            }
            "http" => loopback(text).is_some(),
            scheme => kind == Kind::Native && is_private(scheme, text),
        };
        if allowed { Ok(Self(text.to_owned())) } else { Err(Unfit::Scheme) }
    }

    /// Octet for octet, but for the port of a loopback address (P-010, INV-11).
    pub fn matches(&self, asked: &str) -> bool {
        if self.0 == asked {
            return true;
        }
        match (loopback(&self.0), loopback(asked)) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => false,
        }
    }

    /// On the person's own machine, where anybody may listen: consent is asked each time (RFC 8252 §8.6).
    pub fn is_local(&self) -> bool {
        !self.0.starts_with("https://")
    }

    /// Encrypted, and not on the person's own machine.
    pub fn is_https_elsewhere(&self) -> bool {
        let here = ["localhost", "127.0.0.1", "[::1]"];
        !self.is_local() && self.host().is_some_and(|host| !here.contains(&host))
    }

    pub fn host(&self) -> Option<&str> {
        let (_, rest) = self.0.split_once("://")?;
        let authority = rest.split(['/', '?']).next()?;
        let port = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        Some(port.map_or(authority, |at| &authority[..at]))
    }

    /// Scheme, host and port, as they were registered.
    pub fn origin(&self) -> Option<&str> {
        let (scheme, rest) = self.0.split_once("://")?;
        let length = scheme.len() + 3 + rest.find(['/', '?']).unwrap_or(rest.len());
        self.0.get(..length)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The address, and what stands behind the port.
fn loopback(text: &str) -> Option<(&'static str, &str)> {
    LOOPBACK.into_iter().find_map(|address| {
        let rest = text.strip_prefix(address)?;
        let rest = match rest.strip_prefix(':') {
            None => rest,
            Some(port) => {
                let end = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
                let (digits, rest) = port.split_at_checked(end)?;
                digits.parse::<u16>().ok().filter(|port| *port > 0)?;
                rest
            }
        };
        (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((address, rest))
    })
}

/// A domain name reversed, and one slash: `com.example.app:/callback` (RFC 8252 §7.1).
fn is_private(scheme: &str, text: &str) -> bool {
    let rest = text.strip_prefix(scheme).and_then(|rest| rest.strip_prefix(":/"));
    scheme.contains('.') && rest.is_some_and(|path| !path.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(text: &str) -> RedirectUri {
        RedirectUri::parse(text, Kind::Native).unwrap()
    }

    // P-010, INV-11
    #[test]
    fn a_redirect_uri_matches_octet_for_octet() {
        let uri = registered("https://rp.example/cb");
        assert!(uri.matches("https://rp.example/cb"));
        for other in [
            "https://rp.example/cb/",
            "https://rp.example/CB",
            "HTTPS://rp.example/cb",
            "https://rp.example:443/cb",
            "https://rp.example/cb?x=1",
            "https://rp.example/cb#f",
            "https://rp.example//cb",
            "https://rp.example/./cb",
            "https://rp.example/a/../cb",
            "https://rp.example/cb;x",
            "http://rp.example/cb",
            "https://rpxexample/cb",
            "https://rp.example@evil.test/cb",
            "https://rp.example:x@evil.test/cb",
            "https://rp.example.evil.test/cb",
            "https://evil.test/cb?https://rp.example/cb",
            "https://evil.test#https://rp.example/cb",
            "",
            " https://rp.example/cb",
        ] {
            assert!(!uri.matches(other), "{other}");
        }
    }

    // A-006, RFC 8252 §7.3
    #[test]
    fn only_the_port_of_a_loopback_address_may_differ() {
        for (uri, good) in [
            ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb"),
            ("http://[::1]/cb", "http://[::1]:1/cb"),
            ("http://localhost:8080/cb?a=b", "http://localhost/cb?a=b"),
        ] {
            assert!(registered(uri).matches(good), "{good}");
        }
        let uri = registered("http://127.0.0.1/cb");
        for other in [
            "http://127.0.0.1.evil.test/cb",
            "http://127.0.0.1:80@evil.test/cb",
            "http://127.0.0.1:80/other",
            "http://localhost:80/cb",
            "https://127.0.0.1/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:8x/cb",
            "http://127.0.0.1:80",
            "http://127.1/cb",
        ] {
            assert!(!uri.matches(other), "{other}");
        }
        let app = registered("com.example.app:/cb");
        assert!(!app.matches("com.example.app2:/cb") && !app.matches("com.example.app:/cb2"));
        assert!(app.is_local() && uri.is_local());
    }

    // A-005, P-041, P-223
    #[test]
    fn what_leads_elsewhere_is_not_registered() {
        let long = format!("https://rp.example/{}", "a".repeat(3000));
        for wrong in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://rp.example/x",
            " https://rp.example/cb",
            "\u{1}https://rp.example/cb",
            "http://rp.example/cb",
            "https://rp.example/cb#f",
            "https://rp.example/cb#",
            "https://u:p@rp.example/cb",
            "https://u@rp.example/cb",
            "https://@rp.example/cb",
            "https://*.example/cb",
            "/cb",
            "rp.example/cb",
            "https:/rp.example",
            "https://",
            "com.example.app://cb",
            "myapp:/cb",
            "https://rp.example\\@evil.test/",
            &long,
            "",
        ] {
            assert!(RedirectUri::parse(wrong, Kind::Native).is_err(), "{wrong}");
        }
        assert!(RedirectUri::parse("com.example.app:/cb", Kind::Public).is_err());
        assert!(RedirectUri::parse("https://rp.example/cb?a=b", Kind::Confidential).is_ok());
    }
}
