//! A request that was refused, as whoever looks after the application reads of it.

use crate::kernel::failure::Failure;
use crate::kernel::time::{Lifetime, Timestamp};
use serde::{Deserialize, Serialize};

/// How long it is kept.
pub const LIFETIME: Lifetime = Lifetime::days(7);

/// At which endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Authorize,
    Par,
    Token,
}

impl Endpoint {
    pub const ALL: [Self; 3] = [Self::Authorize, Self::Par, Self::Token];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Par => "par",
            Self::Token => "token",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.as_str() == text)
    }
}

/// One thing that is not as it was registered, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub what: String,
    pub asked: Option<String>,
    pub registered: Option<String>,
    pub fix: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRequest {
    /// Empty where nobody is registered under the name that was given.
    pub client: String,
    /// As the answer or the page showed it.
    pub reference: String,
    pub made_at: Timestamp,
    pub endpoint: Endpoint,
    pub error: String,
    pub reason: String,
    pub findings: Vec<Finding>,
}

/// Refused requests of the tenant at hand.
pub trait RefusedRequests {
    /// And of that client only the newest so many.
    async fn keep_refused(&mut self, refused: &RefusedRequest, newest: i64) -> Result<(), Failure>;

    /// The newest first; of nobody's, with an empty client.
    async fn refused_of(&mut self, client: &str) -> Result<Vec<RefusedRequest>, Failure>;

    async fn refused_as(&mut self, reference: &str) -> Result<Vec<RefusedRequest>, Failure>;
}
