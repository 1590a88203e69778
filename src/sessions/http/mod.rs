//! The cookie (tower-sessions), and who is signed in behind it.

mod browser;
mod cookies;
mod device;
mod form;
mod kept;
mod state;

pub use browser::Browser;
pub use device::DeviceMark;
pub use state::BrowserState;

use super::model::{Limits, Session, Sessions};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Ambient;
use crate::kernel::time::Lifetime;
use crate::kernel::uri::Origin;
use crate::platform::storage::{At, Database, Work};
use crate::platform::web::arrival::Arrival;
use crate::platform::web::layered::through;
use crate::platform::web::problem::Problem;
use crate::tenants::http::CurrentTenant;
use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use form::FormMark;
use kept::{Kept, hashed};
use std::sync::Arc;
use tower_sessions::SessionManagerLayer;
use tower_sessions::cookie::SameSite;
use url::form_urlencoded::byte_serialize;

/// With what browsers are recognised.
pub struct Browsing {
    pub database: Database,
    pub ambient: Ambient,
    pub public_url: Origin,
    /// As they are now, in this tenant.
    pub limits: Box<dyn Fn(TenantId) -> Limits + Send + Sync>,
}

/// Of one request.
#[derive(Clone)]
struct Asked {
    browsing: Arc<Browsing>,
    at: At,
    limits: Limits,
    form: Arc<FormMark>,
}

impl Asked {
    fn of(parts: &Parts) -> Result<Self, Failure> {
        let asked = parts.extensions.get::<Self>().cloned();
        asked.ok_or_else(|| Failure::broken("a route was mounted where no browser is known"))
    }
}

/// A form may lie open this long before it is sent.
const LEAST: Lifetime = Lifetime::days(1);

/// Routes that know their browser, and may ask for `MaybeUser` or `CurrentUser`.
pub fn with_browsers(routes: Router, browsing: Arc<Browsing>) -> Router {
    routes.route_layer(from_fn_with_state(browsing, around))
}

async fn around(
    State(browsing): State<Arc<Browsing>>,
    CurrentTenant(tenant): CurrentTenant,
    arrival: Arrival,
    mut request: Request,
    next: Next,
) -> Response {
    let (at, limits) = (At { tenant: tenant.id, now: arrival.at }, (browsing.limits)(tenant.id));
    let is_https = browsing.public_url.is_https();
    let lasting = limits.absolute.max(LEAST);
    let kept = Kept { database: browsing.database.clone(), at, lasting };
    let name = cookies::named("session", tenant.id, is_https);
    let layer = SessionManagerLayer::new(kept)
        .with_name(name.clone())
        .with_secure(is_https)
        .with_same_site(SameSite::Lax);
    let form = Arc::new(FormMark::of(tenant.id, is_https, request.headers()));
    let asked = Asked { browsing, at, limits, form: Arc::clone(&form) };
    request.extensions_mut().insert(asked);
    let (state, sent) = (BrowserState::of(tenant.id, is_https), request.headers().clone());
    let response = form.keep(through(layer, request, next).await);
    let mut response = state.follow(&sent, &name, response);
    if is_https {
        secure(response.headers_mut(), &name);
    }
    response
}

/// A cookie is taken away by another one of its name, and that one must be as secure or is not taken.
fn secure(headers: &mut HeaderMap, name: &str) {
    for value in headers.iter_mut().filter(|(field, _)| *field == SET_COOKIE).map(|(_, v)| v) {
        let Ok(text) = value.to_str() else { continue };
        if !text.starts_with(name) || text.contains("; Secure") {
            continue;
        }
        if let Ok(more) = HeaderValue::from_str(&format!("{text}; Secure")) {
            *value = more;
        }
    }
}

/// Who is signed in in this browser, if anybody.
#[derive(Clone, Debug)]
pub struct MaybeUser(pub Option<CurrentUser>);

/// Somebody is; else the page to sign in comes first, and leads back here.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    pub session: Session,
}

impl<S: Sync> FromRequestParts<S> for MaybeUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let asked = Asked::of(parts)?;
        let cookie = parts.extensions.get::<tower_sessions::Session>();
        let Some(id) = cookie.and_then(tower_sessions::Session::id) else { return Ok(Self(None)) };
        let (database, hash) = (&asked.browsing.database, hashed(&id));
        let find = async |work: &mut Work| work.session_of(&hash).await;
        let session = database.read(asked.at, find).await?;
        let live = session.filter(|session| session.is_live(asked.limits, asked.at.now));
        if let Some(session) = live.as_ref().filter(|one| one.is_to_be_noted(asked.at.now)) {
            note(database, asked.at, session).await?;
        }
        Ok(Self(live.map(|session| CurrentUser { session })))
    }
}

async fn note(database: &Database, at: At, session: &Session) -> Result<(), Failure> {
    let done: Done<()> =
        database.write(at, async |work: &mut Work| Ok(work.seen(&session.id).await?)).await;
    unrefused(done)
}

impl<S: Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let found = MaybeUser::from_request_parts(parts, state).await;
        if let Some(user) = found.map_err(IntoResponse::into_response)?.0 {
            return Ok(user);
        }
        let base = parts.extensions.get::<CurrentTenant>().map(|tenant| tenant.0.base());
        let back = match parts.method {
            Method::GET => parts.uri.path_and_query().map_or("", |here| here.as_str()),
            _ => "",
        };
        let query = match back {
            "" => String::new(),
            back => format!("?return_to={}", byte_serialize(back.as_bytes()).collect::<String>()),
        };
        Err(see_other(&format!("{}/login{query}", base.unwrap_or_default())))
    }
}

/// Post, redirect, get (RFC 9110 §15.4.4).
pub fn see_other(place: &str) -> Response {
    match HeaderValue::from_str(place) {
        Ok(place) => (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response(),
        Err(_) => Problem::of_status(StatusCode::BAD_REQUEST).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R-ASVS-3.3.1, INV-24
    #[test]
    fn a_cookie_is_bound_to_host_and_tenant() {
        let tenant = TenantId::parse("ten_0a1b2c3d").unwrap();
        assert_eq!(cookies::named("session", tenant, true), "__Host-session-0a1b2c3d");
        assert_eq!(cookies::named("session", tenant, false), "session-0a1b2c3d");
        let mut headers = HeaderMap::new();
        let removal = "__Host-session-0a1b2c3d=; Path=/; Max-Age=0";
        headers.append(SET_COOKIE, HeaderValue::from_static(removal));
        headers.append(SET_COOKIE, HeaderValue::from_static("other=1"));
        secure(&mut headers, "__Host-session-0a1b2c3d");
        let values: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(values, [&format!("{removal}; Secure"), "other=1"]);
    }
}
