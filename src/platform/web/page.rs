//! The frame of every page: the layout with its language, name and links, and the page for refusals.

use super::arrival::Reference;
use super::assets;
use super::headers::Policy;
use super::problem::Problem;
use crate::kernel::failure::Failure;
use askama::Template;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// What all pages of one tenant share. A route that knows its tenant may attach one to its response, and
/// pages written by the middleware use it.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Whom people think they are dealing with.
    pub name: Arc<str>,
    pub language: &'static str,
    pub direction: &'static str,
    /// At the foot of every page, in the same order (WCAG 2.2, 3.2.6).
    pub links: Arc<[Link]>,
    /// A tenant's own sheet, after ours.
    pub brand: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
pub struct Link {
    pub words: Arc<str>,
    pub href: Arc<str>,
}

impl Shell {
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self {
            name: name.into(),
            language: "en",
            direction: "ltr",
            links: Arc::new([]),
            brand: None,
        }
    }

    /// For templates.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::href(name)
    }
}

/// A template on its way out.
pub struct Page<T> {
    template: T,
    status: StatusCode,
    policy: Option<Policy>,
}

impl<T: Template> Page<T> {
    pub const fn new(template: T) -> Self {
        Self { template, status: StatusCode::OK, policy: None }
    }

    #[must_use]
    pub const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    fn write(self) -> Result<Response, Failure> {
        let html = self.template.render();
        let html = html.map_err(|e| Failure::broken("a page cannot be written").because(e))?;
        let mut response = Response::new(Body::from(html));
        *response.status_mut() = self.status;
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        if let Some(policy) = self.policy {
            response.extensions_mut().insert(policy);
        }
        Ok(response)
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        self.write().unwrap_or_else(|failure| Problem::from(failure).into_response())
    }
}

#[derive(Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage<'a> {
    pub(super) shell: &'a Shell,
    pub(super) problem: &'a Problem,
    pub(super) reference: &'a Reference,
    /// Every cause, in development only.
    pub(super) causes: Option<String>,
}

impl ErrorPage<'_> {
    pub(super) fn write(self) -> Result<Response, Failure> {
        let status = self.problem.status();
        Page::new(self).with_status(status).write()
    }
}

#[derive(Template)]
#[template(path = "wrong_host.html")]
pub(super) struct WrongHostPage<'a> {
    pub(super) shell: &'a Shell,
    pub(super) reference: &'a Reference,
    pub(super) operator: Option<Operator<'a>>,
}

/// For whoever runs the server, and nobody else.
pub(super) struct Operator<'a> {
    pub(super) public_url: &'a str,
    /// The file and line that say so, if known.
    pub(super) said_in: Option<&'a str>,
}

impl WrongHostPage<'_> {
    pub(super) fn write(self) -> Result<Response, Failure> {
        Page::new(self).with_status(StatusCode::MISDIRECTED_REQUEST).write()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    // A-139, INV-15
    #[test]
    fn no_text_becomes_markup() {
        let shell = Shell::new("<b>Acme</b>");
        let reference = Reference::adopt(&HeaderValue::from_static("req_1")).unwrap();
        let problem = Problem::not_found().saying("<script>alert(1)</script>\"'&");
        let html =
            ErrorPage { shell: &shell, problem: &problem, reference: &reference, causes: None };
        let html = html.render().unwrap();
        assert!(!html.contains("<script") && !html.contains("<b>Acme"), "{html}");
        assert!(html.contains("req_1") && html.contains("&#60;script"), "{html}");
    }

    // experience §4.1: language per response, WCAG 2.2 3.1.1
    #[test]
    fn a_page_names_its_language_and_its_sheet() {
        let shell = Shell { language: "ar", direction: "rtl", ..Shell::new("Acme") };
        let reference = Reference::adopt(&HeaderValue::from_static("req_1")).unwrap();
        let html = WrongHostPage { shell: &shell, reference: &reference, operator: None };
        let html = html.render().unwrap();
        assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"), "{html}");
        assert!(html.contains(assets::href("vestibule.css")), "{html}");
    }
}
