//! POST /oauth/revoke (RFC 7009 §2.1).

use super::revoke;
use crate::oauth::http::{Asked, Protocol, answer, refuse};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use std::sync::Arc;

pub(in crate::oauth) fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new().route("/oauth/revoke", post(reply)).with_state(protocol)
}

async fn reply(State(protocol): State<Arc<Protocol>>, asked: Asked) -> Response {
    let ground = &protocol.ground;
    match revoke(ground, &asked.realm, &asked.authorization(), &asked.form).await {
        Ok(()) => answer(StatusCode::OK, String::new()),
        Err(no) => refuse(no, &asked.realm),
    }
}
