//! The authorization server of one tenant, at the instant of one request (OIDC Discovery §3; D-10).

use super::resources::model::Known;
use crate::events::model::{Actor, Context};
use crate::kernel::ids::{ClientId, RequestId, UserId};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::At;
use std::sync::Arc;

/// Where each endpoint is, under the issuer.
pub const AUTHORIZE: &str = "/authorize";
pub const TOKEN: &str = "/oauth/token";
pub const PAR: &str = "/oauth/par";
pub const REGISTER: &str = "/oauth/register";
pub const INTROSPECT: &str = "/oauth/introspect";
pub const REVOKE: &str = "/oauth/revoke";
pub const USERINFO: &str = "/oauth/userinfo";
pub const CHECK_SESSION: &str = "/oauth/session";
pub const END_SESSION: &str = "/oauth/logout";

/// All addresses come from configuration, none from the request.
#[derive(Clone, Debug)]
pub struct Realm {
    pub at: At,
    pub issuer: String,
    pub token_endpoint: String,
    /// The address of the endpoint that was called, as it is published.
    pub endpoint: String,
    pub request: Option<RequestId>,
    /// The network the request came from, as far as it shares one limit.
    pub from: Option<String>,
    pub lifetimes: Lifetimes,
    pub sign_up: SignUp,
    /// The APIs of the tenant.
    pub resources: Arc<Known>,
}

/// Whether people may make their account themselves: what `prompt=create` leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUp {
    Open,
    #[default]
    Closed,
}

/// What the tenant set; a client may have shorter ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    pub code: Lifetime,
    pub access_token: Lifetime,
    pub id_token: Lifetime,
    /// Of the whole family: it does not slide.
    pub refresh_token: Lifetime,
    /// How long the same refresh gets the same answer (D-02).
    pub refresh_retry: Lifetime,
    pub clock_skew: Lifetime,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            code: Lifetime::seconds(60),
            access_token: Lifetime::minutes(15),
            id_token: Lifetime::minutes(10),
            refresh_token: Lifetime::days(30),
            refresh_retry: Lifetime::seconds(30),
            clock_skew: Lifetime::seconds(10),
        }
    }
}

impl Realm {
    /// Outside of any request.
    pub fn of(at: At, issuer: String) -> Self {
        Self {
            at,
            token_endpoint: format!("{issuer}{TOKEN}"),
            endpoint: issuer.clone(),
            issuer,
            request: None,
            from: None,
            lifetimes: Lifetimes::default(),
            sign_up: SignUp::default(),
            resources: Arc::default(),
        }
    }

    pub const fn now(&self) -> Timestamp {
        self.at.now
    }

    /// A record of what a client made happen.
    pub fn by_client(&self, client: &ClientId) -> Context {
        let actor = Actor::Client { client: client.clone() };
        Context { actor, request: self.request.clone() }
    }

    /// A record of what a person made happen.
    pub fn by_user(&self, user: &UserId) -> Context {
        let actor = Actor::User { user: user.clone() };
        Context { actor, request: self.request.clone() }
    }
}
