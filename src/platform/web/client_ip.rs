//! Who calls: the socket's peer, or whom a trusted proxy names (RFC 7239 §5.2, §5.4). The one place that decides it.
//!
//! Audit, limits, sessions and logs all take the answer from here, so they cannot disagree.

use axum::http::HeaderMap;
use axum::http::header::HeaderName;
use ipnet::{IpNet, Ipv6Net};
use std::net::{IpAddr, SocketAddr};

/// The other end of the socket, and whether the socket speaks TLS. `server.rs` puts it into every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    pub address: SocketAddr,
    pub is_tls: bool,
}

/// The one header in which proxies name the client. Never two: the other one may come from the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardingHeader {
    #[default]
    XForwardedFor,
    Forwarded,
}

/// Whose word about the client's address is believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    pub trusted: Vec<IpNet>,
    pub header: ForwardingHeader,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    pub ip: IpAddr,
    pub is_https: bool,
    pub through: Through,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// The socket's peer is the caller.
    Nothing,
    /// The socket's peer is a proxy we trust.
    TrustedProxy,
    /// Somebody we do not trust sent forwarding headers, and they were ignored.
    UntrustedProxy,
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// What only a proxy sends. Looked at to warn, never to believe.
const SIGNS_OF_A_PROXY: [&str; 4] =
    ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-proto"];

impl Proxies {
    pub fn trust(&self, ip: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&ip))
    }

    pub fn caller(&self, peer: Peer, headers: &HeaderMap) -> Caller {
        let direct = peer.address.ip().to_canonical();
        let is_https = peer.is_tls;
        if !self.trust(direct) {
            let is_forwarded = SIGNS_OF_A_PROXY.iter().any(|name| headers.contains_key(*name));
            let through = if is_forwarded { Through::UntrustedProxy } else { Through::Nothing };
            return Caller { ip: direct, is_https, through };
        }
        let (ip, named) = match self.header {
            ForwardingHeader::XForwardedFor => self.by_x_forwarded_for(direct, headers),
            ForwardingHeader::Forwarded => self.by_forwarded(direct, headers),
        };
        Caller { ip, is_https: named.unwrap_or(is_https), through: Through::TrustedProxy }
    }

    /// The scheme is the last one named: what the proxy next to us saw.
    fn by_x_forwarded_for(&self, direct: IpAddr, headers: &HeaderMap) -> (IpAddr, Option<bool>) {
        let hops = elements(headers, X_FORWARDED_FOR).map(address);
        let scheme = elements(headers, X_FORWARDED_PROTO).next().and_then(is_https);
        (self.walk(direct, hops.map(|hop| (hop, None))).0, scheme)
    }

    /// The scheme stands in the same element as the client.
    fn by_forwarded(&self, direct: IpAddr, headers: &HeaderMap) -> (IpAddr, Option<bool>) {
        let hops = elements(headers, axum::http::header::FORWARDED).map(|element| {
            let hop = parameter(element, "for").and_then(address);
            (hop, parameter(element, "proto").and_then(is_https))
        });
        self.walk(direct, hops)
    }

    /// From the right, past the proxies we trust; the first other address is the client. What cannot be
    /// read ends the walk: everything to its left was said by somebody unknown.
    fn walk(
        &self,
        direct: IpAddr,
        hops: impl Iterator<Item = (Option<IpAddr>, Option<bool>)>,
    ) -> (IpAddr, Option<bool>) {
        let mut found = (direct, None);
        for (hop, scheme) in hops {
            let Some(ip) = hop else { return found };
            found = (ip, scheme);
            if !self.trust(ip) {
                return found;
            }
        }
        found
    }
}

/// What shares one limit: an IPv4 address, or an IPv6 network of 64 bits, all of which one subscriber has.
pub fn neighbourhood(ip: IpAddr) -> IpNet {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            Ipv6Net::new(ip, 64).map_or(IpNet::from(IpAddr::V6(ip)), |net| net.trunc().into())
        }
        ip @ IpAddr::V4(_) => IpNet::from(ip),
    }
}

/// The list elements of all lines of a header, the last one first.
fn elements(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|v| v.to_str().unwrap_or("")).collect();
    lines.into_iter().rev().flat_map(|line| outside_quotes(line, ',').into_iter().rev())
}

/// Split where the separator is not inside a quoted string.
fn outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    let parts = text.split(move |c| {
        is_quoted ^= c == '"';
        c == separator && !is_quoted
    });
    parts.map(str::trim).collect()
}

/// RFC 7239 §4: `for=192.0.2.60;proto=https`, names in any case, values perhaps quoted.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    outside_quotes(element, ';').into_iter().find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim_matches('"'))
    })
}

/// An address with or without a port, IPv6 with or without brackets; never a name, `unknown` or `_hidden`.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    plain.or_else(with_port).or_else(bracketed).map(|ip: IpAddr| ip.to_canonical())
}

fn is_https(text: &str) -> Option<bool> {
    let is = |scheme| text.eq_ignore_ascii_case(scheme);
    if is("https") { Some(true) } else { is("http").then_some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in lines {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        map
    }

    fn proxies(nets: &[&str], header: ForwardingHeader) -> Proxies {
        Proxies { trusted: nets.iter().map(|net| net.parse().unwrap()).collect(), header }
    }

    fn peer(address: &str) -> Peer {
        Peer { address: format!("{address}:4711").parse().unwrap(), is_tls: false }
    }

    fn seen(proxies: &Proxies, from: &str, lines: &[(&'static str, &str)]) -> Caller {
        proxies.caller(peer(from), &headers(lines))
    }

    const XFF: ForwardingHeader = ForwardingHeader::XForwardedFor;
    const RFC7239: ForwardingHeader = ForwardingHeader::Forwarded;

    //
    #[test]
    fn nobody_is_believed_unless_trusted() {
        let none = Proxies::default();
        for name in SIGNS_OF_A_PROXY {
            let caller = seen(&none, "203.0.113.9", &[(name, "198.51.100.1"), (name, "https")]);
            assert_eq!(caller.ip.to_string(), "203.0.113.9", "{name}");
            assert_eq!(
                (caller.is_https, caller.through),
                (false, Through::UntrustedProxy),
                "{name}"
            );
        }
        assert_eq!(seen(&none, "203.0.113.9", &[]).through, Through::Nothing);
    }

    //
    #[test]
    fn the_rightmost_untrusted_address_is_the_client() {
        let ours = proxies(&["10.0.0.0/8", "2001:db8:f::/48"], XFF);
        for (list, expected) in [
            ("198.51.100.7", "198.51.100.7"),
            ("6.6.6.6, 198.51.100.7", "198.51.100.7"),
            ("6.6.6.6, 198.51.100.7, 10.2.3.4", "198.51.100.7"),
            ("6.6.6.6,198.51.100.7:5555 , 10.2.3.4:80", "198.51.100.7"),
            ("[2001:db8::7]:443, 2001:db8:f::1", "2001:db8::7"),
            ("::ffff:198.51.100.7, ::ffff:10.9.9.9", "198.51.100.7"),
            ("10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ] {
            let caller = seen(&ours, "10.0.0.1", &[("x-forwarded-for", list)]);
            assert_eq!(caller.ip.to_string(), expected, "{list}");
        }
    }

    // A-141, V-071
    #[test]
    fn what_cannot_be_read_ends_the_walk() {
        let ours = proxies(&["10.0.0.0/8"], XFF);
        for (list, expected) in [
            ("", "10.0.0.1"),
            ("unknown", "10.0.0.1"),
            ("6.6.6.6, localhost", "10.0.0.1"),
            ("6.6.6.6, <script>, 10.2.3.4", "10.2.3.4"),
            ("6.6.6.6,,10.2.3.4", "10.2.3.4"),
            ("6.6.6.6, 1.2.3.4.5", "10.0.0.1"),
            ("6.6.6.6, 198.51.100.7:99999", "10.0.0.1"),
        ] {
            let caller = seen(&ours, "10.0.0.1", &[("x-forwarded-for", list)]);
            assert_eq!(caller.ip.to_string(), expected, "{list}");
        }
    }

    //
    #[test]
    fn several_lines_are_one_list_and_a_thousand_hops_are_walked() {
        let ours = proxies(&["10.0.0.0/8"], XFF);
        let lines = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "198.51.100.7, 10.0.0.2")];
        assert_eq!(seen(&ours, "10.0.0.1", &lines).ip.to_string(), "198.51.100.7");
        let long = vec!["10.0.0.2"; 1000].join(",");
        assert_eq!(
            seen(&ours, "10.0.0.1", &[("x-forwarded-for", &long)]).ip.to_string(),
            "10.0.0.2"
        );
    }

    //
    #[test]
    fn only_the_configured_header_counts() {
        let lines = [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=198.51.100.2")];
        for (header, expected) in [(XFF, "198.51.100.1"), (RFC7239, "198.51.100.2")] {
            let ours = proxies(&["10.0.0.0/8"], header);
            assert_eq!(seen(&ours, "10.0.0.1", &lines).ip.to_string(), expected);
        }
        let ours = proxies(&["10.0.0.0/8"], XFF);
        let strange = [("x_forwarded_for", "198.51.100.1"), ("x-real-ip", "198.51.100.2")];
        assert_eq!(seen(&ours, "10.0.0.1", &strange).ip.to_string(), "10.0.0.1");
    }

    // RFC 7239 §4, §6
    #[test]
    fn forwarded_is_read_with_its_quotes() {
        let ours = proxies(&["10.0.0.0/8"], RFC7239);
        for (value, expected, is_https) in [
            ("for=198.51.100.7;proto=https", "198.51.100.7", true),
            ("For=\"[2001:db8::7]:4711\" ; Proto=\"HTTPS\"", "2001:db8::7", true),
            ("for=6.6.6.6;proto=https, for=198.51.100.7;proto=http", "198.51.100.7", false),
            (
                "for=198.51.100.7;proto=https;by=10.0.0.9, for=10.0.0.2;proto=http",
                "198.51.100.7",
                true,
            ),
            ("for=6.6.6.6, for=_hidden", "10.0.0.1", false),
            ("for=6.6.6.6, for=\"unknown\"", "10.0.0.1", false),
            ("for=\"6.6.6.6, for=198.51.100.7", "10.0.0.1", false),
            ("proto=https", "10.0.0.1", false),
        ] {
            let caller = seen(&ours, "10.0.0.1", &[("forwarded", value)]);
            assert_eq!(
                (caller.ip.to_string().as_str(), caller.is_https),
                (expected, is_https),
                "{value}"
            );
        }
    }

    // A-141, V-070
    #[test]
    fn the_scheme_is_what_the_nearest_proxy_saw() {
        let ours = proxies(&["10.0.0.0/8"], XFF);
        for (value, expected) in [
            ("https", true),
            ("HTTPS", true),
            ("https, http", false),
            ("javascript", false),
            ("", false),
        ] {
            let lines = [("x-forwarded-for", "198.51.100.7"), ("x-forwarded-proto", value)];
            assert_eq!(seen(&ours, "10.0.0.1", &lines).is_https, expected, "{value}");
        }
    }

    //
    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_the_same_address() {
        let ours = proxies(&["10.0.0.0/8"], XFF);
        let caller = seen(&ours, "[::ffff:10.0.0.1]", &[("x-forwarded-for", "198.51.100.7")]);
        assert_eq!(caller.ip.to_string(), "198.51.100.7");
        assert_eq!(seen(&ours, "[::ffff:192.0.2.1]", &[]).ip.to_string(), "192.0.2.1");
    }

    // experience §6.8
    #[test]
    fn limits_see_a_whole_ipv6_subscriber() {
        let net = |ip: &str| neighbourhood(ip.parse().unwrap()).to_string();
        assert_eq!(net("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(net("2001:db8:1:2::9"), net("2001:db8:1:2:ffff::"));
        assert_eq!(net("::ffff:192.0.2.7"), "192.0.2.7/32");
    }
}
