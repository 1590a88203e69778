//! GET and POST /oauth/userinfo (OIDC Core §5.3.1), and the challenge of RFC 6750 §3.

use super::{Answer, userinfo};
use crate::kernel::failure::No;
use crate::oauth::bearer::presented;
use crate::oauth::error::OAuthError;
use crate::oauth::http::{Protocol, answer, form, refuse};
use crate::oauth::parameters::Parameters;
use crate::oauth::realm::{Realm, USERINFO};
use crate::platform::web::arrival::Arrival;
use crate::tenants::http::CurrentTenant;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;

pub(in crate::oauth) fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new().route("/oauth/userinfo", get(by_get).post(by_post)).with_state(protocol)
}

async fn by_get(
    State(protocol): State<Arc<Protocol>>,
    CurrentTenant(tenant): CurrentTenant,
    arrival: Arrival,
    headers: HeaderMap,
) -> Response {
    let realm = protocol.realm(&tenant, &arrival, USERINFO);
    reply(&protocol, &realm, &headers, None).await
}

/// The body is looked at where it says that it is a form (RFC 6750 §2.2).
async fn by_post(
    State(protocol): State<Arc<Protocol>>,
    CurrentTenant(tenant): CurrentTenant,
    arrival: Arrival,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let realm = protocol.realm(&tenant, &arrival, USERINFO);
    if !headers.contains_key(CONTENT_TYPE) || body.is_empty() {
        return reply(&protocol, &realm, &headers, None).await;
    }
    match form(&headers, &body) {
        Ok(form) => reply(&protocol, &realm, &headers, Some(&form)).await,
        Err(error) => challenge(No::Refused(error), &realm),
    }
}

async fn reply(
    protocol: &Protocol,
    realm: &Realm,
    headers: &HeaderMap,
    form: Option<&Parameters>,
) -> Response {
    let all = headers.get_all(AUTHORIZATION).iter();
    let authorization: Vec<&str> = all.map(|value| value.to_str().unwrap_or("")).collect();
    let token = match presented(&authorization, form) {
        Ok(Some(token)) => token,
        Ok(None) => return unasked(realm),
        Err(error) => return challenge(No::Refused(error), realm),
    };
    match userinfo(&protocol.ground, realm, token).await {
        Ok(Answer::Json(body)) => answer(StatusCode::OK, body),
        Ok(Answer::Signed(token)) => {
            let mut response = answer(StatusCode::OK, token);
            let kind = HeaderValue::from_static("application/jwt");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            response
        }
        Err(no) => challenge(no, realm),
    }
}

/// Whoever brought nothing is told what to bring, and no error (RFC 6750 §3.1).
fn unasked(realm: &Realm) -> Response {
    let mut response = answer(StatusCode::UNAUTHORIZED, String::new());
    response.headers_mut().remove(CONTENT_TYPE);
    with_challenge(response, &format!("Bearer realm=\"{}\"", realm.issuer))
}

fn challenge(no: No<OAuthError>, realm: &Realm) -> Response {
    let No::Refused(error) = &no else { return refuse(no, realm) };
    let scope = if error.status() == 403 { ", scope=\"openid\"" } else { "" };
    // A description has no quotation mark in it (P-013); the issuer is of our own making.
    let challenge = format!(
        "Bearer realm=\"{}\", error=\"{}\", error_description=\"{}\"{scope}",
        realm.issuer,
        error.code.wire(),
        error.description()
    );
    with_challenge(refuse(no, realm), &challenge)
}

fn with_challenge(mut response: Response, challenge: &str) -> Response {
    if let Ok(challenge) = HeaderValue::from_str(challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}
