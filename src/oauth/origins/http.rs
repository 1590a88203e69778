//! The headers that let a script read an answer (Fetch §3.2). None of these endpoints reads a cookie.

use super::is_open;
use crate::oauth::http::Protocol;
use crate::platform::storage::At;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::problem::Problem;
use crate::tenants::http::CurrentTenant;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const HEADERS: HeaderValue = HeaderValue::from_static("Authorization, Content-Type, DPoP");
const SHOWN: HeaderValue = HeaderValue::from_static("WWW-Authenticate, DPoP-Nonce, Retry-After");
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// Around the endpoints that clients in a browser call.
pub(in crate::oauth) async fn for_scripts(
    State(protocol): State<Arc<Protocol>>,
    CurrentTenant(tenant): CurrentTenant,
    arrival: Arrival,
    request: Request,
    next: Next,
) -> Response {
    let at = At { tenant: tenant.id, now: arrival.at };
    let origin = match request.headers().get(ORIGIN) {
        Some(origin) => match open(&protocol, at, origin).await {
            Ok(open) => open,
            Err(problem) => return problem.into_response(),
        },
        None => None,
    };
    let asks_first = request.method() == Method::OPTIONS
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if asks_first => preflight(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
    }
    response
}

async fn open(
    protocol: &Protocol,
    at: At,
    origin: &HeaderValue,
) -> Result<Option<HeaderValue>, Problem> {
    let Ok(text) = origin.to_str() else { return Ok(None) };
    let is_open = is_open(&protocol.ground.database, at, text).await?;
    Ok(is_open.then(|| origin.clone()))
}

fn preflight() -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    (StatusCode::NO_CONTENT, headers).into_response()
}
