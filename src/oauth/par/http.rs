//! POST /oauth/par (RFC 9126 §2).

use super::push;
use crate::oauth::http::{Asked, Protocol, answer, refuse};
use crate::oauth::refused::model::Endpoint;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use serde_json::json;
use std::sync::Arc;

pub(in crate::oauth) fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new().route("/oauth/par", post(reply)).with_state(protocol)
}

async fn reply(State(protocol): State<Arc<Protocol>>, asked: Asked) -> Response {
    match push(&protocol.ground, &asked.realm, &asked.authorization(), &asked.form).await {
        Ok(pushed) => {
            let body = json!({
                "request_uri": pushed.request_uri.reveal(),
                "expires_in": pushed.expires_in.as_seconds(),
            });
            answer(StatusCode::CREATED, body.to_string())
        }
        Err(no) => {
            asked.note_refused(&protocol.ground, Endpoint::Par, &no).await;
            refuse(no, &asked.realm)
        }
    }
}
