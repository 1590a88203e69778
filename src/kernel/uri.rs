//! Hosts and origins in one canonical form, so that every comparison in the house agrees.

use std::fmt;
use std::sync::Arc;
use url::{Host as Parsed, Url};

/// A host name or address and, if it is not the scheme's own, a port: `id.example.com`, `[::1]:8080`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Host(Arc<str>);

impl Host {
    /// From a `Host` field or a setting; case and Unicode spelling do not matter (PT-04).
    pub fn parse(text: &str, scheme: &str) -> Option<Self> {
        let plain = !text.is_empty() && !text.contains(['/', '?', '#', '@', '\\', ' ', '%']);
        let url = plain.then(|| Url::parse(&format!("{scheme}://{text}/")).ok())??;
        Self::of(&url)
    }

    fn of(url: &Url) -> Option<Self> {
        let name = match url.host()? {
            Parsed::Domain(name) => name.strip_suffix('.').unwrap_or(name).to_owned(),
            Parsed::Ipv4(address) => address.to_string(),
            Parsed::Ipv6(address) => format!("[{address}]"),
        };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        (!name.is_empty()).then(|| Self((name + port.as_str()).into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the port.
    pub fn name(&self) -> &str {
        match self.0.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => &self.0,
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Scheme and host, nothing behind them: what `server.public_url` must be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    text: String,
    host: Host,
}

impl Origin {
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "is not a URL, such as https://id.example.com")?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must begin with https:// (or http:// in development)");
        }
        if url.path() != "/" {
            return Err("has a path, but cookies and passkeys need a bare origin");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("has a query or fragment, but must be a bare origin");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain a user name or password");
        }
        let host = Host::of(&url).ok_or("has no host")?;
        Ok(Self { text: format!("{}://{host}", url.scheme()), host })
    }

    /// Of whatever lies there.
    pub fn of(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let host = Host::of(&url).filter(|_| matches!(url.scheme(), "http" | "https"))?;
        Some(Self { text: format!("{}://{host}", url.scheme()), host })
    }

    /// Without a slash at the end: the issuer of the default tenant.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub const fn host(&self) -> &Host {
        &self.host
    }

    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }

    pub fn scheme(&self) -> &str {
        if self.is_https() { "https" } else { "http" }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // PT-04
    #[test]
    fn spellings_of_one_host_are_one_host() {
        let host = |text| Host::parse(text, "https");
        assert_eq!(host("ID.Example.com:443"), host("id.example.com"));
        assert_eq!(host("bücher.example"), host("xn--bcher-kva.example"));
        assert_eq!(host("id.example.com."), host("id.example.com"));
        assert_eq!(host("[0:0::1]:8080"), host("[::1]:8080"));
        assert_ne!(host("id.example.com:8443"), host("id.example.com"));
        for wrong in ["", "a b", "user@host", "host/path", "host?x", "host#x", ":80", "a\\b", "%00"]
        {
            assert_eq!(host(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_public_url_is_a_bare_origin() {
        assert_eq!(
            Origin::parse("https://ID.example.com/").map(|o| o.to_string()).as_deref(),
            Ok("https://id.example.com")
        );
        for wrong in [
            "id.example.com",
            "ftp://x",
            "https://x/auth",
            "https://x?y",
            "https://u@x",
            "https://",
        ] {
            assert!(Origin::parse(wrong).is_err(), "{wrong}");
        }
    }
}
