//! Patience with slow peers: a deadline for the head of a request, for idling, and for taking an answer.
//!
//! hyper has one timeout for the head and none for the rest, so the socket is wrapped: it knows from a
//! shared pulse whether a request is being answered, and ends the connection when nothing moves (INV-33).

use super::stopwatch::{Stopwatch, alarm};
use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// How long a peer may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From the first byte of a request to the end of its head; also for a first byte and for TLS.
    pub head: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// Without taking a byte of what is written.
    pub write: Duration,
    /// While a request is answered, without a byte of the answer.
    pub answer: Duration,
}

/// What the socket and the requests on it know of each other. Times are milliseconds since it was made.
pub(super) struct Pulse {
    patience: Patience,
    born: Stopwatch,
    under_way: AtomicU32,
    is_in_head: AtomicBool,
    /// With HTTP/2, bytes between requests are no new head: a connection has its own conversation.
    is_multiplexed: bool,
    since: AtomicU64,
}

impl Pulse {
    pub(super) fn new(patience: Patience, is_multiplexed: bool) -> Arc<Self> {
        Arc::new(Self {
            patience,
            born: Stopwatch::start(),
            under_way: AtomicU32::new(0),
            is_in_head: AtomicBool::new(true),
            is_multiplexed,
            since: AtomicU64::new(0),
        })
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn mark(&self) {
        self.since.store(self.millis(), Relaxed);
    }

    /// A request's head is complete; until the returned value is dropped it is being answered.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.under_way.fetch_add(1, Relaxed);
        self.is_in_head.store(false, Relaxed);
        self.mark();
        Busy(self.clone())
    }

    fn is_busy(&self) -> bool {
        self.under_way.load(Relaxed) > 0
    }

    fn arrived(&self) {
        let is_new = !self.is_busy() && !self.is_multiplexed;
        if is_new && !self.is_in_head.swap(true, Relaxed) {
            self.mark();
        }
    }

    /// When patience ends, if nothing happens until then.
    fn due(&self) -> Duration {
        let limit = if self.is_busy() {
            self.patience.answer
        } else if self.is_in_head.load(Relaxed) {
            self.patience.head
        } else {
            self.patience.idle
        };
        Duration::from_millis(self.since.load(Relaxed)).saturating_add(limit)
    }
}

pub(super) struct Busy(Arc<Pulse>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.mark();
        self.0.under_way.fetch_sub(1, Relaxed);
    }
}

/// An answer's body that keeps its request under way until it is sent.
pub(super) struct Kept {
    pub(super) body: Body,
    pub(super) busy: Busy,
}

impl HttpBody for Kept {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_ready() {
            self.busy.0.mark();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A socket that gives up on a peer in time.
pub(super) struct Paced<S> {
    socket: S,
    pulse: Arc<Pulse>,
    reading: Pin<Box<Sleep>>,
    /// What `reading` is set to; it is moved only when something is due earlier.
    set_to: Duration,
    writing: Option<Pin<Box<Sleep>>>,
}

impl<S> Paced<S> {
    pub(super) fn new(socket: S, pulse: Arc<Pulse>) -> Self {
        let set_to = pulse.due();
        let reading = Box::pin(alarm(set_to));
        Self { socket, pulse, reading, set_to, writing: None }
    }

    fn set(&mut self, to: Duration) {
        self.set_to = to;
        let at = self.pulse.born.reaches(to);
        self.reading.as_mut().reset(at);
    }

    /// Nothing to read. An alarm that rings too early, because it was set for an earlier request, is set anew.
    fn wait_to_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let due = self.pulse.due();
        if due < self.set_to {
            self.set(due);
        }
        while self.reading.as_mut().poll(context).is_ready() {
            let due = self.pulse.due();
            if due <= self.pulse.born.elapsed() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.set(due);
        }
        Poll::Pending
    }

    fn wait_to_write<T>(
        &mut self,
        outcome: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.writing = None;
            return outcome;
        }
        let limit = self.pulse.patience.write;
        let writing = self.writing.get_or_insert_with(|| Box::pin(alarm(limit)));
        writing.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.socket).poll_read(context, buffer) {
            Poll::Pending => self.wait_to_read(context),
            done @ Poll::Ready(_) => {
                self.pulse.arrived();
                done
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.wait_to_write(outcome, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.socket).poll_flush(context);
        self.wait_to_write(outcome, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.socket).poll_shutdown(context);
        self.wait_to_write(outcome, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.socket).poll_write_vectored(context, parts);
        self.wait_to_write(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const SHORT: Duration = Duration::from_millis(40);
    const LONG: Duration = Duration::from_hours(1);
    const PATIENT: Patience = Patience { head: LONG, idle: LONG, write: LONG, answer: LONG };

    async fn read_ends(patience: Patience, prepare: impl FnOnce(&Arc<Pulse>)) -> io::ErrorKind {
        let (socket, _peer) = duplex(64);
        let pulse = Pulse::new(patience, false);
        prepare(&pulse);
        Paced::new(socket, pulse).read_u8().await.unwrap_err().kind()
    }

    // security §0.2: write timeout 20 s
    #[tokio::test]
    async fn who_takes_nothing_of_the_answer_is_left() {
        let (socket, _peer) = duplex(64);
        let pulse = Pulse::new(Patience { write: SHORT, ..PATIENT }, false);
        let written = Paced::new(socket, pulse).write_all(&[0; 1000]).await;
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    // security §0.2: header read 10 s, idle keep-alive 60 s; INV-33
    #[tokio::test]
    async fn each_phase_has_its_own_patience() {
        let late = io::ErrorKind::TimedOut;
        assert_eq!(read_ends(Patience { head: SHORT, ..PATIENT }, |_| ()).await, late);
        let idle = Patience { head: Duration::from_millis(1), idle: SHORT, ..PATIENT };
        assert_eq!(read_ends(idle, |pulse| drop(pulse.begin())).await, late);
        let stuck = Patience { answer: SHORT, ..PATIENT };
        assert_eq!(read_ends(stuck, |pulse| std::mem::forget(pulse.begin())).await, late);
    }

    // INV-33: an answer under way is not cut off by the patience for heads
    #[tokio::test]
    async fn a_request_under_way_outlasts_the_patience_for_heads() {
        let (socket, _peer) = duplex(64);
        let pulse = Pulse::new(Patience { head: SHORT, idle: SHORT, ..PATIENT }, false);
        let _busy = pulse.begin();
        let mut paced = Paced::new(socket, pulse);
        assert!(tokio::time::timeout(SHORT * 3, paced.read_u8()).await.is_err());
    }
}
