//! How much of a client's address a log line tells.

use ipnet::IpNet;
use std::net::IpAddr;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Addresses {
    #[default]
    Full,
    /// Its network only: 24 bits of IPv4, 48 of IPv6.
    Truncated,
    Off,
}

impl Addresses {
    /// What is left of it.
    pub(super) fn shorten(self, address: &str) -> Option<String> {
        match self {
            Self::Full => Some(address.to_owned()),
            Self::Truncated => network(address).map(|network| network.to_string()),
            Self::Off => None,
        }
    }
}

fn network(address: &str) -> Option<IpNet> {
    let address: IpAddr = address.parse().ok()?;
    let bits = if address.is_ipv4() { 24 } else { 48 };
    Some(IpNet::new(address, bits).ok()?.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_of_an_address_is_told_as_was_asked_for() {
        let told = |addresses: Addresses, text| addresses.shorten(text);
        let (four, six) = ("203.0.113.9", "2001:db8:1:2:3:4:5:6");
        assert_eq!(told(Addresses::Full, four).unwrap(), four);
        assert_eq!(told(Addresses::Truncated, four).unwrap(), "203.0.113.0/24");
        assert_eq!(told(Addresses::Truncated, six).unwrap(), "2001:db8:1::/48");
        assert_eq!(told(Addresses::Truncated, "unknown"), None);
        assert_eq!(told(Addresses::Off, six), None);
    }
}
