//! `[server]` and `[server.tls]`: where the server is reached, and by whom.

use super::section::section;
use super::setting::{Setting, Wrong, choices, quoted};
use crate::kernel::time::Lifetime;
use crate::kernel::uri::Origin;
use ipnet::IpNet;
use serde_json::{Value, json};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

section! {
    /// Where the server is reached, and how long it waits.
    pub struct Server = "server" at server {
        /// The address of this server as browsers and applications see it: scheme and host, without a path.
        /// It is the issuer in every token, so `serve` needs it and a change makes all tokens invalid.
        public_url: Option<Origin> = None, Fixed;
        /// The addresses and ports on which requests are answered.
        listen: Vec<SocketAddr> = vec![local(8080)], Restart;
        /// The address and port for health checks and metrics. It must not be reachable from outside.
        ops_listen: Option<SocketAddr> = Some(local(9090)), Restart [unset("off")];
        /// Networks of the reverse proxies whose word about the client's address is believed.
        trusted_proxies: Vec<IpNet> = Vec::new(), Live;
        /// The header in which a trusted proxy names the client's address.
        client_ip_header: ClientIpHeader = ClientIpHeader::XForwardedFor, Live;
        /// The largest request body that is read.
        request_body_limit: Size = Size::kib(64), Live [range(1024, 16 * 1024 * 1024)];
        /// How long one request may take.
        request_timeout: Lifetime = Lifetime::seconds(20), Live
            [lasting(Lifetime::seconds(1), Lifetime::minutes(10))];
        /// How long the server goes on answering after it was told to stop, while it already says that it is not
        /// ready: as long as the load balancer in front needs to notice.
        shutdown_delay: Lifetime = Lifetime::ZERO, Live
            [lasting(Lifetime::ZERO, Lifetime::minutes(10))];
        /// How long requests under way may take to finish when the server stops.
        shutdown_grace: Lifetime = Lifetime::seconds(10), Restart
            [lasting(Lifetime::ZERO, Lifetime::minutes(10))];
        /// Threads that answer requests; 0 stands for one per CPU.
        workers: u16 = 0, Restart [range(0, 1024)];
        /// How long browsers remember to use HTTPS only; 0s sends no such header. It is sent only over HTTPS.
        hsts_max_age: Lifetime = Lifetime::days(730), Live
            [lasting(Lifetime::ZERO, Lifetime::days(3650))];
    } with tls: Tls
}

section! {
    /// TLS without a proxy in front.
    pub struct Tls = "server.tls" at server.tls {
        /// Whether the server speaks TLS itself, with a certificate from files.
        mode: TlsMode = TlsMode::Off, Restart;
        /// The certificate and its chain, in PEM.
        cert_file: Option<PathBuf> = None, Live [sample("/etc/vestibule/cert.pem")];
        /// The private key of the certificate, in PEM. Nobody else may be able to read the file.
        key_file: Option<PathBuf> = None, Live [sample("/etc/vestibule/key.pem")];
    }
}

choices! {
    /// How a proxy names the client.
    pub enum ClientIpHeader {
        XForwardedFor = "x-forwarded-for",
        /// RFC 7239.
        Forwarded = "forwarded",
    }
}

choices! {
    /// Where certificates come from.
    pub enum TlsMode {
        Off = "off",
        Files = "files",
    }
}

const fn local(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

/// A number of bytes: `64KiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u32);

impl Size {
    pub const fn kib(kib: u32) -> Self {
        Self(kib.saturating_mul(1024))
    }

    pub const fn bytes(self) -> usize {
        self.0 as usize
    }
}

const UNITS: [(&str, u32); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().find(|(_, unit)| self.0 != 0 && self.0.is_multiple_of(*unit));
        let (name, unit) = whole.copied().unwrap_or(("B", 1));
        write!(f, "{}{name}", self.0 / unit)
    }
}

impl Setting for Size {
    fn kind() -> String {
        "a size".to_owned()
    }

    fn sample() -> &'static str {
        "64KiB"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let parts =
            text.find(|c: char| !c.is_ascii_digit()).and_then(|at| text.split_at_checked(at));
        let size = parts.and_then(|(number, unit)| {
            let unit = UNITS.iter().find(|(name, _)| *name == unit)?.1;
            number.parse::<u32>().ok()?.checked_mul(unit).map(Self)
        });
        size.ok_or_else(|| Wrong::label("not a size: a number and one of B, KiB, MiB, GiB"))
    }

    fn show(&self) -> String {
        quoted(&self.to_string())
    }

    fn amount(&self) -> Option<i64> {
        Some(i64::from(self.0))
    }

    fn spell(amount: i64) -> String {
        Self(u32::try_from(amount).unwrap_or(u32::MAX)).to_string()
    }

    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^[0-9]+(B|KiB|MiB|GiB)$" })
    }
}
