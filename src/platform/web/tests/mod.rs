//! The whole of it over real sockets: bounds, deadlines, stopping, TLS, and what every answer looks like.

mod answers;
mod bounds;
mod encrypted;
mod stopping;

use super::client_ip::{ForwardingHeader, Proxies};
use super::hosts::{Hosts, Place};
use super::middleware::{Candour, Frame, WebSettings, surround};
use super::page::{Link, Shell};
use super::server::{Door, ServerSettings, listen, serve};
use super::stop::{Stop, stop};
use super::tls::Certificates;
use crate::kernel::moment::{Ambient, Chance, Clock};
use crate::kernel::time::Timestamp;
use crate::kernel::uri::Origin;
use arc_swap::ArcSwap;
use axum::Router;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

struct StandingStill;

impl Clock for StandingStill {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(1_795_000_000)
    }
}

#[derive(Default)]
struct Counting(AtomicU8);

impl Chance for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

const PUBLIC: &str = "https://id.example.com";

/// A server about to start; tests change what they are about.
struct Plan {
    router: Router,
    web: WebSettings,
    server: ServerSettings,
    public: &'static str,
    place: Place,
    said_in: Option<&'static str>,
    candour: Candour,
    tls: Option<Certificates>,
}

impl Plan {
    fn new(router: Router) -> Self {
        Self {
            router,
            web: WebSettings::new(&Origin::parse(PUBLIC).unwrap()),
            server: ServerSettings::default(),
            public: PUBLIC,
            place: Place::Production,
            said_in: None,
            candour: Candour::ReferenceOnly,
            tls: None,
        }
    }

    /// As behind a proxy on this computer.
    fn trusting_loopback(mut self) -> Self {
        let trusted = vec!["127.0.0.0/8".parse().unwrap()];
        self.web.proxies = Proxies { trusted, header: ForwardingHeader::XForwardedFor };
        self
    }

    async fn start(self) -> Running {
        let listener = listen("127.0.0.1:0".parse().unwrap(), "server.listen").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hosts = Hosts {
            public: Origin::parse(self.public).unwrap(),
            said_in: self.said_in.map(Into::into),
            is_ours: Arc::new(|_| false),
            place: self.place,
        };
        let link = |words: &str, href: &str| Link { words: words.into(), href: href.into() };
        let links = Arc::new([link("Help", "/help"), link("Privacy", "/privacy")]);
        let web = Arc::new(ArcSwap::from_pointee(self.web));
        let frame = Frame {
            ambient: Ambient { clock: Arc::new(StandingStill), chance: Arc::<Counting>::default() },
            settings: Arc::clone(&web),
            hosts: Some(hosts),
            shell: Shell { links, ..Shell::new("Acme") },
            docs: "https://id.example.com/docs/errors".into(),
            candour: self.candour,
        };
        let door = Door { listener, tls: self.tls, router: surround(self.router, frame) };
        let (stop, stopping) = stop();
        let done = tokio::spawn(serve(door, self.server, stopping));
        Running { address, web, stop, done }
    }
}

struct Running {
    address: SocketAddr,
    web: Arc<ArcSwap<WebSettings>>,
    stop: Stop,
    done: JoinHandle<Result<(), crate::kernel::failure::Failure>>,
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Send these bytes and read until the server closes.
    async fn send(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect().await;
        // A server that has answered already may have closed: what it said still counts.
        let _ = stream.write_all(bytes).await;
        Answer::read(&mut stream).await
    }

    /// One request to our host.
    async fn ask(&self, line: &str, headers: &str) -> Answer {
        let host = "host: id.example.com\r\nconnection: close\r\n";
        let head = format!("{line} HTTP/1.1\r\n{host}{headers}\r\n");
        self.send(head.as_bytes()).await
    }
}

struct Answer(String);

impl Answer {
    async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Self {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        Self(String::from_utf8(bytes).unwrap())
    }

    fn status(&self) -> u16 {
        self.0.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let head = self.0.split("\r\n\r\n").next()?;
        head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }
}
