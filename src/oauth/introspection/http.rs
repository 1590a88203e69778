//! POST /oauth/introspect (RFC 7662 §2.1).

use super::introspect;
use crate::kernel::failure::No;
use crate::oauth::http::{Protocol, answer, authorization, form, refuse};
use crate::oauth::realm::INTROSPECT;
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
    Router::new().route("/oauth/introspect", post(asked)).with_state(protocol)
}

async fn asked(
    State(protocol): State<Arc<Protocol>>,
    CurrentTenant(tenant): CurrentTenant,
    arrival: Arrival,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let realm = protocol.realm(&tenant, &arrival, INTROSPECT);
    let form = match form(&headers, &body) {
        Ok(form) => form,
        Err(refusal) => return refuse(No::Refused(refusal), &realm),
    };
    match introspect(&protocol.ground, &realm, &authorization(&headers), &form).await {
        Ok(told) => answer(StatusCode::OK, told),
        Err(no) => refuse(no, &realm),
    }
}
