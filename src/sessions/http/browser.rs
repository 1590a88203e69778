//! The browser of a request: what is remembered about it, and the token that its forms carry.

use super::form::FormMark;
use super::kept::hashed;
use super::{Asked, Browsing};
use crate::kernel::failure::Failure;
use crate::kernel::secret::{Hash, Secret};
use crate::platform::storage::At;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::csrf;
use crate::platform::web::problem::Problem;
use crate::sessions::model::{Limits, device};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use data_encoding::BASE64URL_NOPAD;
use std::sync::Arc;
use tower_sessions::session::Error;

/// An extractor. In a request that changes something it stands only where our own page sent it (INV-13).
pub struct Browser {
    cookie: tower_sessions::Session,
    form: Arc<FormMark>,
    browsing: Arc<Browsing>,
    pub at: At,
    pub limits: Limits,
    /// What it calls itself.
    pub device: String,
}

const TOKEN: &str = "token";

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let asked = Asked::of(parts)?;
        let cookie = parts.extensions.get::<tower_sessions::Session>().cloned();
        let cookie = cookie.ok_or_else(|| Problem::broken("a route knows no browsers"))?;
        let host = parts.extensions.get::<Arrival>().and_then(|arrival| arrival.host.clone());
        let scheme = asked.browsing.public_url.scheme();
        let is_ours = host.is_some_and(|host| csrf::is_ours(&parts.headers, scheme, &host));
        if !parts.method.is_safe() && !is_ours {
            return Err(from_elsewhere());
        }
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Ok(Self {
            cookie,
            form: asked.form,
            browsing: asked.browsing,
            at: asked.at,
            limits: asked.limits,
            device: device(agent.unwrap_or_default()),
        })
    }
}

fn from_elsewhere() -> Problem {
    Problem::of_status(StatusCode::FORBIDDEN).coded("cross_site_request")
}

impl Browser {
    /// What the next form carries; it is good in this browser alone, and until somebody signs in or out in it.
    pub async fn token(&self) -> Result<String, Failure> {
        let kept = self.recall(TOKEN).await?;
        Ok(kept.unwrap_or_else(|| self.form.token(|| self.browsing.ambient.random())))
    }

    /// Whether a form was made for this browser.
    pub async fn vouches(&self, token: &str) -> Result<bool, Failure> {
        Ok(match self.recall(TOKEN).await? {
            Some(known) => Secret::new(known) == Secret::new(token),
            None => self.form.vouches(token),
        })
    }

    pub async fn remember(&self, name: &str, text: &str) -> Result<(), Failure> {
        self.cookie.insert(name, text).await.map_err(unkept)
    }

    pub async fn recall(&self, name: &str) -> Result<Option<String>, Failure> {
        self.cookie.get(name).await.map_err(unkept)
    }

    /// Of our own addresses.
    pub fn scheme(&self) -> &str {
        self.browsing.public_url.scheme()
    }

    /// By the cookie it sent, whether or not that is one of ours.
    pub fn name(&self) -> Option<Hash> {
        self.cookie.id().as_ref().map(hashed)
    }

    /// To what something can be bound that goes through the page and back: its name, or the cookie of a stranger.
    pub fn tie(&self) -> Option<Hash> {
        self.name().or_else(|| self.form.hash())
    }

    /// A new name, known to nobody yet, and the old one worthless (INV-12).
    pub async fn rename(&self) -> Result<Hash, Failure> {
        if self.cookie.id().is_some() {
            self.cookie.cycle_id().await.map_err(unkept)?;
        }
        let token = BASE64URL_NOPAD.encode(&self.browsing.ambient.random::<32>());
        self.remember(TOKEN, &token).await?;
        self.form.end();
        self.cookie.save().await.map_err(unkept)?;
        self.name().ok_or_else(|| Failure::broken("a browser got no name"))
    }

    /// As if it had never been here.
    pub async fn forget(&self) -> Result<(), Failure> {
        if self.cookie.id().is_none() {
            return Ok(());
        }
        self.cookie.flush().await.map_err(unkept)
    }
}

fn unkept(error: Error) -> Failure {
    Failure::unavailable("what is known of a browser cannot be read or kept").because(error)
}
