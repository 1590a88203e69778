//! TLS: which versions, which protocol, which certificate, also after a reload.

use super::*;
use crate::platform::web::tls::TlsFiles;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use std::fs;
use tempfile::TempDir;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

struct Folder(TempDir);

impl Folder {
    fn files(&self) -> TlsFiles {
        TlsFiles { certificate: self.0.path().join("cert.pem"), key: self.0.path().join("key.pem") }
    }

    /// Write a fresh certificate and return it.
    fn renew(&self) -> CertificateDer<'static> {
        let made = rcgen::generate_simple_self_signed(["id.example.com".to_owned()]).unwrap();
        fs::write(self.files().certificate, made.cert.pem()).unwrap();
        fs::write(self.files().key, made.signing_key.serialize_pem()).unwrap();
        made.cert.der().clone()
    }
}

async fn connect(
    server: &Running,
    trusted: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    protocol: &[u8],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions);
    let mut client = versions.unwrap().with_root_certificates(roots).with_no_client_auth();
    client.alpn_protocols = vec![protocol.to_vec()];
    let name = ServerName::try_from("id.example.com").unwrap();
    TlsConnector::from(Arc::new(client)).connect(name, server.connect().await).await
}

const BOTH: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

async fn started() -> (Folder, CertificateDer<'static>, Certificates, Running) {
    let folder = Folder(TempDir::new().unwrap());
    let certificate = folder.renew();
    let certificates = Certificates::read(folder.files()).unwrap();
    let routes = Router::new().route("/", get(async || "ok"));
    let plan = Plan { tls: Some(certificates.clone()), ..Plan::new(routes) };
    (folder, certificate, certificates, plan.start().await)
}

// F-43, V-077
#[tokio::test]
async fn a_new_certificate_is_used_at_once_and_a_bad_one_never() {
    let (folder, first, certificates, server) = started().await;
    assert!(connect(&server, &first, BOTH, b"http/1.1").await.is_ok());
    let second = folder.renew();
    certificates.reload().unwrap();
    assert!(connect(&server, &first, BOTH, b"http/1.1").await.is_err());
    assert!(connect(&server, &second, BOTH, b"http/1.1").await.is_ok());
    fs::write(folder.files().key, "no key").unwrap();
    let failure = certificates.reload().unwrap_err().to_string();
    assert!(failure.contains("key.pem"), "{failure}");
    assert!(connect(&server, &second, BOTH, b"http/1.1").await.is_ok());
    let (kept, other) = (fs::read(folder.files().certificate).unwrap(), folder.renew());
    fs::write(folder.files().certificate, kept).unwrap();
    assert!(certificates.reload().is_err(), "a key of another certificate");
    assert!(connect(&server, &other, BOTH, b"http/1.1").await.is_err());
}

// experience §6.7: TLS 1.2 and newer, HTTP/1.1 or HTTP/2 as agreed
#[tokio::test]
async fn both_versions_of_tls_and_of_http_are_spoken() {
    let (_folder, certificate, _certificates, server) = started().await;
    for version in BOTH {
        let mut stream = connect(&server, &certificate, &[version], b"http/1.1").await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: id.example.com\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        assert_eq!(Answer::read(&mut stream).await.body(), "ok");
    }
    let stream = connect(&server, &certificate, BOTH, b"h2").await.unwrap();
    let executor = TokioExecutor::new();
    let (mut sender, connection) = http2::handshake(executor, TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for (address, status) in [("https://id.example.com/", 200), ("https://evil.test/", 421)] {
        let request = Request::get(address).body(Body::empty()).unwrap();
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.headers()["x-frame-options"], "DENY");
    }
    let large = Request::get("https://id.example.com/").header("a", "x".repeat(30_000));
    let answer = sender.send_request(large.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.unwrap().status().as_u16(), 431);
    server.stop.close();
    server.done.await.unwrap().unwrap();
}
