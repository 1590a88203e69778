//! POST /oauth/token (RFC 6749 §3.2).

use super::answer as grant;
use crate::oauth::http::{Asked, Protocol, answer, refuse};
use crate::oauth::refused::model::Endpoint;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use std::sync::Arc;

pub(in crate::oauth) fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new().route("/oauth/token", post(reply)).with_state(protocol)
}

async fn reply(State(protocol): State<Arc<Protocol>>, asked: Asked) -> Response {
    let ground = &protocol.ground;
    match grant(ground, &asked.realm, &asked.authorization(), &asked.form).await {
        Ok(tokens) => answer(StatusCode::OK, tokens.body().to_owned()),
        Err(no) => {
            asked.note_refused(ground, Endpoint::Token, &no).await;
            refuse(no, &asked.realm)
        }
    }
}
