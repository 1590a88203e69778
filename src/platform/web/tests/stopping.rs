//! Stopping loses no accepted request (INV-40).

use super::*;
use axum::routing::get;
use std::time::Duration;
use tokio::sync::Notify;

struct Gate {
    entered: Notify,
    leave: Notify,
}

fn routes(gate: &Arc<Gate>) -> Router {
    let gate = gate.clone();
    let waits = get(async move || {
        gate.entered.notify_one();
        gate.leave.notified().await;
        "finished"
    });
    Router::new().route("/", waits)
}

fn gate() -> Arc<Gate> {
    Arc::new(Gate { entered: Notify::new(), leave: Notify::new() })
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: id.example.com\r\n\r\n";

// INV-40
#[tokio::test]
async fn a_request_under_way_is_finished_and_nothing_more_is_accepted() {
    let gate = gate();
    let server = Plan::new(routes(&gate)).start().await;
    let mut stream = server.connect().await;
    let mut idle = server.connect().await;
    stream.write_all(REQUEST).await.unwrap();
    gate.entered.notified().await;
    server.stop.close();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    gate.leave.notify_one();
    let answer = Answer::read(&mut stream).await;
    assert_eq!((answer.status(), answer.body()), (200, "finished"));
    idle.shutdown().await.unwrap();
    server.done.await.unwrap().unwrap();
}

// INV-40, INV-33: the grace ends
#[tokio::test]
async fn who_does_not_finish_in_the_grace_is_closed() {
    let gate = gate();
    let mut plan = Plan::new(routes(&gate));
    plan.server.shutdown_grace = Duration::from_millis(50);
    let server = plan.start().await;
    let mut stream = server.connect().await;
    stream.write_all(REQUEST).await.unwrap();
    gate.entered.notified().await;
    server.stop.close();
    server.done.await.unwrap().unwrap();
    assert_eq!(Answer::read(&mut stream).await.0, "");
}

// experience §2.4: a taken address is one sentence with its remedy
#[tokio::test]
async fn a_taken_address_is_named_with_what_to_do() {
    let server = Plan::new(Router::new()).start().await;
    let failure = listen(server.address, "server.listen").await.unwrap_err().to_string();
    assert!(failure.starts_with(&format!("cannot listen on {}", server.address)), "{failure}");
    assert!(failure.contains("set server.listen to a free address"), "{failure}");
}
