//! Where password managers look: the page on which a password is changed (W3C, a well-known URL for changing
//! passwords), and those on which passkeys are added and managed (FIDO Alliance, passkey endpoints).

use super::Room;
use crate::sessions::http::see_other;
use crate::tenants::http::CurrentTenant;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

pub(super) async fn change_password(CurrentTenant(tenant): CurrentTenant) -> Response {
    see_other(&format!("{}/account/password", tenant.base()))
}

pub(super) async fn passkey_endpoints(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
) -> Response {
    let issuer = tenant.issuer(room.desk.directory.public_url());
    let body = json!({
        "enroll": format!("{issuer}/account/security/passkeys/add"),
        "manage": format!("{issuer}/account/security"),
    });
    let kind = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, kind)], body.to_string()).into_response()
}
