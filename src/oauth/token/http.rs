//! POST /oauth/token (RFC 6749 §3.2).

use super::answer as grant;
use crate::kernel::failure::No;
use crate::oauth::http::{Protocol, answer, authorization, form, refuse};
use crate::oauth::realm::TOKEN;
use crate::platform::web::arrival::Arrival;
use crate::tenants::http::CurrentTenant;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use std::sync::Arc;

pub(in crate::oauth) fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new().route("/oauth/token", post(token)).with_state(protocol)
}

async fn token(
    State(protocol): State<Arc<Protocol>>,
    CurrentTenant(tenant): CurrentTenant,
    arrival: Arrival,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let realm = protocol.realm(&tenant, &arrival, TOKEN);
    let form = match form(&headers, &body) {
        Ok(form) => form,
        Err(refusal) => return refuse(No::Refused(refusal), &realm),
    };
    match grant(&protocol.ground, &realm, &authorization(&headers), &form).await {
        Ok(tokens) => answer(StatusCode::OK, tokens.body().to_owned()),
        Err(no) => refuse(no, &realm),
    }
}
