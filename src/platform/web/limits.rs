//! How much one request may be (security §0.2), counted before any route reads it.
//!
//! The parser has its own, slightly wider bounds (`server.rs`) and answers by itself what exceeds those.

use super::problem::Problem;
use super::stopwatch::alarm;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Sleep;

const REQUEST_LINE: usize = 8 * 1024;
const HEADER_SECTION: usize = 16 * 1024;
const HEADER: usize = 8 * 1024;
const HEADERS: usize = 100;

/// What the request line and the headers alone give away.
pub(super) fn refusal(parts: &Parts, body_limit: usize) -> Option<Problem> {
    let target = parts.uri.path_and_query().map_or(0, |target| target.as_str().len());
    // The method, two spaces and the version belong to the line as well.
    if parts.method.as_str().len() + target + 10 > REQUEST_LINE {
        return Some(Problem::of_status(StatusCode::URI_TOO_LONG));
    }
    if !headers_fit(&parts.headers) {
        return Some(Problem::of_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
    }
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let is_too_much = announced
        .is_some_and(|length| length.parse::<u64>().is_ok_and(|length| length > body_limit as u64));
    is_too_much.then(|| Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE))
}

fn headers_fit(headers: &HeaderMap) -> bool {
    let mut section = 0;
    let mut is_fine = headers.len() <= HEADERS;
    for (name, value) in headers {
        let line = name.as_str().len() + value.len() + 4;
        section += line;
        is_fine &= line <= HEADER;
    }
    is_fine && section <= HEADER_SECTION
}

/// What became of a body while it was read. The middleware asks afterwards, so that every extractor's
/// complaint about a broken body becomes the right status.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate(Arc<AtomicU8>);

const TOO_LARGE: u8 = 1;
const TOO_SLOW: u8 = 2;

impl Fate {
    pub(super) fn refusal(&self) -> Option<Problem> {
        match self.0.load(Ordering::Relaxed) {
            TOO_LARGE => Some(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE)),
            TOO_SLOW => Some(Problem::of_status(StatusCode::REQUEST_TIMEOUT)),
            _ => None,
        }
    }
}

/// A body that ends with an error when it is too large or takes too long.
pub(super) struct Bounded {
    body: Body,
    left: usize,
    deadline: Pin<Box<Sleep>>,
    fate: Fate,
}

impl Bounded {
    pub(super) fn new(body: Body, limit: usize, patience: Duration, fate: Fate) -> Self {
        Self { body, left: limit, deadline: Box::pin(alarm(patience)), fate }
    }

    fn end(&self, fate: u8) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.fate.0.store(fate, Ordering::Relaxed);
        Poll::Ready(Some(Err(axum::Error::new(Exceeded))))
    }
}

impl HttpBody for Bounded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
            ready!(self.deadline.as_mut().poll(context));
            return self.end(TOO_SLOW);
        };
        let length = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
            _ => 0,
        };
        match self.left.checked_sub(length) {
            Some(left) => self.left = left,
            None => return self.end(TOO_LARGE),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[derive(Debug)]
struct Exceeded;

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body is too large or came too slowly")
    }
}

impl std::error::Error for Exceeded {}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn status(request: axum::http::request::Builder) -> Option<u16> {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        refusal(&parts, 64 * 1024).map(|problem| problem.status().as_u16())
    }

    // security §0.2: 8 KiB request line, 16 KiB section, 8 KiB header, 100 headers
    #[test]
    fn each_bound_has_its_status() {
        let get = || Request::get("/");
        assert_eq!(status(get()), None);
        assert_eq!(status(Request::get(format!("/{}", "x".repeat(8200)))), Some(414));
        assert_eq!(status(get().header("a", "x".repeat(8000))), None);
        assert_eq!(status(get().header("a", "x".repeat(8200))), Some(431));
        let many = |count: usize, length: usize| {
            (0..count)
                .fold(get(), |request, at| request.header(format!("h{at}"), "x".repeat(length)))
        };
        assert_eq!(status(many(100, 10)), None);
        assert_eq!(status(many(101, 10)), Some(431));
        assert_eq!(status(many(3, 6000)), Some(431));
        assert_eq!(status(get().header("content-length", "65536")), None);
        assert_eq!(status(get().header("content-length", "65537")), Some(413));
        assert_eq!(status(get().header("content-length", "1099511627776")), Some(413));
    }
}
