//! How much a request may be, and how long it may take (security §0.2).

use super::*;
use axum::body::Bytes;
use axum::routing::{get, post};
use std::time::Duration;

fn routes() -> Router {
    let reads = post(async |body: Bytes| body.len().to_string());
    Router::new().route("/", get(async || "ok")).route("/take", reads)
}

const SHORT: Duration = Duration::from_millis(80);

//
#[tokio::test]
async fn what_is_too_long_is_refused_by_name() {
    let server = Plan::new(routes()).start().await;
    let x = |count: usize| "x".repeat(count);
    assert_eq!(server.ask(&format!("GET /{}", x(8300)), "").await.status(), 414);
    assert_eq!(server.ask("GET /", &format!("a: {}\r\n", x(8000))).await.status(), 200);
    assert_eq!(server.ask("GET /", &format!("a: {}\r\n", x(8300))).await.status(), 431);
    let three = format!("a: {0}\r\nb: {0}\r\nc: {0}\r\n", x(6000));
    assert_eq!(server.ask("GET /", &three).await.status(), 431);
    let many = |count: usize| "h: x\r\n".repeat(count);
    assert_eq!(server.ask("GET /", &many(98)).await.status(), 200);
    assert_eq!(server.ask("GET /", &many(99)).await.status(), 431);
    for gross in [format!("a: {}\r\n", x(1 << 20)), many(10_000)] {
        assert!(matches!(server.ask("GET /", &gross).await.status(), 431 | 0));
    }
    assert!(matches!(
        server.ask(&format!("GET /{}", x(100 << 10)), "").await.status(),
        414 | 431 | 0
    ));
}

//
#[tokio::test]
async fn a_body_is_refused_early_by_its_announcement_or_its_size() {
    let server = Plan::new(routes()).start().await;
    let announced = server.ask("POST /take", "content-length: 1099511627776\r\n").await;
    assert_eq!(announced.status(), 413);
    let with = |length: usize| {
        let head = "POST /take HTTP/1.1\r\nhost: id.example.com\r\nconnection: close\r\n";
        format!("{head}content-length: {length}\r\n\r\n{}", "x".repeat(length))
    };
    assert_eq!(server.send(with(65_536).as_bytes()).await.body(), "65536");
    assert_eq!(server.send(with(65_537).as_bytes()).await.status(), 413);
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    let head = "POST /take HTTP/1.1\r\nhost: id.example.com\r\ntransfer-encoding: chunked\r\n\r\n";
    let endless = format!("{head}{}", chunk.repeat(40));
    assert!(matches!(server.send(endless.as_bytes()).await.status(), 413 | 0));
}

// `server.request_body_limit` is a live key
#[tokio::test]
async fn another_body_limit_counts_from_the_next_request_on() {
    let server = Plan::new(routes()).start().await;
    let taken = async || {
        let head = "POST /take HTTP/1.1\r\nhost: id.example.com\r\nconnection: close\r\n";
        let request = format!("{head}content-length: 2000\r\n\r\n{}", "x".repeat(2000));
        server.send(request.as_bytes()).await.status()
    };
    assert_eq!(taken().await, 200);
    let smaller = WebSettings { body_limit: 1024, ..WebSettings::clone(&server.web.load()) };
    server.web.store(Arc::new(smaller));
    assert_eq!(taken().await, 413);
}

// A-213, INV-33: head, idle, body
#[tokio::test]
async fn who_is_too_slow_is_left() {
    let mut plan = Plan::new(routes());
    plan.server.patience.head = SHORT;
    plan.server.patience.idle = SHORT;
    plan.web.body_timeout = SHORT;
    let server = plan.start().await;
    assert_eq!(server.send(b"").await.0, "");
    assert_eq!(server.send(b"GET / HTTP/1.1\r\nhost: id.exam").await.0, "");
    let idle = server.send(b"GET / HTTP/1.1\r\nhost: id.example.com\r\n\r\n").await;
    assert_eq!((idle.status(), idle.body()), (200, "ok"));
    let second = b"GET / HTTP/1.1\r\nhost: id.example.com\r\n\r\nGET / HT";
    assert_eq!(server.send(second).await.0.matches("HTTP/1.1 200").count(), 1);
    let body = server.ask("POST /take", "content-length: 10\r\n").await;
    assert_eq!(body.status(), 408);
}

// INV-32
#[tokio::test]
async fn connections_are_bounded_and_the_next_one_waits() {
    let mut plan = Plan::new(routes());
    plan.server.max_connections = 1;
    let server = plan.start().await;
    let first = server.connect().await;
    let request = b"GET / HTTP/1.1\r\nhost: id.example.com\r\nconnection: close\r\n\r\n";
    let mut waiting = Box::pin(server.send(request));
    assert!(tokio::time::timeout(SHORT, &mut waiting).await.is_err());
    drop(first);
    assert_eq!(waiting.await.status(), 200);
}

// what two readers could read differently is refused
#[tokio::test]
async fn a_head_that_could_be_read_in_two_ways_is_refused() {
    let server = Plan::new(routes()).start().await;
    for lines in [
        "content-length: 3\r\ncontent-length: 4\r\n",
        "content-length: 3\r\ntransfer-encoding: identity\r\n",
        "content-length: -1\r\n",
        "transfer-encoding : chunked\r\n",
        " folded: x\r\n",
        "no colon\r\n",
    ] {
        let head = format!("POST /take HTTP/1.1\r\nhost: id.example.com\r\n{lines}\r\nabc");
        let status = server.send(head.as_bytes()).await.status();
        assert!(matches!(status, 400 | 0), "{lines}: {status}");
    }
}
