//! The client against real sockets on this machine, with names that mean what the test says.

use super::*;
use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers each look-up with the next of its answers, and the last for ever.
#[derive(Default)]
struct Names {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Names {
    fn of<const N: usize>(answers: [&[&str]; N]) -> Arc<Self> {
        let parse = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        let answers = Mutex::new(answers.iter().map(parse).collect());
        Arc::new(Self { answers, asked: AtomicUsize::default() })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Lookup for Names {
    fn look_up(&self, _: &str) -> Looking {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut answers = self.answers.lock().unwrap();
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Box::pin(async { next.ok_or_else(|| io::Error::other("no such name")) })
    }
}

/// A server on a port of its own that says one thing to whoever asks, and remembers what it was asked.
struct Server {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (heard, answer) = (Arc::<Mutex<Vec<String>>>::default(), answer.into());
        let notes = heard.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, answer.clone(), notes.clone()));
            }
        });
        Self { port, heard }
    }

    fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/x", self.port)
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// A client that may reach this server and nothing else closed.
    fn client(&self, names: &Arc<Names>) -> Client {
        client(&[format!("127.0.0.1:{}", self.port)], names)
    }

    async fn get(&self) -> Result<Answer, OutboundRefusal> {
        self.client(&Names::of([])).send(Request::get(&self.url("127.0.0.1"), "*/*")).await
    }
}

/// Says its answer and then nothing more: whoever expects more waits.
async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: Vec<u8>,
    heard: Arc<Mutex<Vec<String>>>,
) {
    let mut request = vec![0; 8192];
    let length = stream.read(&mut request).await.unwrap_or(0);
    heard.lock().unwrap().push(String::from_utf8_lossy(&request[..length]).into());
    // Whoever has read enough hangs up.
    let _ = stream.write_all(&answer).await;
    let _ = stream.read(&mut request).await;
}

fn client(allow: &[String], names: &Arc<Names>) -> Client {
    let timeout = Lifetime::millis(1500);
    let settings = OutboundSettings { allow: allow.to_vec(), timeout, ca_file: None };
    Client::new(&settings, names.clone()).unwrap()
}

fn answer(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
}

#[tokio::test]
async fn an_answer_comes_back_with_its_headers() {
    let server = Server::saying(answer("content-type: Application/JSON; x=y\r\n", "{}")).await;
    let answer = server.get().await.unwrap();
    assert!(answer.is_success());
    assert_eq!(
        (&answer.body[..], answer.media_type().as_deref()),
        (&b"{}"[..], Some("application/json"))
    );
    let heard = server.heard().concat();
    assert!(heard.starts_with("GET /x HTTP/1.1\r\n"), "{heard}");
    assert!(!heard.contains("accept-encoding"), "{heard}");
}

#[tokio::test]
async fn a_form_and_json_are_posted() {
    let server =
        Server::saying("HTTP/1.1 400 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").await;
    let (client, url) = (server.client(&Names::of([])), server.url("127.0.0.1"));
    let form = Request::post_form(&url, [("a", "1 &"), ("b", "ü")], "application/json")
        .with_secret_header("authorization", &Secret::new("Basic x"));
    assert_eq!(client.send(form).await.unwrap().status, 400);
    client.send(Request::post_json(&url, "{}")).await.unwrap();
    let heard = server.heard().concat();
    assert!(
        heard.contains("a=1+%26&b=%C3%BC") && heard.contains("authorization: Basic x"),
        "{heard}"
    );
    let broken = Request::get(&url, "*/*").with_header("x", "a\r\nb");
    assert_eq!(client.send(broken).await.unwrap_err(), OutboundRefusal::Unwritable);
}

// V-081, A-117
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let canary = Server::saying(answer("", "")).await;
    for status in ["301 x", "302 x", "303 x", "307 x", "308 x"] {
        let location = canary.url("127.0.0.1");
        let said =
            format!("HTTP/1.1 {status}\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::saying(said).await;
        let allow = [format!("127.0.0.1:{}", server.port), format!("127.0.0.1:{}", canary.port)];
        let asked = client(&allow, &Names::of([]))
            .send(Request::get(&server.url("127.0.0.1"), "*/*"))
            .await;
        assert_eq!(asked.unwrap_err(), OutboundRefusal::Redirected);
    }
    assert_eq!(canary.heard(), Vec::<String>::new());
}

// A-113, D-11: announced, or streamed without a length
#[tokio::test]
async fn a_body_over_the_limit_is_not_read() {
    let fits = Server::saying(answer("", &"a".repeat(LARGEST_BODY))).await;
    assert_eq!(fits.get().await.unwrap().body.len(), LARGEST_BODY);
    let announced = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 65537\r\n\r\n").await;
    assert_eq!(announced.get().await.unwrap_err(), OutboundRefusal::TooLarge);
    let streamed = format!("HTTP/1.1 200 OK\r\n\r\n{}", "a".repeat(10 * 1024 * 1024));
    assert_eq!(Server::saying(streamed).await.get().await.unwrap_err(), OutboundRefusal::TooLarge);
    let client = fits.client(&Names::of([]));
    let small = Request::get(&fits.url("127.0.0.1"), "*/*").reading_at_most(100);
    assert_eq!(client.send(small).await.unwrap_err(), OutboundRefusal::TooLarge);
}

// one byte per second, and silence; a gzip bomb stays packed
#[tokio::test]
async fn a_slow_or_packed_answer_is_refused() {
    let slow = async |said: &str| Server::saying(said).await.get().await.unwrap_err();
    let (silent, begun, torn) = tokio::join!(
        slow(""),
        slow("HTTP/1.1 200 OK\r\n"),
        slow("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"),
    );
    assert_eq!([silent, begun, torn], [const { OutboundRefusal::TooSlow }; 3]);
    let packed = Server::saying(answer("content-encoding: gzip\r\n", "xx")).await;
    assert_eq!(packed.get().await.unwrap_err(), OutboundRefusal::Compressed);
}

// V-080, V-084, A-117: whatever the name says, its addresses decide, every one of them
#[tokio::test]
async fn a_name_with_a_closed_address_is_refused() {
    let canary = Server::saying(answer("", "")).await;
    for addresses in [
        &["127.0.0.1"][..],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["fe80::1"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::7f00:1"],
        &["1.1.1.1", "127.0.0.1"],
    ] {
        let client = client(&[], &Names::of([addresses]));
        let asked = client
            .send(Request::get(&format!("https://name.example:{}/", canary.port), "*/*"))
            .await;
        assert_eq!(asked.unwrap_err(), OutboundRefusal::ClosedAddress, "{addresses:?}");
    }
    assert_eq!(canary.heard(), Vec::<String>::new());
    let nobody = client(&[], &Names::of([]));
    let asked = nobody.send(Request::get("https://nobody.example/", "*/*")).await;
    assert_eq!(asked.unwrap_err(), OutboundRefusal::UnknownName);
}

//
#[tokio::test]
async fn this_machine_is_refused_by_its_own_name() {
    let client = Client::new(&OutboundSettings::default(), Arc::new(SystemLookup)).unwrap();
    let asked = client.send(Request::get("https://LocalHost:5432/", "*/*")).await;
    assert_eq!(asked.unwrap_err(), OutboundRefusal::ClosedAddress);
}

// V-083: the second answer of a rebinding name is never heard
#[tokio::test]
async fn a_name_is_looked_up_once_and_its_checked_address_is_used() {
    let server = Server::saying(answer("connection: close\r\n", "first")).await;
    let names = Names::of([&["127.0.0.1"], &["10.0.0.1"]]);
    let client = server.client(&names);
    let url = server.url("name.example");
    assert_eq!(client.send(Request::get(&url, "*/*")).await.unwrap().body, "first");
    assert_eq!(names.asked(), 1);
    // A new connection asks anew, and what it is told is checked anew.
    assert_eq!(
        client.send(Request::get(&url, "*/*")).await.unwrap_err(),
        OutboundRefusal::NotHttps
    );
    assert_eq!((names.asked(), server.heard().len()), (2, 1));
}

// D-11, A-117: the list opens one port and no other
#[tokio::test]
async fn the_list_opens_exactly_its_port() {
    let (open, shut) =
        (Server::saying(answer("", "x")).await, Server::saying(answer("", "x")).await);
    let client = open.client(&Names::of([&["127.0.0.1"]]));
    for host in ["127.0.0.1", "name.example", "[::ffff:127.0.0.1]"] {
        assert!(client.send(Request::get(&open.url(host), "*/*")).await.is_ok(), "{host}");
        let asked = client.send(Request::get(&shut.url(host), "*/*")).await;
        assert_eq!(asked.unwrap_err(), OutboundRefusal::NotHttps, "{host}");
    }
    assert_eq!(shut.heard(), Vec::<String>::new());
    client.reload(&OutboundSettings::default()).unwrap();
    assert!(client.send(Request::get(&open.url("127.0.0.1"), "*/*")).await.is_err());
}

// D-11: https by a company's own authority, and only by it
#[tokio::test]
async fn a_certificate_counts_if_its_authority_is_known() {
    let made = rcgen::generate_simple_self_signed(vec!["inside.example".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, made.cert.pem()).unwrap();
    let port = tls_server(&made).await;
    let names = Names::of([&["127.0.0.1"]]);
    let (allow, timeout) = (vec![format!("127.0.0.1:{port}")], Lifetime::seconds(10));
    let known = OutboundSettings { allow: allow.clone(), ca_file: Some(ca_file), timeout };
    let ask = async |settings: &OutboundSettings, host: &str| {
        let client = Client::new(settings, names.clone()).unwrap();
        client.send(Request::get(&format!("https://{host}:{port}/"), "*/*")).await
    };
    assert_eq!(ask(&known, "inside.example").await.unwrap().body, "x");
    let other = ask(&known, "other.example").await.unwrap_err();
    assert!(matches!(other, OutboundRefusal::NoConnection(_)), "{other}");
    let unknown =
        ask(&OutboundSettings { ca_file: None, ..known }, "inside.example").await.unwrap_err();
    assert!(!unknown.to_string().contains("inside.example:"), "{unknown}");
}

async fn tls_server(made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> u16 {
    let key = made.signing_key.serialize_der().try_into().unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                converse(stream, answer("connection: close\r\n", "x").into(), Arc::default()).await;
            }
        }
    });
    port
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let said = |ca_file: &PathBuf| {
        let settings = OutboundSettings { ca_file: Some(ca_file.clone()), ..Default::default() };
        Client::new(&settings, Names::of([])).map(drop).unwrap_err().to_string()
    };
    assert!(said(&file).contains("cannot be read"), "{}", said(&file));
    std::fs::write(&file, "nonsense").unwrap();
    assert!(said(&file).contains("contains no certificate"), "{}", said(&file));
}
