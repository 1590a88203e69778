//! POST /oauth/revoke (RFC 7009 §2.1).

use super::revoke;
use crate::kernel::failure::No;
use crate::oauth::http::{Protocol, answer, authorization, form, refuse};
use crate::oauth::realm::REVOKE;
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
    Router::new().route("/oauth/revoke", post(asked)).with_state(protocol)
}

async fn asked(
    State(protocol): State<Arc<Protocol>>,
    CurrentTenant(tenant): CurrentTenant,
    arrival: Arrival,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let realm = protocol.realm(&tenant, &arrival, REVOKE);
    let form = match form(&headers, &body) {
        Ok(form) => form,
        Err(refusal) => return refuse(No::Refused(refusal), &realm),
    };
    match revoke(&protocol.ground, &realm, &authorization(&headers), &form).await {
        Ok(()) => answer(StatusCode::OK, String::new()),
        Err(no) => refuse(no, &realm),
    }
}
