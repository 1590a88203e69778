//! Somebody else's web server: serves what a test puts there, and remembers what it was asked.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone)]
pub struct Site {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    pages: HashMap<String, Vec<u8>>,
    asked: Vec<String>,
}

impl Site {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = Self { address, kept: Arc::default() };
        let kept = Arc::clone(&site.kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&kept)));
            }
        });
        site
    }

    /// For `outbound.allow`.
    pub fn door(&self) -> String {
        self.address.to_string()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A document: JSON, or a page if it says that it is one.
    pub fn put(&self, path: &str, body: &str) {
        self.put_bytes(path, body.as_bytes());
    }

    /// A file of any kind.
    pub fn put_bytes(&self, path: &str, body: &[u8]) {
        self.kept.lock().unwrap().pages.insert(path.into(), body.into());
    }

    /// Every path that was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.kept.lock().unwrap().asked.clone()
    }
}

async fn answer(mut stream: TcpStream, kept: Arc<Mutex<Kept>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let page = {
        let mut kept = kept.lock().unwrap();
        kept.asked.push(path.clone());
        kept.pages.get(&path).cloned()
    };
    let (status, body) = page.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
    let kind = if body.starts_with(b"<!doctype html>") { "text/html" } else { "application/json" };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    drop(stream.write_all(&[answer.as_bytes(), &body].concat()).await);
}
