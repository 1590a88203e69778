//! Somebody at the other end of the wire: asks, and gets what really came back.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{HOST, HeaderMap};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;

/// No answer takes this long, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(1);

/// Talks to one address under one host name. A path goes out as it was written: nothing is normalised.
#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    host: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn new(address: SocketAddr, host: impl Into<String>) -> Self {
        Self { address, host: host.into() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.try_ask(method, path, headers).await.unwrap()
    }

    /// For a server that may not be there.
    pub async fn try_ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Answer, String> {
        let exchange = self.exchange((method, path), headers, "");
        tokio::time::timeout(PATIENCE, exchange).await.map_err(|e| e.to_string())?
    }

    /// With a body.
    pub async fn send(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send_as("POST", path, headers, body).await
    }

    pub async fn send_as(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let exchange = self.exchange((method, path), headers, body);
        tokio::time::timeout(PATIENCE, exchange).await.unwrap().unwrap()
    }

    /// A form, as a client's library sends it.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let form = ("content-type", "application/x-www-form-urlencoded");
        self.send(path, &[&[form][..], headers].concat(), body).await
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    async fn exchange(
        &self,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, String> {
        let words = |error: &dyn std::error::Error| error.to_string();
        let stream = TcpStream::connect(self.address).await.map_err(|e| words(&e))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|e| words(&e))?;
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(body.as_bytes()))).unwrap();
        let asking = async {
            let response = sender.send_request(request).await.map_err(|e| words(&e))?;
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.map_err(|e| words(&e))?.to_bytes();
            let body = String::from_utf8_lossy(&bytes).into_owned();
            Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
        };
        let mut asking = std::pin::pin!(asking);
        tokio::select! {
            answer = &mut asking => answer,
            ended = connection => match ended {
                // It answered, and closed the door behind it.
                Ok(()) => asking.await,
                Err(error) => Err(format!("hung up: {error}")),
            },
        }
    }
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// Empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Everything of it that says something, for a search of what must not be there.
    pub fn text(&self) -> String {
        format!("{} {:?}\n{}", self.status, self.headers, self.body)
    }

    /// How long a copy may be used without asking (RFC 9111 §5.2.2.1).
    #[track_caller]
    pub fn max_age(&self) -> i64 {
        let rule = self.header("cache-control").to_owned();
        let seconds = rule.split("max-age=").nth(1).and_then(|rest| rest.split(',').next());
        seconds.and_then(|text| text.trim().parse().ok()).unwrap_or_else(|| panic!("{rule:?}"))
    }
}
