//! Which addresses are the open internet (RFC 6890 and the IANA registries of special-purpose addresses).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the address belongs to everyone: neither this machine, nor its networks, nor reserved.
///
/// An IPv6 address that carries an IPv4 address is judged by what it carries (V-085).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match carried(address) {
            Some(address) => is_public_v4(address),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !CLOSED_V4.iter().any(|([a, b, c], length)| {
        let difference = address.to_bits() ^ Ipv4Addr::new(*a, *b, *c, 0).to_bits();
        difference.leading_zeros() >= *length
    })
}

const CLOSED_V4: [([u8; 3], u32); 15] = [
    ([0, 0, 0], 8),       // this network
    ([10, 0, 0], 8),      // private
    ([100, 64, 0], 10),   // shared by providers
    ([127, 0, 0], 8),     // loopback
    ([169, 254, 0], 16),  // link-local, and the metadata of cloud machines
    ([172, 16, 0], 12),   // private
    ([192, 0, 0], 24),    // protocol assignments
    ([192, 0, 2], 24),    // documentation
    ([192, 88, 99], 24),  // 6to4 relays
    ([192, 168, 0], 16),  // private
    ([198, 18, 0], 15),   // benchmarks
    ([198, 51, 100], 24), // documentation
    ([203, 0, 113], 24),  // documentation
    ([224, 0, 0], 4),     // multicast
    ([240, 0, 0], 4),     // reserved, and broadcast
];

/// Global unicast is 2000::/3. All else is closed: loopback, unique local, link-local, multicast, 5f00::/16,
/// 64:ff9b:1::/48, 100::/64 and what may yet be assigned.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_global = a & 0xe000 == 0x2000;
    // 2001::/23 are protocol assignments, Teredo among them; the other two are documentation.
    let is_closed = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || (a == 0x3fff && b < 0x1000);
    is_global && !is_closed
}

/// The IPv4 address inside: compatible, mapped, translated, NAT64 (RFC 6052), 6to4 (RFC 3056).
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => {
            Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // D-11, V-083, V-085, A-117
    #[test]
    fn special_use_addresses_are_closed() {
        let texts = "0.0.0.0 0.255.255.255 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 \
            127.255.255.255 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 \
            192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1 \
            203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::2 \
            ::127.0.0.1 ::10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:0:10.0.0.1 \
            64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:: \
            2001:1ff::1 2001:db8::1 2002:7f00:1::1 2002:a00:1:: 2002:c0a8:101::1 3fff::1 \
            3fff:fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 febf::1 fec0::1 ff02::1";
        for text in texts.split_whitespace() {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn the_open_internet_is_open() {
        let texts = "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 \
            169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.1 192.0.3.1 192.167.1.1 \
            192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2606:4700::1111 2a00:1450::1 \
            2001:200::1 2001:4860::8888 2400::1 ::ffff:1.1.1.1 64:ff9b::1.1.1.1 2002:101:101::1";
        for text in texts.split_whitespace() {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }
}
