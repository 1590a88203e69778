//! The start page of development: what runs, where to look, what to try.

mod inbox;

use crate::kernel::moment::Ambient;
use crate::kernel::time::Timestamp;
use crate::kernel::uri::Origin;
use crate::keys::model::{Algorithm, State, Succession};
use crate::keys::rotate::KeyMaking;
use crate::platform::storage::At;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::tenants::http::CurrentTenant;
use crate::tenants::model::Tenant;
use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

/// What the page tells, besides what it looks up.
#[derive(Clone)]
pub struct Setting {
    pub making: KeyMaking,
    pub ambient: Ambient,
    pub public_url: Origin,
    pub operations_url: Option<String>,
    /// As it is typed behind `--config`.
    pub config_file: String,
    pub database: &'static str,
}

#[derive(Template)]
#[template(path = "dev/home.html")]
struct Home<'a> {
    shell: Shell,
    setting: &'a Setting,
    issuer: String,
    keys: Vec<Row>,
}

struct Row {
    kid: String,
    algorithm: Algorithm,
    state: &'static str,
    from: String,
}

pub fn routes(setting: Setting) -> Router {
    let setting = Arc::new(setting);
    let asked = Arc::clone(&setting);
    let home = move |CurrentTenant(tenant): CurrentTenant| {
        let setting = Arc::clone(&asked);
        async move { home(&setting, &tenant).await }
    };
    let inbox = move |CurrentTenant(tenant): CurrentTenant| {
        let setting = Arc::clone(&setting);
        async move { inbox::inbox(&setting, &tenant).await }
    };
    Router::new().route("/", get(home)).route("/dev/inbox", get(inbox))
}

async fn home(setting: &Setting, tenant: &Tenant) -> Response {
    let at = At { tenant: tenant.id, now: setting.ambient.now() };
    let keys = match setting.making.keys(at).await {
        Ok(keys) => keys,
        Err(failure) => return Problem::from(failure).into_response(),
    };
    let row = |key: &crate::keys::model::SigningKey| Row {
        kid: key.jwk.kid.as_str().chars().take(8).collect(),
        algorithm: key.jwk.alg,
        state: word(Succession::of(&keys, key.jwk.alg).state(&key.life, at.now)),
        from: day(key.life.activates_at),
    };
    let issuer = tenant.issuer(&setting.public_url);
    let rows = keys.iter().map(row).collect();
    Page::new(Home { shell: Shell::new("Vestibule"), setting, issuer, keys: rows }).into_response()
}

const fn word(state: State) -> &'static str {
    match state {
        State::Upcoming => "published, signs later",
        State::Active => "signs",
        State::Retiring => "published, signs no more",
        State::Gone => "gone",
        State::Revoked => "revoked",
    }
}

fn day(at: Timestamp) -> String {
    at.rfc3339().chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}
