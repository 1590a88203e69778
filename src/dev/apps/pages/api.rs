//! The guarded API, and the page on which the machine calls it.

use super::super::api::words;
use super::super::machine::{Machine, SCOPE};
use super::super::wire::Conversation;
use super::{Routes, TracePage};
use crate::kernel::moment::Ambient;
use crate::kernel::time::Timestamp;
use crate::platform::web::page::{Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "dev/api.html")]
struct ApiPage<'a> {
    shell: Shell,
    machine: &'a Machine,
    scope: &'static str,
    tour: &'a str,
}

pub fn api(machine: Machine, ambient: Ambient) -> Routes {
    let machine = Arc::new(machine);
    let (shown, called) = (Arc::clone(&machine), Arc::clone(&machine));
    Router::new()
        .route("/", get(async move || api_home(&shown)))
        .route("/call", post(async move || call(&called).await))
        .route(
            "/pictures",
            get(async move |request: Request| {
                let now = ambient.now();
                pictures(&machine, request.headers(), now).await
            }),
        )
}

fn api_home(machine: &Machine) -> Response {
    let (shell, scope) = (Shell::new("Pictures API"), SCOPE);
    Page::new(ApiPage { shell, machine, scope, tour: &machine.issuer }).into_response()
}

async fn call(machine: &Machine) -> Response {
    let (hops, trouble) = machine.call().await;
    Page::new(TracePage {
        shell: Shell::new("Pictures API"),
        title: "One call by a machine, step by step",
        summary: format!("{} hops. Nobody was asked: the machine acts for itself.", hops.len()),
        trouble: trouble.as_deref(),
        hops: &hops,
        tour: &machine.issuer,
        other: None,
    })
    .into_response()
}

/// RFC 6750 §3: who brings no token, or a wrong one, is told how to ask.
async fn pictures(machine: &Machine, headers: &HeaderMap, now: Timestamp) -> Response {
    let refused = |status: StatusCode, error: &str, trouble: &str| {
        let challenge = format!("Bearer realm=\"{}\"{error}", machine.api);
        (status, [(WWW_AUTHENTICATE, challenge)], json_text(&json!({ "refused": trouble })))
            .into_response()
    };
    let named = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(token) = named.and_then(|value| value.strip_prefix("Bearer ")) else {
        return refused(StatusCode::UNAUTHORIZED, "", "no token was brought");
    };
    let conversation = Conversation::new(&machine.outbound, words);
    match machine.guard().admit(token, &conversation, now).await {
        Ok(claims) => {
            let caller = claims.get("client_id").or_else(|| claims.get("sub"));
            json_text(&json!({ "pictures": ["a hall", "a door", "a walk"], "for": caller }))
                .into_response()
        }
        Err(trouble) => refused(StatusCode::UNAUTHORIZED, ", error=\"invalid_token\"", &trouble),
    }
}

fn json_text(value: &Value) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "application/json")], value.to_string())
}
