//! The form and the page after it, in every state.

use super::{RegisterPage, SentPage, Typed, Wrong, wrong};
use crate::accounts::model::Document;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::sample::{EMAIL, NAME, Sample};
use axum::response::{IntoResponse, Response};

pub(in crate::accounts::pages) const SAMPLES: &[Sample] = &[
    Sample::of("journey/register", "", |shell| form(shell, &[], &[])),
    Sample::of("journey/register", "documents", |shell| form(shell, &DOCUMENTS, &[])),
    Sample::of("journey/register", "wrong", |shell| {
        let all = [
            wrong("email", shell.say("register-no-email")),
            wrong("password", shell.say("breach-leaked")),
            wrong("accepted", shell.say("register-not-accepted")),
        ];
        form(shell, &DOCUMENTS, &all)
    }),
    Sample::of("journey/register", "too-many", |shell| {
        form(shell, &[], &[wrong("form", shell.say("journey-too-many"))])
    }),
    Sample::of("journey/sent", "", |shell| sent(shell, 60, None)),
    Sample::of("journey/sent", "again", |shell| sent(shell, 0, None)),
    Sample::of("journey/sent", "too-many", |shell| {
        sent(shell, 0, Some(shell.say("journey-too-many").into()))
    }),
];

const DOCUMENTS: [(&str, &str); 2] = [("terms", "#terms"), ("privacy", "#privacy")];

fn form(shell: &Shell, documents: &[(&'static str, &'static str)], wrong: &[Wrong]) -> Response {
    let typed = match wrong {
        [] => Typed::default(),
        _ => Typed { name: NAME.into(), email: "ada@example".into() },
    };
    let page = RegisterPage {
        shell,
        action: "/register".into(),
        sign_in: "/login".into(),
        token: String::new(),
        typed: &typed,
        fewest: 15,
        documents: documents.iter().map(document).collect(),
        wrong,
    };
    Page::new(page).into_response()
}

fn document((name, url): &(&'static str, &'static str)) -> Document {
    Document { name, url: (*url).to_owned(), version: "2026-11".into() }
}

fn sent(shell: &Shell, wait: i64, note: Option<String>) -> Response {
    let (action, other, token) = ("/register/sent".into(), "/register".into(), String::new());
    Page::new(SentPage { shell, email: EMAIL.into(), wait, action, other, token, note })
        .into_response()
}
