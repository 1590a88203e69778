//! GET /oauth/session: the frame (`check_session_iframe`, Session Management §3.3), where the tenant wants it.

use crate::kernel::moment::Moment;
use crate::oauth::http::Protocol;
use crate::oauth::realm::CHECK_SESSION;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::headers::{Nonce, Policy};
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::http::BrowserState;
use crate::tenants::http::CurrentTenant;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

/// It knows the name of a cookie: mounted with the pages.
pub fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new().route("/oauth/session", get(frame)).with_state(protocol)
}

#[derive(Template)]
#[template(path = "oauth/session.html")]
struct Frame<'a> {
    shell: &'a Shell,
    nonce: &'a str,
    cookie: &'a str,
}

/// The one page of ours that stands in the pages of others: it shows nothing and does nothing but compare.
async fn frame(
    State(protocol): State<Arc<Protocol>>,
    CurrentTenant(tenant): CurrentTenant,
    (arrival, shell, state): (Arrival, Shell, BrowserState),
) -> Result<Response, Problem> {
    if !(protocol.clients)(tenant.id).session_management {
        return Err(Problem::not_found());
    }
    let realm = protocol.realm(&tenant, &arrival, CHECK_SESSION);
    let nonce = Nonce::of(protocol.ground.moment(&realm).random());
    let page = Frame { shell: &shell, nonce: nonce.as_str(), cookie: state.name() };
    let policy = Policy::default().with_scripts(nonce.clone()).with_embedding();
    Ok(Page::new(page).with_policy(policy).into_response())
}
