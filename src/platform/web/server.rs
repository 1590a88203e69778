//! The accept loop: one task per connection, bounded in number, patience and size; a stop that loses nothing (INV-40).
//!
//! HTTP/1.1 on plain sockets; HTTP/2 only where TLS has agreed on it, so nothing needs to be guessed.

use super::client_ip::Peer;
use super::pace::{Kept, Paced, Patience, Pulse};
use super::stop::Stopping;
use super::stopwatch::alarm;
use super::tls::{Certificates, H2};
use crate::kernel::failure::Failure;
use axum::Router;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::Service;
use tracing::{debug, warn};

/// What the parser reads before it gives up by itself: the request line and the header section together.
const HEAD_AT_MOST: u32 = 24 * 1024;
/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 100;

#[derive(Clone, Copy, Debug)]
pub struct ServerSettings {
    pub patience: Patience,
    pub max_connections: usize,
    /// How long requests under way may take to finish when the server stops.
    pub shutdown_grace: Duration,
}

impl Default for ServerSettings {
    /// Security §0.2.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        let (head, idle) = (seconds(10), seconds(60));
        let patience = Patience { head, idle, write: seconds(20), answer: seconds(60) };
        Self { patience, max_connections: 16_384, shutdown_grace: seconds(10) }
    }
}

/// One listener and what is behind it.
pub struct Door {
    pub listener: TcpListener,
    pub tls: Option<Certificates>,
    pub router: Router,
}

/// # Errors
/// One sentence that names the address and says what to do about the setting it comes from.
pub async fn listen(address: SocketAddr, setting: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let remedy = match error.kind() {
            io::ErrorKind::AddrInUse => {
                format!(
                    "another program uses it; stop that program or set {setting} to a free address"
                )
            }
            io::ErrorKind::PermissionDenied => {
                "ports below 1024 need a privilege; choose a higher one or allow it to this program"
                    .into()
            }
            io::ErrorKind::AddrNotAvailable => {
                format!("this computer has no such address; set {setting} to one it has")
            }
            _ => format!("set {setting} to another address"),
        };
        Failure::unavailable(format!("cannot listen on {address}: {remedy}")).because(error)
    })
}

/// Runs until `stopping` says that the doors close and the last request is answered.
pub async fn serve(
    door: Door,
    settings: ServerSettings,
    mut stopping: Stopping,
) -> Result<(), Failure> {
    let acceptor = door.tls.as_ref().map(Certificates::acceptor).transpose()?;
    let places = Arc::new(Semaphore::new(settings.max_connections));
    let mut open = JoinSet::new();
    loop {
        // Whoever finds no place waits in the queue of the operating system.
        let place = select! {
            biased;
            () = stopping.closing() => break,
            place = places.clone().acquire_owned() => place,
        };
        let accepted = select! {
            biased;
            () = stopping.closing() => break,
            accepted = door.listener.accept() => accepted,
        };
        while open.try_join_next().is_some() {}
        let Some((stream, address)) = welcome(accepted).await else { continue };
        let seat = Seat {
            peer: Peer { address, is_tls: acceptor.is_some() },
            router: door.router.clone(),
            patience: settings.patience,
            stopping: stopping.clone(),
        };
        let acceptor = acceptor.clone();
        open.spawn(async move {
            seat.attend(stream, acceptor).await;
            drop(place);
        });
    }
    drop(door);
    drain(open, settings.shutdown_grace).await;
    Ok(())
}

/// Out of file descriptors is no reason to stop, nor to spin.
async fn welcome(accepted: io::Result<(TcpStream, SocketAddr)>) -> Option<(TcpStream, SocketAddr)> {
    match accepted {
        Ok((stream, address)) => {
            // An answer leaves at once; that it may not is no reason to refuse the connection.
            let _ = stream.set_nodelay(true);
            Some((stream, address))
        }
        Err(error) => {
            warn!(%error, "a connection could not be accepted");
            alarm(Duration::from_millis(50)).await;
            None
        }
    }
}

async fn drain(mut open: JoinSet<()>, grace: Duration) {
    let finished = async { while open.join_next().await.is_some() {} };
    if timeout(grace, finished).await.is_err() {
        warn!(connections = open.len(), "closed before the last request was answered");
        open.shutdown().await;
    }
}

/// One connection's part of the server.
struct Seat {
    peer: Peer,
    router: Router,
    patience: Patience,
    stopping: Stopping,
}

impl Seat {
    async fn attend(self, stream: TcpStream, acceptor: Option<TlsAcceptor>) {
        let Some(acceptor) = acceptor else { return self.speak_http1(stream).await };
        match timeout(self.patience.head, acceptor.accept(stream)).await {
            Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(H2) => {
                self.speak_http2(stream).await;
            }
            Ok(Ok(stream)) => self.speak_http1(stream).await,
            Ok(Err(error)) => debug!(ip = %self.peer.address.ip(), %error, "no TLS came about"),
            Err(_) => debug!(ip = %self.peer.address.ip(), "TLS took too long"),
        }
    }

    async fn speak_http1(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send) {
        let pulse = Pulse::new(self.patience, false);
        let io = TokioIo::new(Paced::new(stream, pulse.clone()));
        let service = service_fn(|request| self.call(request, &pulse));
        let mut builder = http1::Builder::new();
        builder.header_read_timeout(None).max_buf_size(HEAD_AT_MOST as usize);
        let mut connection = pin!(builder.serve_connection(io, service));
        let mut stopping = self.stopping.clone();
        select! {
            _ = connection.as_mut() => return,
            () = stopping.closing() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    async fn speak_http2(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let pulse = Pulse::new(self.patience, true);
        let io = TokioIo::new(Paced::new(stream, pulse.clone()));
        let service = service_fn(|request| self.call(request, &pulse));
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new()).max_concurrent_streams(STREAMS);
        builder.max_header_list_size(HEAD_AT_MOST);
        let mut connection = pin!(builder.serve_connection(io, service));
        let mut stopping = self.stopping.clone();
        select! {
            _ = connection.as_mut() => return,
            () = stopping.closing() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    fn call(
        &self,
        mut request: Request<Incoming>,
        pulse: &Arc<Pulse>,
    ) -> impl Future<Output = Result<Response<Kept>, Infallible>> + use<> {
        let busy = pulse.begin();
        request.extensions_mut().insert(self.peer);
        let mut router = self.router.clone();
        async move {
            let Ok(response) = router.call(request).await;
            Ok(response.map(|body| Kept { body, busy }))
        }
    }
}
