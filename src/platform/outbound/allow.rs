//! What the operator opened: `outbound.allow`.

use super::addresses::is_public;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use url::Host;

/// The list, parsed.
#[derive(Debug, Default)]
pub(super) struct Allow(Vec<Entry>);

#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Name(String, u16),
    Address(SocketAddr),
    Net(IpNet),
}

/// The way an exchange goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Door {
    pub(super) speech: Speech,
    /// Only if the list names this port: for all others the rules are the same.
    pub(super) port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Speech {
    Https,
    Http,
}

impl Allow {
    /// # Errors
    /// A sentence about the first entry that is neither.
    pub(super) fn parse(entries: &[String]) -> Result<Self, String> {
        let wrong = |text: &String| {
            format!(
                "outbound.allow: {text:?} must be host:port, such as keys.example:8443, or a network, \
                 such as 10.1.0.0/16"
            )
        };
        let entries = entries.iter().map(|text| Entry::parse(text).ok_or_else(|| wrong(text)));
        entries.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn door(&self, speech: Speech, port: u16) -> Door {
        let is_named = self.0.iter().any(|entry| match entry {
            Entry::Name(_, named) => *named == port,
            Entry::Address(address) => address.port() == port,
            Entry::Net(_) => false,
        });
        Door { speech, port: is_named.then_some(port) }
    }

    /// Whether this address may be connected to, by its name or, without one, by itself.
    pub(super) fn permits(&self, name: Option<&str>, address: IpAddr, door: Door) -> bool {
        let is_open = door.speech == Speech::Https && is_public(address);
        is_open || self.0.iter().any(|entry| entry.covers(name, address, door.port))
    }

    /// Whether a name could pass, before it is looked up.
    pub(super) fn may_permit(&self, name: &str, door: Door) -> bool {
        let may_cover = |entry: &Entry| match entry {
            Entry::Name(listed, port) => plain(name) == listed && door.port == Some(*port),
            Entry::Address(address) => door.port == Some(address.port()),
            Entry::Net(_) => true,
        };
        door.speech == Speech::Https || self.0.iter().any(may_cover)
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(net) = text.parse::<IpNet>() {
            return Some(Self::Net(net.trunc()));
        }
        let (host, port) = text.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port != 0)?;
        Some(match Host::parse(host).ok()? {
            Host::Domain(name) => Self::Name(plain(&name).to_owned(), port),
            Host::Ipv4(address) => Self::Address((address, port).into()),
            Host::Ipv6(address) => Self::Address((address.to_canonical(), port).into()),
        })
    }

    fn covers(&self, name: Option<&str>, address: IpAddr, port: Option<u16>) -> bool {
        // ::ffff:127.0.0.1 and 127.0.0.1 are one place; other spellings of it are not on the wire.
        let address = address.to_canonical();
        match self {
            Self::Name(listed, at) => name.map(plain) == Some(listed.as_str()) && port == Some(*at),
            Self::Address(listed) => listed.ip() == address && port == Some(listed.port()),
            Self::Net(net) => net.contains(&address),
        }
    }
}

/// The root's dot at the end makes no other name.
fn plain(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(entry: &str) -> Allow {
        Allow::parse(&[entry.to_owned()]).unwrap()
    }

    fn permits(allow: &Allow, name: Option<&str>, address: &str, port: u16) -> bool {
        allow.permits(name, address.parse().unwrap(), allow.door(Speech::Http, port))
    }

    #[test]
    fn an_entry_opens_its_port_and_no_other() {
        let list = allow("127.0.0.1:8443");
        assert!(permits(&list, None, "127.0.0.1", 8443));
        assert!(permits(&list, Some("any.example"), "::ffff:127.0.0.1", 8443));
        assert!(!permits(&list, None, "127.0.0.1", 8444));
        assert!(!permits(&list, None, "127.0.0.2", 8443));
    }

    #[test]
    fn a_name_opens_its_addresses_for_that_name_only() {
        let list = allow("Keys.Example.:80");
        assert!(permits(&list, Some("keys.example"), "10.0.0.1", 80));
        assert!(permits(&list, Some("keys.example."), "10.0.0.1", 80));
        assert!(!permits(&list, Some("other.example"), "10.0.0.1", 80));
        assert!(!permits(&list, Some("keys.example"), "10.0.0.1", 81));
        assert!(!permits(&list, None, "10.0.0.1", 80));
    }

    #[test]
    fn a_network_opens_all_its_ports() {
        let list = allow("10.1.2.3/16");
        assert!(permits(&list, None, "10.1.200.1", 1));
        assert!(permits(&list, None, "::ffff:10.1.0.1", 1));
        assert!(!permits(&list, None, "10.2.0.1", 1));
        assert!(permits(&allow("[::1]:80"), None, "::1", 80));
    }

    #[test]
    fn nonsense_in_the_list_is_named() {
        for wrong in ["", "10.0.0.1", "keys.example", "keys.example:0", "a:b", ":80", "10.0.0.0/33"]
        {
            let said = Allow::parse(&[wrong.to_owned()]).unwrap_err();
            assert!(said.contains(&format!("{wrong:?}")), "{said}");
        }
    }
}
