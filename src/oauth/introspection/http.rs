//! POST /oauth/introspect (RFC 7662 §2.1).

use super::introspect;
use crate::oauth::http::{Asked, Protocol, answer, refuse};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use std::sync::Arc;

pub(in crate::oauth) fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new().route("/oauth/introspect", post(reply)).with_state(protocol)
}

async fn reply(State(protocol): State<Arc<Protocol>>, asked: Asked) -> Response {
    let ground = &protocol.ground;
    match introspect(ground, &asked.realm, &asked.authorization(), &asked.form).await {
        Ok(told) => answer(StatusCode::OK, told),
        Err(no) => refuse(no, &asked.realm),
    }
}
