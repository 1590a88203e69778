//! Who may register applications, and how an application that did so is known again (RFC 7591 §3, RFC 7592 §2).

use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, InitialTokenId};
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;

/// An initial access token. The token itself is shown once and kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialToken {
    pub id: InitialTokenId,
    pub name: String,
    pub made_at: Timestamp,
    pub ends_at: Timestamp,
    pub uses_left: i64,
    pub revoked_at: Option<Timestamp>,
}

impl InitialToken {
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.ends_at && self.uses_left > 0
    }
}

/// Initial access tokens of the tenant at hand.
pub trait InitialTokens {
    async fn add_initial_token(&mut self, token: &InitialToken, hash: &Hash)
    -> Result<(), Failure>;

    /// All, oldest first; those that are over go with the next clean-up.
    async fn initial_tokens(&mut self) -> Result<Vec<InitialToken>, Failure>;

    /// Whether it would be good now. Nothing is used up.
    async fn is_initial_token(&mut self, hash: &Hash) -> Result<bool, Failure>;

    /// One use less; false when there was none left (D-07).
    async fn spend_initial_token(&mut self, hash: &Hash) -> Result<bool, Failure>;

    async fn revoke_initial_token(&mut self, id: &InitialTokenId) -> Result<bool, Failure>;
}

/// Applications of the tenant at hand that registered themselves.
pub trait SelfRegistered {
    async fn add_self_registered(&mut self, client: &ClientId, token: &Hash)
    -> Result<(), Failure>;

    async fn is_managed_with(&mut self, client: &ClientId, token: &Hash) -> Result<bool, Failure>;

    /// Another token from now on.
    async fn change_management(&mut self, client: &ClientId, token: &Hash) -> Result<(), Failure>;

    /// It was of use just now. Answers whether it is one that registered itself.
    async fn note_use(&mut self, client: &ClientId) -> Result<bool, Failure>;

    /// Of all tenants: those that nobody used since, the longest unused first, and not all at once.
    async fn unused_since(&mut self, since: Timestamp) -> Result<Vec<(String, String)>, Failure>;
}
