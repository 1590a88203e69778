//! `[outbound]`: what the server itself may reach.

use super::section::section;
use super::setting::{Setting, Wrong, quoted};
use crate::kernel::time::Lifetime;
use crate::kernel::uri::Host;
use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

section! {
    /// Requests that the server itself makes: key sets, client documents, logout and webhook receivers.
    pub struct Outbound = "outbound" at outbound {
        /// What may be reached although its address is private, loopback or reserved: `host:port`, or a network.
        allow: Vec<Reachable> = Vec::new(), Live;
        /// Certificates of authorities that are trusted beside those of the platform, in PEM.
        ca_file: Option<PathBuf> = None, Live [sample("/etc/vestibule/authorities.pem")];
        /// How long a whole exchange may take.
        timeout: Lifetime = Lifetime::seconds(3), Live
            [lasting(Lifetime::millis(100), Lifetime::minutes(1))];
    }
}

/// What may be reached although it is not public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reachable {
    /// A name or address, with its port.
    Host(Host, u16),
    Network(IpNet),
}

impl Outbound {
    /// Whether `host`, which turned out to be at `address`, was allowed by name or by network.
    pub fn allows(&self, host: &Host, port: u16, address: IpAddr) -> bool {
        self.allow.iter().any(|allowed| match allowed {
            Reachable::Host(name, at) => name.name() == host.name() && *at == port,
            Reachable::Network(network) => network.contains(&address),
        })
    }
}

impl fmt::Display for Reachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host, port) => write!(f, "{host}:{port}"),
            Self::Network(network) => network.fmt(f),
        }
    }
}

impl Setting for Reachable {
    fn kind() -> String {
        "host:port or a network".to_owned()
    }

    fn sample() -> &'static str {
        "intranet.example.com:8443"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let text = text.trim();
        if let Ok(network) = text.parse() {
            return Ok(Self::Network(network));
        }
        let host_and_port = text.rsplit_once(':').and_then(|(host, port)| {
            let host =
                Host::parse(host, "https").filter(|parsed| parsed.as_str() == parsed.name())?;
            Some(Self::Host(host, port.parse().ok()?))
        });
        host_and_port.ok_or_else(Wrong::not::<Self>)
    }

    fn show(&self) -> String {
        quoted(&self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_host_and_port_or_network_is_reachable() {
        let allow = <Vec<Reachable> as Setting>::parse("intra.example:8443, [::1]:80, 10.0.0.0/8");
        let outbound = Outbound { allow: allow.unwrap(), ..Outbound::default() };
        let may = |host: &str, port, address: &str| {
            outbound.allows(&Host::parse(host, "https").unwrap(), port, address.parse().unwrap())
        };
        assert!(may("INTRA.example", 8443, "192.168.0.1"));
        assert!(!may("intra.example", 443, "192.168.0.1"));
        assert!(may("[::1]", 80, "::1"));
        assert!(may("else.example", 1, "10.2.3.4"));
        assert!(!may("else.example", 1, "11.2.3.4"));
    }

    #[test]
    fn a_name_without_a_port_is_not_enough() {
        for wrong in ["intra.example", "", "a b:80", "x:y", "x:99999", "1.2.3.4"] {
            assert!(<Reachable as Setting>::parse(wrong).is_err(), "{wrong}");
        }
    }
}
