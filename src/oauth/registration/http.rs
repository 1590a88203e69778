//! POST /oauth/register, and what it answers the address of (RFC 7591 §3, RFC 7592 §2).

use super::metadata::{self, Terms};
use super::{Opening, Told, managed, register, remove, replace};
use crate::config::{self, SelfRegistration};
use crate::kernel::failure::No;
use crate::kernel::secret::Secret;
use crate::keys::model::Algorithm;
use crate::keys::strict;
use crate::oauth::clients::model::Client;
use crate::oauth::error::{Code, OAuthError};
use crate::oauth::http::{Protocol, answer, refuse};
use crate::oauth::model::Profile;
use crate::oauth::realm::{REGISTER, Realm};
use crate::platform::web::arrival::Arrival;
use crate::tenants::http::CurrentTenant;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(in crate::oauth) fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new()
        .route("/oauth/register", post(make))
        .route("/oauth/register/{client_id}", get(show).put(change).delete(take_away))
        .with_state(protocol)
}

/// security.md §0.2
const DEEPEST: usize = 32;

/// What every one of these requests says: where and when, and who is asking.
struct Caller {
    realm: Realm,
    opening: Opening,
    terms: Terms,
    token: Option<Secret>,
}

impl FromRequestParts<Arc<Protocol>> for Caller {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        protocol: &Arc<Protocol>,
    ) -> Result<Self, Self::Rejection> {
        let tenant = CurrentTenant::from_request_parts(parts, protocol).await;
        let CurrentTenant(tenant) = tenant.map_err(IntoResponse::into_response)?;
        let arrival = Arrival::from_request_parts(parts, protocol).await;
        let arrival = arrival.map_err(IntoResponse::into_response)?;
        let (clients, jwt) = ((protocol.clients)(tenant.id), (protocol.jwt)(tenant.id));
        let algorithms = jwt.algorithms.iter().filter_map(|one| Algorithm::parse(one.as_str()));
        Ok(Self {
            realm: protocol.realm(&tenant, &arrival, REGISTER),
            opening: match clients.registration {
                SelfRegistration::Off => Opening::Closed,
                SelfRegistration::Token => Opening::ByToken,
                SelfRegistration::Open => Opening::Open,
            },
            terms: Terms { profile: profile(clients.profile), algorithms: algorithms.collect() },
            token: bearer(&parts.headers),
        })
    }
}

const fn profile(own: config::ClientProfile) -> Profile {
    match own {
        config::ClientProfile::Oauth21 => Profile::OAuth21,
        config::ClientProfile::OidcCompat => Profile::OidcCompat,
    }
}

/// One header, one token (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (Some(one), None) = (all.next(), all.next()) else { return None };
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::new(token))
}

/// A JSON object with one reading.
struct Document(Map<String, Value>);

impl FromRequest<Arc<Protocol>> for Document {
    type Rejection = Response;

    async fn from_request(
        request: Request,
        protocol: &Arc<Protocol>,
    ) -> Result<Self, Self::Rejection> {
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, protocol).await;
        let body = body.map_err(IntoResponse::into_response)?;
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim();
        let read = strict::object(&body, DEEPEST);
        match read.filter(|_| kind.eq_ignore_ascii_case("application/json")) {
            Some(members) => Ok(Self(members)),
            None => Err(refused(
                &OAuthError::new(
                    Code::InvalidClientMetadata,
                    "the body must be one JSON object, application/json, with no member twice",
                ),
                None,
            )),
        }
    }
}

async fn make(State(protocol): State<Arc<Protocol>>, caller: Caller, sent: Document) -> Response {
    let Caller { realm, opening, terms, token } = &caller;
    let by = (*opening, token.as_ref());
    match register(&protocol.ground, realm, by, (&sent.0, terms)).await {
        Ok(told) => show_told(StatusCode::CREATED, &told, realm),
        Err(no) => no_answer(no, realm),
    }
}

async fn show(
    State(protocol): State<Arc<Protocol>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response {
    let Caller { realm, token, .. } = &caller;
    match managed(&protocol.ground, realm, (&id, token.as_ref())).await {
        Ok(client) => document(StatusCode::OK, &client, token.as_ref(), realm),
        Err(no) => no_answer(no, realm),
    }
}

async fn change(
    State(protocol): State<Arc<Protocol>>,
    caller: Caller,
    Path(id): Path<String>,
    sent: Document,
) -> Response {
    let Caller { realm, terms, token, .. } = &caller;
    let ground = &protocol.ground;
    let client = match managed(ground, realm, (&id, token.as_ref())).await {
        Ok(client) => client,
        Err(no) => return no_answer(no, realm),
    };
    match replace(ground, realm, &client, (&sent.0, terms)).await {
        Ok(told) => show_told(StatusCode::OK, &told, realm),
        Err(no) => no_answer(no, realm),
    }
}

async fn take_away(
    State(protocol): State<Arc<Protocol>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response {
    let Caller { realm, token, .. } = &caller;
    let ground = &protocol.ground;
    let removed = match managed(ground, realm, (&id, token.as_ref())).await {
        Ok(client) => remove(ground, realm, &client).await,
        Err(no) => Err(no),
    };
    match removed {
        Ok(()) => {
            let mut response = answer(StatusCode::NO_CONTENT, String::new());
            response.headers_mut().remove(CONTENT_TYPE);
            response
        }
        Err(no) => no_answer(no, realm),
    }
}

fn show_told(status: StatusCode, told: &Told, realm: &Realm) -> Response {
    let mut all = members(&told.client, Some(&told.token), realm);
    if let Some(secret) = &told.secret {
        all.insert("client_secret".into(), json!(secret.reveal()));
        all.insert("client_secret_expires_at".into(), json!(0));
    }
    answer(status, Value::Object(all).to_string())
}

fn document(
    status: StatusCode,
    client: &Client,
    token: Option<&Secret>,
    realm: &Realm,
) -> Response {
    answer(status, Value::Object(members(client, token, realm)).to_string())
}

fn members(client: &Client, token: Option<&Secret>, realm: &Realm) -> Map<String, Value> {
    let mut all = metadata::write(client);
    let uri = format!("{}{REGISTER}/{}", realm.issuer, client.id);
    all.insert("registration_client_uri".into(), json!(uri));
    if let Some(token) = token {
        all.insert("registration_access_token".into(), json!(token.reveal()));
    }
    all
}

fn no_answer(no: No<OAuthError>, realm: &Realm) -> Response {
    match no {
        No::Refused(error) => refused(&error, Some(realm)),
        failed @ No::Failed(_) => refuse(failed, realm),
    }
}

fn refused(error: &OAuthError, realm: Option<&Realm>) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let body = json!({ "error": error.code.wire(), "error_description": error.description() });
    let mut response = answer(status, body.to_string());
    if let Some(realm) = realm.filter(|_| status == StatusCode::UNAUTHORIZED) {
        let challenge = format!("Bearer realm=\"{}\", error=\"invalid_token\"", realm.issuer);
        if let Ok(challenge) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
    }
    response
}
