//! Second factors: what is kept of them, and nothing that a thief of the database could use.

use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::sessions::model::{Assurance, Session};

/// A proof is worth this long where somebody changes how they prove themselves.
pub const RECENT: Lifetime = Lifetime::minutes(5);

/// What a person has for a second proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    pub totp: bool,
    pub passkey: bool,
    /// They stand in for the others and are none by themselves.
    pub recovery_codes: i64,
}

impl Factors {
    pub const fn any(self) -> bool {
        self.totp || self.passkey
    }

    /// Whether somebody has just proven themselves as well as they can (INV-23).
    pub fn are_shown(self, session: &Session, now: Timestamp) -> bool {
        let is_recent = now <= session.proven_at.plus(RECENT);
        is_recent && (session.assurance() == Assurance::TwoFactors || !self.any())
    }
}

/// An app that shows a new code every half minute (RFC 6238).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticator {
    pub sealed_seed: Vec<u8>,
    pub made_at: Timestamp,
    /// From then on it counts.
    pub confirmed_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
    pub last_step: i64,
}

/// The second factors of people, in the tenant at hand.
pub trait SecondFactors {
    async fn factors_of(&mut self, user: &UserId) -> Result<Factors, Failure>;

    async fn authenticator_of(&mut self, user: &UserId) -> Result<Option<Authenticator>, Failure>;

    /// In the place of another that was offered; false where one is in use.
    async fn offer_authenticator(&mut self, user: &UserId, sealed: &[u8]) -> Result<bool, Failure>;

    /// False when it is in use already.
    async fn confirm_authenticator(&mut self, user: &UserId, step: i64) -> Result<bool, Failure>;

    /// False when this code or a later one was taken already.
    async fn spend_step(&mut self, user: &UserId, step: i64) -> Result<bool, Failure>;

    async fn remove_authenticator(&mut self, user: &UserId) -> Result<bool, Failure>;

    /// All of them.
    async fn remove_passkeys(&mut self, user: &UserId) -> Result<bool, Failure>;

    /// Whoever is on the way in as this person begins anew.
    async fn end_ways_in(&mut self, user: &UserId) -> Result<(), Failure>;

    /// In the place of all that were there.
    async fn keep_recovery_codes(&mut self, user: &UserId, codes: &[Hash]) -> Result<(), Failure>;

    /// False when it is none of theirs, or was used.
    async fn spend_recovery_code(&mut self, user: &UserId, code: &Hash) -> Result<bool, Failure>;
}
