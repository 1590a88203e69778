//! The pages between nobody and somebody, and back.

mod login;
mod logout;
mod words;

use super::model::{LocalPath, Outside, Purpose};
use super::password::{Ground, Terms};
use crate::events::record::Personal;
use crate::kernel::failure::Failure;
use crate::kernel::ids::RequestId;
use crate::platform::storage::At;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::headers::Policy;
use crate::platform::web::page::Shell;
use crate::platform::web::problem::Problem;
use crate::sessions::http::CurrentUser;
use crate::tenants::http::CurrentTenant;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::routing::get;
use std::pin::Pin;
use std::sync::Arc;
use url::form_urlencoded;

/// What these pages are given.
pub struct Room {
    pub ground: Ground,
    /// As they are now.
    pub terms: Box<dyn Fn() -> Terms + Send + Sync>,
    pub explain: Explain,
}

/// Who waits at the end of a path: `oauth` knows it of its own.
pub type Explain = Box<dyn Fn(At, LocalPath) -> Explaining + Send + Sync>;
pub type Explaining = Pin<Box<dyn Future<Output = Result<Purpose, Failure>> + Send>>;

pub fn routes(room: Arc<Room>) -> Router {
    Router::new()
        .route("/login", get(login::ask_name).post(login::take_name))
        .route("/login/password", get(login::ask_password).post(login::take_password))
        .route("/logout", get(logout::ask).post(logout::sign_out))
        .route("/logout/done", get(logout::done))
        .with_state(room)
}

/// An extractor: for whom this journey is, where it leads, and whose it is.
struct Journey {
    at: At,
    /// What stands before every path of the tenant.
    base: String,
    shell: Shell,
    purpose: Purpose,
    personal: Personal,
    request: Option<RequestId>,
}

impl FromRequestParts<Arc<Room>> for Journey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, room: &Arc<Room>) -> Result<Self, Problem> {
        let arrival = Arrival::from_request_parts(parts, room).await?;
        let tenant = CurrentTenant::from_request_parts(parts, room).await;
        let CurrentTenant(tenant) = tenant.map_err(Problem::of_status)?;
        let shell = Shell::from_request_parts(parts, room).await.map_err(Problem::of_status)?;
        let at = At { tenant: tenant.id, now: arrival.at };
        let purpose = match return_to(parts.uri.query().unwrap_or_default()) {
            Some(path) => (room.explain)(at, path).await?,
            None => Purpose::our_own(LocalPath::home()),
        };
        let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(Self {
            at,
            base: tenant.base(),
            shell,
            purpose,
            personal: Personal {
                ip: Some(arrival.caller.ip.to_string()),
                user_agent: agent.map(|agent| agent.chars().take(400).collect()),
                email: None,
            },
            request: RequestId::parse(arrival.reference.as_str()),
        })
    }
}

/// One that leads elsewhere is none.
fn return_to(query: &str) -> Option<LocalPath> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "return_to").and_then(|(_, path)| LocalPath::parse(&path))
}

/// For a page whose form ends outside, perhaps in a window that the application has opened (P-233).
pub fn leading_to(outside: &Outside) -> Policy {
    let policy = Policy::default().with_opener();
    match outside {
        Outside::Origin(origin) => policy.with_form_to(origin),
        Outside::Scheme(scheme) => policy.with_form_to_scheme(scheme),
    }
}

impl Journey {
    /// A page of this journey.
    fn place(&self, path: &str) -> String {
        let (base, back) = (&self.base, &self.purpose.return_to);
        if *back == LocalPath::home() {
            return format!("{base}{path}");
        }
        let back: String = form_urlencoded::byte_serialize(back.as_str().as_bytes()).collect();
        format!("{base}{path}?return_to={back}")
    }

    fn end(&self) -> String {
        format!("{}{}", self.base, self.purpose.return_to.as_str())
    }

    /// Whoever is signed in already need not do so again, unless the purpose asks for it.
    fn is_over_for(&self, user: Option<&CurrentUser>) -> bool {
        user.is_some_and(|user| self.purpose.is_met_by(&user.session))
    }

    fn policy(&self) -> Policy {
        let plain = Policy::default();
        self.purpose.form_to.as_ref().map_or(plain, leading_to)
    }
}
