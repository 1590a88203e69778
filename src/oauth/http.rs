//! The endpoints of the protocol, mounted; and how a refusal becomes an answer (RFC 6749 §5.2).

use super::clients::authenticate;
use super::error::{Code, OAuthError, invalid_request};
use super::ground::{Accounts, Ground};
use super::origins::http::for_scripts;
use super::parameters::Parameters;
use super::realm::{Lifetimes, Realm, SignUp, TOKEN};
use super::refused::{self, model::Endpoint};
use super::resources::model::Known;
use super::token::signing::SigningPool;
use crate::config::{Clients, Jwt};
use crate::kernel::failure::{Failure, FailureKind, No};
use crate::kernel::ids::{RequestId, TenantId};
use crate::kernel::uri::Origin;
use crate::platform::storage::At;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::client_ip::neighbourhood;
use crate::tenants::http::CurrentTenant;
use crate::tenants::model::Tenant;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

/// What the endpoints share: the ground of the use cases, and what a tenant has set.
pub struct Protocol {
    pub ground: Ground<SigningPool, Accounts>,
    pub public_url: Origin,
    pub jwt: Box<dyn Fn(TenantId) -> Arc<Jwt> + Send + Sync>,
    pub clients: Box<dyn Fn(TenantId) -> Arc<Clients> + Send + Sync>,
    pub sign_up: Box<dyn Fn() -> SignUp + Send + Sync>,
    pub resources: Box<dyn Fn(TenantId) -> Arc<Known> + Send + Sync>,
}

pub fn routes(protocol: &Arc<Protocol>) -> Router {
    Router::new()
        .merge(super::token::http::routes(Arc::clone(protocol)))
        .merge(super::par::http::routes(Arc::clone(protocol)))
        .merge(super::registration::http::routes(Arc::clone(protocol)))
        .merge(super::userinfo::http::routes(Arc::clone(protocol)))
        .merge(super::revocation::http::routes(Arc::clone(protocol)))
        .route_layer(from_fn_with_state(Arc::clone(protocol), for_scripts))
        .merge(super::introspection::http::routes(Arc::clone(protocol)))
        .merge(super::logos::http::routes(Arc::clone(protocol)))
}

impl Protocol {
    /// The authorization server of this tenant, at the instant of this request.
    pub fn realm(&self, tenant: &Tenant, arrival: &Arrival, endpoint: &str) -> Realm {
        let issuer = tenant.issuer(&self.public_url);
        let jwt = (self.jwt)(tenant.id);
        Realm {
            at: At { tenant: tenant.id, now: arrival.at },
            token_endpoint: format!("{issuer}{TOKEN}"),
            endpoint: format!("{issuer}{endpoint}"),
            issuer,
            request: RequestId::parse(arrival.reference.as_str()),
            from: Some(neighbourhood(arrival.caller.ip).to_string()),
            lifetimes: Lifetimes {
                code: jwt.auth_code_ttl,
                access_token: jwt.access_token_ttl,
                id_token: jwt.id_token_ttl,
                refresh_token: jwt.refresh_token_ttl,
                refresh_retry: jwt.refresh_retry_window,
                clock_skew: jwt.clock_skew,
            },
            sign_up: (self.sign_up)(),
            resources: (self.resources)(tenant.id),
        }
    }
}

/// What every endpoint that a client posts a form to is asked: where and when, by whom, and what.
pub struct Asked {
    pub realm: Realm,
    /// As the answer names it.
    pub reference: String,
    pub form: Parameters,
    authorization: Vec<String>,
}

impl Asked {
    /// All headers of that name; one that is no text counts as one that says nothing right.
    pub fn authorization(&self) -> Vec<&str> {
        self.authorization.iter().map(String::as_str).collect()
    }

    /// For whoever looks after the application. Too many at once are not written down one by one.
    pub async fn note_refused<M, P>(
        &self,
        ground: &Ground<M, P>,
        endpoint: Endpoint,
        no: &No<OAuthError>,
    ) {
        let No::Refused(error) = no else { return };
        if error.code == Code::TooManyRequests {
            return;
        }
        let named = authenticate::named(&self.authorization(), &self.form);
        let asked = named.and_then(|named| self.form.with("client_id", &named).ok());
        let asked = asked.as_ref().unwrap_or(&self.form);
        let (asked, here) = (refused::Request::Sent(asked), (endpoint, self.reference.as_str()));
        refused::note(ground, &self.realm, here, (asked, error)).await;
    }
}

impl FromRequest<Arc<Protocol>> for Asked {
    type Rejection = Response;

    async fn from_request(
        request: Request,
        protocol: &Arc<Protocol>,
    ) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let tenant = CurrentTenant::from_request_parts(&mut parts, protocol).await;
        let CurrentTenant(tenant) = tenant.map_err(IntoResponse::into_response)?;
        let arrival = Arrival::from_request_parts(&mut parts, protocol).await;
        let arrival = arrival.map_err(IntoResponse::into_response)?;
        let realm = protocol.realm(&tenant, &arrival, parts.uri.path());
        let headers = parts.headers.clone();
        let body = Bytes::from_request(Request::from_parts(parts, body), protocol).await;
        let body = body.map_err(IntoResponse::into_response)?;
        let is_form = is_form(&headers) || body.is_empty();
        let form = if is_form { form(&headers, &body) } else { Err(no_form()) };
        let form = form.map_err(|no| {
            let mut refused = refuse(No::Refused(no), &realm);
            if !is_form {
                *refused.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            }
            refused
        })?;
        let all = headers.get_all(AUTHORIZATION).iter();
        let authorization = all.map(|value| value.to_str().unwrap_or("").to_owned()).collect();
        let reference = arrival.reference.to_string();
        Ok(Self { realm, reference, form, authorization })
    }
}

/// A form, decoded (RFC 6749 App. B). What is not UTF-8, or has a NUL in it, is refused.
pub fn form(headers: &HeaderMap, body: &Bytes) -> Result<Parameters, OAuthError> {
    Parameters::new(form_pairs(headers, body)?)
}

/// The pairs of a body that says it is a form.
pub fn form_pairs(headers: &HeaderMap, body: &Bytes) -> Result<Vec<(String, String)>, OAuthError> {
    if is_form(headers) { pairs(body) } else { Err(no_form()) }
}

/// With whatever parameters (P-216).
fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn no_form() -> OAuthError {
    invalid_request("the body must be application/x-www-form-urlencoded")
}

/// Of a query or a body.
pub fn pairs(encoded: &[u8]) -> Result<Vec<(String, String)>, OAuthError> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(encoded).into_owned().collect();
    let is_odd = |text: &String| text.contains(['\0', '\u{fffd}']);
    if pairs.iter().any(|(name, value)| is_odd(name) || is_odd(value)) {
        return Err(invalid_request("the parameters are not valid UTF-8"));
    }
    Ok(pairs)
}

/// JSON that nobody may keep (RFC 6749 §5.1).
pub fn answer(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// The client's developer gets the code and a sentence; a failure's cause goes to the log alone.
pub fn refuse(no: No<OAuthError>, realm: &Realm) -> Response {
    match no {
        No::Refused(refusal) => refusal_answer(&refusal, realm),
        No::Failed(failure) => failure_answer(&failure, realm),
    }
}

fn refusal_answer(refusal: &OAuthError, realm: &Realm) -> Response {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let body = json!({ "error": refusal.code.wire(), "error_description": refusal.description() });
    let mut response = answer(status, body.to_string());
    if let Some(pause) = refusal.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, pause.as_seconds().max(1).into());
    }
    if status == StatusCode::UNAUTHORIZED {
        // RFC 9110 §15.5.2: every 401 says how to do better. The issuer is of our own making.
        let challenge = format!("Basic realm=\"{}\"", realm.issuer);
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
    }
    response
}

fn failure_answer(failure: &Failure, realm: &Realm) -> Response {
    let request = realm.request.as_ref().map(ToString::to_string);
    let (code, words) = if failure.kind == FailureKind::Broken {
        tracing::error!(%failure, request_id = request, "a request failed");
        (Code::ServerError, "the server failed; its log knows this request by its reference")
    } else {
        tracing::warn!(%failure, request_id = request, "a request could not be answered");
        (Code::TemporarilyUnavailable, "the server cannot answer now; try again in a moment")
    };
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let body = json!({ "error": code.wire(), "error_description": words });
    let mut response = answer(status, body.to_string());
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
