//! A URL that may be asked, as far as the URL itself can tell.

use super::OutboundRefusal;
use super::allow::{Allow, Door, Speech};
use url::{Host, Url};

#[derive(Debug)]
pub(super) struct Target {
    pub(super) url: Url,
    pub(super) door: Door,
}

impl Target {
    /// The parser normalises odd spellings (0x7f.1, 2130706433, 0177.0.0.1), so that what is checked here is
    /// what is connected to. Names are checked when they are looked up.
    pub(super) fn parse(text: &str, allow: &Allow) -> Result<Self, OutboundRefusal> {
        let url = Url::parse(text).map_err(|_| OutboundRefusal::NotAUrl)?;
        let speech = match url.scheme() {
            "https" => Speech::Https,
            "http" => Speech::Http,
            _ => return Err(OutboundRefusal::NotHttps),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutboundRefusal::Credentials);
        }
        let port = url.port_or_known_default().ok_or(OutboundRefusal::NotAUrl)?;
        let door = allow.door(speech, port);
        let may_pass = match url.host().ok_or(OutboundRefusal::NotAUrl)? {
            Host::Ipv4(address) => allow.permits(None, address.into(), door),
            Host::Ipv6(address) => allow.permits(None, address.into(), door),
            Host::Domain(name) => allow.may_permit(name, door),
        };
        if may_pass { Ok(Self { url, door }) } else { Err(closed(speech)) }
    }
}

/// Over http a closed address and a public one are refused alike, for the same mend: the list.
pub(super) const fn closed(speech: Speech) -> OutboundRefusal {
    match speech {
        Speech::Https => OutboundRefusal::ClosedAddress,
        Speech::Http => OutboundRefusal::NotHttps,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> OutboundRefusal {
        let allow =
            Allow::parse(&["10.9.0.1:80".to_owned(), "in.example:8080".to_owned()]).unwrap();
        Target::parse(url, &allow).map(|target| target.url).unwrap_err()
    }

    // V-083, A-117: decimal, octal, hexadecimal, short, wide, escaped and mapped spellings
    #[test]
    fn a_closed_literal_is_refused_however_it_is_spelled() {
        let spellings = "127.0.0.1 2130706433 0177.0.0.1 0x7f.0.0.1 0x7f000001 127.1 127.0.1 0 127.0.0.1. \
            １２７.0.0.1 127%2e0.0.1 127。0。0。1 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] \
            [0:0:0:0:0:ffff:a9fe:a9fe] [fe80::1] [fc00::1] [64:ff9b::10.0.0.1] 169.254.169.254 10.1 \
            192.168.257 0.0.0.0 255.255.255.255 10.9.0.1";
        for host in spellings.split_whitespace() {
            for url in [format!("https://{host}/"), format!("https://{host}:8443/x")] {
                assert_eq!(refused(&url), OutboundRefusal::ClosedAddress, "{url}");
            }
        }
    }

    //
    #[test]
    fn other_schemes_and_user_names_are_refused() {
        let others = "file:///etc/passwd gopher://h/ ftp://h/ data:,x javascript:x http://h.example:81/ \
            http://1.1.1.1/";
        for url in others.split_whitespace() {
            assert_eq!(refused(url), OutboundRefusal::NotHttps, "{url}");
        }
        for url in ["https://u@h.example/", "https://u:p@h.example/", "https://:p@h.example/"] {
            assert_eq!(refused(url), OutboundRefusal::Credentials, "{url}");
        }
        for url in
            ["", "h.example", "https://", "https://[::1", "https://h:99999/", "https://1.2.3.4.5/"]
        {
            assert_eq!(refused(url), OutboundRefusal::NotAUrl, "{url}");
        }
    }

    #[test]
    fn what_the_list_names_may_be_asked() {
        let allow =
            Allow::parse(&["10.9.0.1:80".to_owned(), "in.example:8080".to_owned()]).unwrap();
        // The third could still be the first by its address, which is checked at the look-up.
        for url in [
            "http://10.9.0.1/",
            "http://in.example:8080/",
            "http://x.example/",
            "https://h.example/",
        ] {
            assert!(Target::parse(url, &allow).is_ok(), "{url}");
        }
    }
}
