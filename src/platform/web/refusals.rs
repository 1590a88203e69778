//! What says nothing by itself is put into words: a page for people, problem details for programs (RFC 9457).

use super::arrival::Arrival;
use super::middleware::{Asked, Candour, Frame};
use super::page::{ErrorPage, Shell, WrongHostPage};
use super::problem::Problem;
use crate::kernel::failure::Failure;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use tracing::error;

impl Frame {
    /// An answer that says nothing by itself, axum's plain sentences included, is put into words.
    pub(super) fn worded(
        &self,
        mut response: Response,
        asked: &Asked,
        arrival: &Arrival,
    ) -> Response {
        let problem = match response.extensions_mut().remove::<Problem>() {
            Some(problem) => problem,
            None if is_mute(&response) => Problem::of_status(response.status()),
            None => return response,
        };
        if let Some(cause) = problem.cause() {
            error!(request_id = arrival.reference.as_str(), %cause, "a request failed");
        }
        let written = self.write(&problem, &response, asked, arrival);
        let mut kept = std::mem::take(response.headers_mut());
        let (mut parts, body) = written.into_parts();
        kept.remove(CONTENT_TYPE);
        kept.remove(CONTENT_LENGTH);
        parts.headers.extend(kept);
        parts.headers.extend(problem.retry_header());
        let body = if asked.method == Method::HEAD { Body::empty() } else { body };
        Response::from_parts(parts, body)
    }

    fn write(
        &self,
        problem: &Problem,
        response: &Response,
        asked: &Asked,
        arrival: &Arrival,
    ) -> Response {
        let reference = &arrival.reference;
        let json = || problem.json(&self.docs, asked.uri.path(), reference);
        let Some(tongue) = &asked.tongue else { return json() };
        let shell = response.extensions().get::<Shell>().unwrap_or(&self.shell);
        let shell = &shell.clone().spoken(tongue.clone());
        let page = match &self.hosts {
            Some(hosts) if problem.status() == StatusCode::MISDIRECTED_REQUEST => {
                WrongHostPage { shell, reference, operator: hosts.operator(&arrival.caller) }
                    .write()
            }
            _ => ErrorPage { shell, problem, reference, causes: self.causes(problem) }.write(),
        };
        page.unwrap_or_else(|failure| {
            error!(request_id = reference.as_str(), %failure, "an error page failed");
            json()
        })
    }

    fn causes(&self, problem: &Problem) -> Option<String> {
        let cause = problem.cause().filter(|_| self.candour == Candour::Causes);
        cause.map(Failure::to_string)
    }
}

fn is_mute(response: &Response) -> bool {
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    is_refusal && kind.is_none_or(|kind| kind.starts_with(b"text/plain"))
}
