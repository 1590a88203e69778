//! Signing out at the provider as well: what is kept of where a session came from, and for how long.

use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::tenants::model::Slug;

/// Where a provider ends sessions, and whose (RP-Initiated Logout §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    pub endpoint: String,
    /// Its ID token, in which it recognises the person and their session.
    pub hint: Secret,
}

/// A session that came from a provider, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub user: UserId,
    pub provider: Slug,
    pub issuer: String,
    pub endpoint: String,
    pub sealed_hint: Vec<u8>,
    /// Where the browser goes on afterwards, if not to our own page.
    pub return_to: Option<String>,
    pub expires_at: Timestamp,
}

/// Whoever has not gone on by then is asked nothing more.
pub const PARTING: Lifetime = Lifetime::minutes(10);

/// `holder` is the id of a session, or of the way into one.
pub trait Farewells {
    /// In the place of what was there.
    async fn keep_farewell(&mut self, holder: &str, kept: &Kept) -> Result<(), Failure>;

    /// The way into a session has become one, or another way.
    async fn move_farewell(&mut self, from: &str, to: &str) -> Result<(), Failure>;

    async fn farewell_of(&mut self, holder: &str) -> Result<Option<Kept>, Failure>;

    /// The session is over: from now on this secret finds it.
    async fn part(
        &mut self,
        holder: &str,
        ticket: &Hash,
        return_to_until: (Option<&str>, Timestamp),
    ) -> Result<(), Failure>;

    async fn farewell(&mut self, ticket: &Hash) -> Result<Option<Kept>, Failure>;

    async fn forget_farewells_of(&mut self, user: &UserId) -> Result<(), Failure>;
}
