//! The frame of every page: the layout with its language, name and links, and the page for refusals.

use super::arrival::Reference;
use super::assets;
use super::headers::Policy;
use super::problem::Problem;
use super::sample::Sample;
use super::tongue::Tongue;
use crate::kernel::failure::Failure;
use crate::platform::messages::{Language, Phrase};
use askama::Template;
use askama::filters::{Html, HtmlSafe, escape};
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// What all pages of one tenant share. A route that knows its tenant may attach one to its response, and
/// pages written by the middleware use it.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Whom people think they are dealing with.
    pub name: Arc<str>,
    pub language: Language,
    pub(super) tongue: Tongue,
    /// At the foot of every page, in the same order (WCAG 2.2, 3.2.6).
    pub links: Arc<[Link]>,
    /// A tenant's own sheet, after ours.
    pub brand: Option<Arc<str>>,
    /// For `color-scheme`: light, dark, or as the reader's system has it.
    pub scheme: &'static str,
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
            language: Language::default(),
            tongue: Tongue::default(),
            links: Arc::new([]),
            brand: None,
            scheme: "light dark",
        }
    }

    /// In the language of whoever asks.
    #[must_use]
    pub fn spoken(self, tongue: Tongue) -> Self {
        Self { language: tongue.language(None, None), tongue, ..self }
    }

    /// In the language that the person at hand keeps in their profile, or that the app asks for, where the reader has
    /// not chosen another here (ADR 34).
    #[must_use]
    pub fn preferring(self, kept: Option<Language>, asked: Option<Language>) -> Self {
        Self { language: self.tongue.language(kept, asked), ..self }
    }

    #[must_use]
    pub fn painted(self, scheme: &'static str) -> Self {
        Self { scheme, ..self }
    }

    /// For templates: a message without markup.
    pub fn say(&self, key: impl Into<Cow<'static, str>>) -> Phrase {
        self.language.say(key)
    }

    /// For templates: a message that carries markup. What it speaks about is escaped.
    pub fn mark(&self, key: &'static str) -> Marked {
        Marked(self.language.say(key))
    }

    /// For templates.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::href(name)
    }

    /// For templates: this page in each language.
    pub fn languages(&self) -> Vec<(Language, String)> {
        let here = |language| (language, self.tongue.here_in(language));
        Language::ALL.into_iter().map(here).collect()
    }
}

/// A message of ours whose markup stays markup.
pub struct Marked(Phrase);

impl Marked {
    #[must_use]
    pub fn with(self, name: &'static str, text: impl fmt::Display) -> Self {
        let escaped = escape(text, Html).map_or_else(|_| String::new(), |text| text.to_string());
        Self(self.0.with(name, escaped))
    }

    #[must_use]
    pub fn count(self, name: &'static str, number: impl TryInto<i64>) -> Self {
        Self(self.0.count(name, number))
    }
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl HtmlSafe for Marked {}

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

pub const SAMPLES: &[Sample] = &[
    Sample::of("error", "", |shell| sample(shell, &Problem::not_found(), None)),
    Sample::of("error", "too-many", |shell| {
        sample(shell, &Problem::of_status(StatusCode::TOO_MANY_REQUESTS), None)
    }),
    Sample::of("error", "busy", |shell| {
        sample(shell, &Problem::of_status(StatusCode::SERVICE_UNAVAILABLE), None)
    }),
    Sample::of("error", "broken", |shell| {
        let causes = "a page cannot be written\n  because the disk is full";
        sample(shell, &Problem::broken("a sample"), Some(causes.into()))
    }),
    Sample::of("wrong_host", "", |shell| sample_wrong_host(shell, None)),
    Sample::of("wrong_host", "operator", |shell| {
        let (public_url, said_in) = ("https://id.example.test", Some("vestibule.toml:3"));
        sample_wrong_host(shell, Some(Operator { public_url, said_in }))
    }),
];

fn sample(shell: &Shell, problem: &Problem, causes: Option<String>) -> Response {
    Page::new(ErrorPage { shell, problem, reference: &Reference::sample(), causes }).into_response()
}

fn sample_wrong_host(shell: &Shell, operator: Option<Operator<'_>>) -> Response {
    Page::new(WrongHostPage { shell, reference: &Reference::sample(), operator }).into_response()
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

    // A-139, INV-15
    #[test]
    fn a_message_with_markup_escapes_what_it_speaks_about() {
        let said = Shell::new("Acme").mark("sign-in-for").with("application", "<i>Photos & co</i>");
        let escaped = "to continue to <strong>&#60;i&#62;Photos &#38; co&#60;/i&#62;</strong>";
        assert_eq!(said.to_string(), escaped);
    }

    // experience §4.1: language per response, WCAG 2.2 3.1.1
    #[test]
    fn a_page_names_its_language_and_its_sheet() {
        let shell = Shell { language: Language::Arabic, ..Shell::new("Acme") };
        let reference = Reference::adopt(&HeaderValue::from_static("req_1")).unwrap();
        let html = WrongHostPage { shell: &shell, reference: &reference, operator: None };
        let html = html.render().unwrap();
        assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"), "{html}");
        assert!(html.contains(assets::href("vestibule.css")), "{html}");
    }
}
