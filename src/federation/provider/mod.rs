//! Asking a provider: where to send a browser, and who came back with a code.
//!
//! ```text
//! openid.rs   OpenID Connect; openidconnect lives here, and asks by our outbound client   ─ bridge.rs
//!             ─ metadata.rs   discovery and keys   ─ token.rs   what an ID token must be
//! github.rs   OAuth 2 with GitHub's own way to ask for the user
//! said.rs     claims, read strictly and within bounds
//! ```

mod bridge;
mod github;
mod metadata;
mod openid;
mod said;
mod token;

use super::model::{Assertion, Kind, Settings};
use crate::kernel::secret::Secret;
use crate::kernel::time::Timestamp;
use crate::platform::outbound::bulkhead::Congested;
use crate::platform::outbound::{Client, OutboundRefusal};
use serde_json::{Map, Value};
use thiserror::Error;

pub use metadata::{Found, Known, find};

/// Whom we ask, with what we know of them.
pub struct Asking<'a> {
    pub outbound: &'a Client,
    pub known: &'a Known,
    pub settings: &'a Settings,
    pub now: Timestamp,
}

/// What goes with a browser.
pub struct Departure<'a> {
    pub redirect_uri: &'a str,
    pub state: &'a Secret,
    pub proofs: &'a Proofs,
    pub login_hint: Option<&'a str>,
    /// They must have proven themselves there since then.
    pub fresh_since: Option<Timestamp>,
}

/// What only we know of a trip: the ID token must carry the one, and the code is good only with the other.
pub struct Proofs {
    pub nonce: Secret,
    pub verifier: Secret,
}

/// What a browser brought back.
pub struct Return<'a> {
    pub redirect_uri: &'a str,
    pub code: &'a Secret,
    /// Whose answer it says it is (RFC 9207).
    pub iss: Option<&'a str>,
    pub secret: &'a Secret,
    pub proofs: &'a Proofs,
    pub fresh_since: Option<Timestamp>,
}

/// Why somebody is not signed in. Each carries what the operator reads; people read a sentence of ours.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Trouble {
    #[error("it is not asked now: {0}")]
    Resting(&'static str),
    #[error("no usable answer: {0}")]
    Unreachable(String),
    #[error("it refused the request: {0}")]
    Denied(String),
    #[error("its word cannot be believed: {0}")]
    Untrusted(String),
}

impl From<Congested> for Trouble {
    fn from(congested: Congested) -> Self {
        match congested {
            Congested::NoTurn => Self::Resting("too many are asking it already"),
            Congested::TooSlow => Self::Unreachable(congested.to_string()),
        }
    }
}

impl From<OutboundRefusal> for Trouble {
    fn from(refusal: OutboundRefusal) -> Self {
        Self::Unreachable(refusal.to_string())
    }
}

impl Trouble {
    /// For the record.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Resting(_) => "provider_resting",
            Self::Unreachable(_) => "provider_unreachable",
            Self::Denied(_) => "provider_refused",
            Self::Untrusted(_) => "provider_untrusted",
        }
    }
}

/// Where to send the browser.
pub async fn departure(asking: &Asking<'_>, departure: &Departure<'_>) -> Result<String, Trouble> {
    match asking.settings.kind {
        Kind::Github => github::departure(asking, departure),
        _ => openid::departure(asking, departure).await,
    }
}

/// What claims say that nobody signed: for a preview of rules.
pub fn assertion_of(settings: &Settings, said: &Map<String, Value>) -> Result<Assertion, Trouble> {
    openid::read(settings, said)
}

/// Who it is.
pub async fn arrival(asking: &Asking<'_>, brought: &Return<'_>) -> Result<Assertion, Trouble> {
    match asking.settings.kind {
        Kind::Github => github::arrival(asking, brought).await,
        _ => openid::arrival(asking, brought).await,
    }
}
