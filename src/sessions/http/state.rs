//! The third cookie: the state of a browser, which scripts can read (Session Management §3.2). It proves nothing.

use super::Asked;
use super::cookies::{named, sent as value};
use crate::kernel::ids::TenantId;
use crate::platform::web::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use tower_sessions::cookie::Cookie;

/// An extractor: how the cookie is called here.
pub struct BrowserState {
    name: String,
    is_https: bool,
}

impl<S: Sync> FromRequestParts<S> for BrowserState {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let asked = Asked::of(parts)?;
        Ok(Self::of(asked.at.tenant, asked.browsing.public_url.is_https()))
    }
}

impl BrowserState {
    pub(super) fn of(tenant: TenantId, is_https: bool) -> Self {
        Self { name: named("state", tenant, is_https), is_https }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// As long as the browser is open. A frame in another's page sees it only with `SameSite=None`.
    pub fn keep(&self, response: Response, state: &str) -> Response {
        self.set(response, &format!("{}={state}", self.name))
    }

    /// Whoever this browser belonged to, it is somebody else's now, or nobody's: the state goes with the session.
    pub(super) fn follow(&self, sent: &HeaderMap, session: &str, response: Response) -> Response {
        let set = response.headers().get_all(SET_COOKIE).iter();
        let set: Vec<Cookie<'static>> =
            set.filter_map(|value| Cookie::parse(value.to_str().ok()?.to_owned()).ok()).collect();
        let changed = set.iter().find(|cookie| cookie.name() == session);
        let changed =
            changed.is_some_and(|new| value(sent, session).as_deref() != Some(new.value()));
        let is_new = set.iter().any(|cookie| cookie.name() == self.name);
        match changed && !is_new && value(sent, &self.name).is_some() {
            true => self.set(response, &format!("{}=; Max-Age=0", self.name)),
            false => response,
        }
    }

    fn set(&self, mut response: Response, text: &str) -> Response {
        let site = if self.is_https { "None; Secure" } else { "Lax" };
        if let Ok(value) = HeaderValue::from_str(&format!("{text}; Path=/; SameSite={site}")) {
            response.headers_mut().append(SET_COOKIE, value);
        }
        response
    }
}
