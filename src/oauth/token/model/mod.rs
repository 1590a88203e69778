//! Grants, and the codes and refresh tokens that stand for them: the decisions, without input or output.

mod code;
mod family;
mod permit;
#[cfg(test)]
mod trial;

pub use code::{CodeVerdict, StoredCode, WRONG_VERIFIERS};
pub use family::{Family, RefreshVerdict, Retry, Rotated};
pub use permit::{Denied, Path, Principal, can_issue};

use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, GrantId, SessionId, UserId};
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::oauth::model::Scope;
use std::collections::HashSet;

/// What one person allowed one client, once. Code, tokens and refresh family are all of it, and end with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub id: GrantId,
    pub client: ClientId,
    pub user: UserId,
    pub session: Option<SessionId>,
    pub authentication: Authentication,
    pub scope: Scope,
    /// The resources that were asked for (RFC 8707).
    pub resources: Vec<String>,
    pub nonce: Option<String>,
    /// The `claims` parameter, as it was sent and found well-formed (OIDC Core §5.5).
    pub claims: Option<String>,
    pub made_at: Timestamp,
}

/// How and when the person signed in, in this very session (INV-08).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication {
    pub at: Timestamp,
    pub acr: Option<String>,
    pub amr: Vec<String>,
}

/// Codes of the tenant at hand. Each write is guarded; what it answers is the proof (D-07).
pub trait Codes {
    async fn keep_code(&mut self, code: &StoredCode) -> Result<(), Failure>;

    /// Those of these grants, as far as they are there.
    async fn codes(&mut self, grants: &[GrantId]) -> Result<Vec<StoredCode>, Failure>;

    /// Those that may still be redeemed.
    async fn open_codes(&mut self) -> Result<Vec<StoredCode>, Failure>;

    /// True for one caller, ever (INV-01).
    async fn spend_code(&mut self, grant: &GrantId, hash: &Hash) -> Result<bool, Failure>;

    /// Counts a wrong verifier; the last one that may be wrong spends the code (D-05).
    async fn miss_code(&mut self, grant: &GrantId) -> Result<(), Failure>;
}

/// Grants and their refresh families. One row each: a rotation overwrites, so that a family never grows.
pub trait Grants {
    async fn begin_grant(&mut self, family: &Family) -> Result<(), Failure>;

    /// Of these grants, as far as they have begun.
    async fn families(&mut self, grants: &[GrantId]) -> Result<Vec<Family>, Failure>;

    /// True for one caller per generation: the token presented was the live one until now (INV-03).
    async fn rotate(&mut self, rotated: &Rotated) -> Result<bool, Failure>;

    /// Everything of it is dead from now on. True when it lived until now.
    async fn revoke_grant(&mut self, grant: &GrantId) -> Result<bool, Failure>;

    /// All of one person, or of one person at one client.
    async fn revoke_grants_of(
        &mut self,
        user: &UserId,
        client: Option<&ClientId>,
    ) -> Result<u64, Failure>;

    /// What needs the session: all of it but what was granted offline access.
    async fn revoke_grants_in(&mut self, session: &SessionId) -> Result<u64, Failure>;

    /// The access token of the newest answer was seen in use, so whoever was to get the answer has it: there is
    /// no retry any more (D-02).
    async fn end_retry(&mut self, grant: &GrantId, jti: &str) -> Result<(), Failure>;
}

/// An access token that says nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpaqueToken {
    pub hash: Hash,
    /// What a signed one would say, as JSON.
    pub claims: String,
    pub ends_at: Timestamp,
}

/// Access tokens that we keep.
pub trait AccessTokens {
    async fn keep_access_token(&mut self, token: &OpaqueToken) -> Result<(), Failure>;

    /// One that is over may still be found.
    async fn access_token(&mut self, hash: &Hash) -> Result<Option<OpaqueToken>, Failure>;
}

/// Access tokens that were revoked one by one, until they are over (D-08: the database decides).
pub trait Denials {
    async fn deny(&mut self, jti: &str, ends_at: Timestamp) -> Result<(), Failure>;

    /// Which of these are.
    async fn denied(&mut self, jtis: &[String]) -> Result<HashSet<String>, Failure>;
}
