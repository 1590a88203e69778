//! Refusals and failures that no capability words itself: problem details (RFC 9457), or a page for a browser.
//!
//! A route answers with a `Problem`; the middleware knows who asks and writes it out. Its words are in the catalogues,
//! by its code: for a person in their language, for the developer of a program in English.

use super::arrival::Reference;
use super::wording;
use crate::kernel::failure::{Failure, FailureKind};
use crate::platform::messages::Language;
use axum::body::Body;
use axum::http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

type Text = Cow<'static, str>;

#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    /// Never renamed: programs compare it, and the documentation has a page of that name.
    pub code: &'static str,
    /// Whose words it takes if nobody has written any for its code.
    otherwise: &'static str,
    detail: Option<Text>,
    pub fields: Vec<FieldProblem>,
    retry_after_seconds: Option<u32>,
    cause: Option<Arc<Failure>>,
}

/// What is wrong with one field of a body.
#[derive(Clone, Debug, Serialize)]
pub struct FieldProblem {
    /// RFC 6901: `/password`.
    pub pointer: Text,
    pub code: &'static str,
    pub detail: Text,
}

impl Problem {
    pub fn of_status(status: StatusCode) -> Self {
        let (code, otherwise) = wording::of(status);
        let retry_after_seconds = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(5);
        Self {
            status,
            code,
            otherwise,
            detail: None,
            fields: Vec::new(),
            retry_after_seconds,
            cause: None,
        }
    }

    pub fn not_found() -> Self {
        Self::of_status(StatusCode::NOT_FOUND)
    }

    /// A bug: the sentence goes to the log, the caller gets the reference.
    pub fn broken(message: &'static str) -> Self {
        Failure::broken(message).into()
    }

    #[must_use]
    pub fn coded(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// In English, where no catalogue can know it: for the developer of an app, about what it sent.
    #[must_use]
    pub fn saying(mut self, detail: impl Into<Text>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[must_use]
    pub fn about(mut self, field: FieldProblem) -> Self {
        self.fields.push(field);
        self
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// What happened, in a few words.
    pub fn title(&self, language: Language) -> String {
        self.words("", language)
    }

    /// One sentence: what happened.
    pub fn detail(&self, language: Language) -> String {
        self.detail.as_ref().map_or_else(|| self.words("-detail", language), ToString::to_string)
    }

    /// One sentence for a person: what to do. Not in the JSON, whose readers have the documentation.
    pub fn advice(&self, language: Language) -> String {
        self.words("-advice", language)
    }

    fn words(&self, part: &str, language: Language) -> String {
        let key = |code: &str| format!("error-{}{part}", code.replace('_', "-"));
        let own = Some(key(self.code)).filter(|key| Language::English.knows(key));
        language.say(own.unwrap_or_else(|| key(self.otherwise))).into()
    }

    pub const fn status(&self) -> StatusCode {
        self.status
    }

    pub fn cause(&self) -> Option<&Failure> {
        self.cause.as_deref()
    }

    pub(super) fn retry_header(&self) -> Option<(axum::http::HeaderName, HeaderValue)> {
        self.retry_after_seconds.map(|seconds| (RETRY_AFTER, seconds.into()))
    }

    /// RFC 9457 §3. `docs` is the address under which every code has a page, or empty.
    pub(super) fn json(&self, docs: &str, path: &str, reference: &Reference) -> Response {
        let body = Body::from(
            serde_json::to_vec(&Wire {
                kind: self.kind(docs),
                title: self.title(Language::English),
                status: self.status.as_u16(),
                code: self.code,
                detail: self.detail(Language::English),
                instance: path,
                request_id: reference.as_str(),
                errors: &self.fields,
            })
            .unwrap_or_default(),
        );
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    }

    fn kind(&self, docs: &str) -> String {
        if docs.is_empty() {
            return "about:blank".to_owned();
        }
        format!("{}/{}", docs.trim_end_matches('/'), self.code.replace('_', "-"))
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    code: &'static str,
    detail: String,
    instance: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldProblem],
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let status = match failure.kind {
            FailureKind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self { cause: Some(Arc::new(failure)), ..Self::of_status(status) }
    }
}

/// Not yet written out: only the middleware knows whether a browser asks.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self);
        response
    }
}

/// RFC 9110 §12.5.1: who names `text/html` gets a page. `*/*` alone is a program.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_html = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("text/html"));
        is_html
            && !parts.any(|part| {
                matches!(part.replace(' ', "").as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 9457 §3, experience §4.8
    #[test]
    fn every_status_says_what_happened_and_what_to_do() {
        for row in wording::ROWS {
            let problem = Problem::of_status(StatusCode::from_u16(row.0).unwrap());
            assert_eq!(problem.code, row.1);
            for language in Language::ALL {
                let [title, detail, advice] =
                    [problem.title(language), problem.detail(language), problem.advice(language)];
                assert!(detail.ends_with('.') && advice.ends_with('.'), "{}", row.1);
                assert!(!title.ends_with('.') && !detail.contains('!'), "{}", row.1);
            }
        }
        assert_eq!(Problem::of_status(StatusCode::IM_A_TEAPOT).code, "bad_request");
        assert_eq!(Problem::of_status(StatusCode::BAD_GATEWAY).code, "internal_error");
    }

    // RFC 9110 §12.5.1
    #[test]
    fn only_who_names_html_gets_a_page() {
        let wants = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(text));
            wants_page(&headers)
        };
        assert!(wants("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"));
        assert!(wants("application/json, Text/HTML;q=0.1"));
        assert!(!wants("*/*") && !wants("application/json") && !wants("text/html;q=0"));
        assert!(!wants("text/htmlx") && !wants_page(&HeaderMap::new()));
    }
}
