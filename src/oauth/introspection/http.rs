//! POST /oauth/introspect (RFC 7662 §2.1); as JSON, or signed for who asks for that (RFC 9701 §4).

use super::{introspect, introspect_signed};
use crate::oauth::http::{Asked, Protocol, answer, refuse};
use axum::Router;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::post;
use std::sync::Arc;

const SIGNED: &str = "application/token-introspection+jwt";

pub(in crate::oauth) fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new().route("/oauth/introspect", post(reply)).with_state(protocol)
}

async fn reply(
    State(protocol): State<Arc<Protocol>>,
    headers: HeaderMap,
    asked: Asked,
) -> Response {
    let (ground, authorization) = (&protocol.ground, asked.authorization());
    if wants_signed(&headers) {
        let told = introspect_signed(ground, &asked.realm, &authorization, &asked.form).await;
        return match told {
            Ok(told) => {
                let mut response = answer(StatusCode::OK, told);
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(SIGNED));
                response
            }
            Err(no) => refuse(no, &asked.realm),
        };
    }
    match introspect(ground, &asked.realm, &authorization, &asked.form).await {
        Ok(told) => answer(StatusCode::OK, told),
        Err(no) => refuse(no, &asked.realm),
    }
}

/// Named among the media types, in whatever case of letters and with whatever parameters.
fn wants_signed(headers: &HeaderMap) -> bool {
    let all = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(',')).any(|kind| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case(SIGNED)
    })
}
