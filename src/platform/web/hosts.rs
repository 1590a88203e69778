//! Which hosts are ours. A request to any other gets 421 and nothing of itself back (D-10, RFC 9110 §15.5.20).

use super::client_ip::{Caller, Through};
use super::page::Operator;
use crate::kernel::uri::{Host, Origin};
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Version};
use std::net::IpAddr;
use std::sync::Arc;

/// Answered under any name: a probe speaks to an address, not to a host.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/startupz"];
/// The page that says "not here" needs its sheet, and the files are the same for all.
const FILES: &str = "/static/";

#[derive(Clone)]
pub struct Hosts {
    /// Where the default tenant answers.
    pub public: Origin,
    /// The file and line that set it, for whoever runs the server.
    pub said_in: Option<Arc<str>>,
    /// Beside `public`: the hosts of tenants.
    pub is_ours: Arc<dyn Fn(&Host) -> bool + Send + Sync>,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Other spellings of this computer lead to the public URL; whoever asks is told how it is set up.
    Development,
    Production,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Ours(Host),
    Exempt,
    /// Another spelling of this computer: the place to go instead.
    Elsewhere(HeaderValue),
    Wrong,
    /// RFC 9112 §3.2: no host, two, or one that is none.
    Malformed,
}

impl Hosts {
    pub(super) fn judge(&self, parts: &Parts) -> Verdict {
        let path = parts.uri.path();
        if PROBES.contains(&path) || path.starts_with(FILES) {
            return Verdict::Exempt;
        }
        let Ok(text) = asked_for(parts) else { return Verdict::Malformed };
        let Some(text) = text else { return Verdict::Wrong };
        let public = self.public.host();
        if text == public.as_str() {
            return Verdict::Ours(public.clone());
        }
        let Some(host) = Host::parse(text, self.public.scheme()) else { return Verdict::Malformed };
        if host == *public || (self.is_ours)(&host) {
            return Verdict::Ours(host);
        }
        match self.place {
            Place::Development if is_this_computer(&host, public) => self.redirect(parts),
            _ => Verdict::Wrong,
        }
    }

    /// Only what follows the host is taken from the request, and it begins with a slash.
    fn redirect(&self, parts: &Parts) -> Verdict {
        let rest = parts.uri.path_and_query().map_or("/", |rest| rest.as_str());
        let rest = if rest.starts_with('/') { rest } else { "/" };
        HeaderValue::from_str(&format!("{}{rest}", self.public))
            .map_or(Verdict::Wrong, Verdict::Elsewhere)
    }

    /// Who may read how the server is set up: in development everybody, else this computer and, behind a
    /// trusted proxy, the internal network.
    pub(super) fn operator(&self, caller: &Caller) -> Option<Operator<'_>> {
        let may_know = match (self.place, caller.through) {
            (Place::Development, _) => true,
            (_, Through::Nothing) => caller.ip.is_loopback(),
            (_, Through::TrustedProxy) => is_internal(caller.ip),
            (_, Through::UntrustedProxy) => false,
        };
        may_know.then(|| Operator {
            public_url: self.public.as_str(),
            said_in: self.said_in.as_deref(),
        })
    }
}

/// The host that was asked for. RFC 9112 §3.2.2 lets the request target win over the header; that the two
/// differ has no honest reason, so it is refused.
fn asked_for(parts: &Parts) -> Result<Option<&str>, ()> {
    let mut named = parts.headers.get_all(HOST).iter();
    let header = named.next().map(|value| value.to_str().map_err(|_| ())).transpose()?;
    if named.next().is_some() {
        return Err(());
    }
    let target = parts.uri.authority().map(Authority::as_str);
    match (target, header) {
        (Some(target), Some(header)) if !target.eq_ignore_ascii_case(header) => Err(()),
        (None, None) if parts.version >= Version::HTTP_11 => Err(()),
        (target, header) => Ok(target.or(header)),
    }
}

fn is_this_computer(host: &Host, public: &Host) -> bool {
    let port = |host: &Host| host.as_str().get(host.name().len()..).map(str::to_owned);
    matches!(host.name(), "127.0.0.1" | "[::1]" | "localhost") && port(host) == port(public)
}

fn is_internal(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn hosts(public: &str, place: Place) -> Hosts {
        Hosts {
            public: Origin::parse(public).unwrap(),
            said_in: None,
            is_ours: Arc::new(|host| host.as_str() == "acme.example.com"),
            place,
        }
    }

    fn judge(hosts: &Hosts, target: &str, named: &[&str]) -> Verdict {
        let request = named.iter().fold(Request::get(target), |r, host| r.header(HOST, *host));
        hosts.judge(&request.body(()).unwrap().into_parts().0)
    }

    // A-140, PT-04
    #[test]
    fn only_our_hosts_in_any_spelling_are_ours() {
        let production = hosts("https://id.example.com", Place::Production);
        for name in ["id.example.com", "ID.example.com:443", "id.example.com.", "acme.example.com"]
        {
            assert!(matches!(judge(&production, "/", &[name]), Verdict::Ours(_)), "{name}");
        }
        for name in ["evil.test", "id.example.com:8443", "id.example.com.evil.test", "127.0.0.1"] {
            assert_eq!(judge(&production, "/", &[name]), Verdict::Wrong, "{name}");
        }
        assert!(matches!(judge(&production, "https://acme.example.com/x", &[]), Verdict::Ours(_)));
    }

    // A-140, RFC 9112 §3.2
    #[test]
    fn no_host_two_hosts_or_contradicting_hosts_are_malformed() {
        let production = hosts("https://id.example.com", Place::Production);
        let ours = "id.example.com";
        assert_eq!(judge(&production, "/", &[]), Verdict::Malformed);
        assert_eq!(judge(&production, "/", &[ours, ours]), Verdict::Malformed);
        assert_eq!(judge(&production, "/", &["a/b"]), Verdict::Malformed);
        assert_eq!(judge(&production, "/", &[""]), Verdict::Malformed);
        let evil = "https://evil.test/";
        assert_eq!(judge(&production, evil, &[ours]), Verdict::Malformed);
        assert_eq!(judge(&production, evil, &["evil.test"]), Verdict::Wrong);
    }

    // experience §6.1
    #[test]
    fn a_probe_and_a_file_need_no_host() {
        let production = hosts("https://id.example.com", Place::Production);
        assert_eq!(judge(&production, "/readyz", &["10.0.0.9:8080"]), Verdict::Exempt);
        assert_eq!(judge(&production, "/static/x/vestibule.css", &["evil.test"]), Verdict::Exempt);
        assert_eq!(judge(&production, "/readyz/", &["10.0.0.9:8080"]), Verdict::Wrong);
    }

    // experience §1.7
    #[test]
    fn in_development_other_spellings_of_this_computer_lead_home() {
        let dev = hosts("http://localhost:8080", Place::Development);
        let home = |target, host| judge(&dev, target, &[host]);
        let expected = HeaderValue::from_static("http://localhost:8080/a?b=c&d");
        assert_eq!(home("/a?b=c&d", "127.0.0.1:8080"), Verdict::Elsewhere(expected.clone()));
        assert_eq!(home("/a?b=c&d", "[::1]:8080"), Verdict::Elsewhere(expected));
        let doubled = HeaderValue::from_static("http://localhost:8080//evil.test/");
        assert_eq!(home("//evil.test/", "127.0.0.1:8080"), Verdict::Elsewhere(doubled));
        assert_eq!(home("/", "127.0.0.1:9999"), Verdict::Wrong);
        assert_eq!(home("/", "evil.test:8080"), Verdict::Wrong);
        let production = hosts("http://localhost:8080", Place::Production);
        assert_eq!(judge(&production, "/", &["127.0.0.1:8080"]), Verdict::Wrong);
    }

    // experience §1.7
    #[test]
    fn only_insiders_learn_how_the_server_is_set_up() {
        let production = hosts("https://id.example.com", Place::Production);
        let knows = |ip: &str, through| {
            let caller = Caller { ip: ip.parse().unwrap(), is_https: false, through };
            production.operator(&caller).is_some()
        };
        assert!(knows("127.0.0.1", Through::Nothing) && knows("10.1.2.3", Through::TrustedProxy));
        assert!(
            !knows("10.1.2.3", Through::Nothing) && !knows("203.0.113.9", Through::TrustedProxy)
        );
        assert!(!knows("127.0.0.1", Through::UntrustedProxy));
    }
}
