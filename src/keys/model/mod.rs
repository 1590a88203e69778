//! A key's life: upcoming, active, retiring, gone; and what is kept of it.

mod jwk;
mod schedule;
mod succession;
#[cfg(test)]
mod tests;

pub use jwk::{Algorithm, Jwk, JwkSet, Kid, PublicKey};
pub use schedule::{Rotation, Step, Untouchable};
pub use succession::{State, Succession};

use crate::kernel::failure::Failure;
use crate::kernel::ids::{KeyId, TenantId};
use crate::kernel::time::{Lifetime, Timestamp};
use std::fmt;

/// One key of one tenant. The private half is sealed and means nothing here.
#[derive(Clone, Debug)]
pub struct SigningKey {
    pub tenant: TenantId,
    pub life: Life,
    pub jwk: Jwk,
    pub sealed: Sealed,
}

/// What stays of a key for ever.
#[derive(Clone, Debug)]
pub struct Former {
    pub jwk: Jwk,
    pub revoked_at: Option<Timestamp>,
}

/// The private half as it lies in the database.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(sealed, {} bytes)", self.0.len())
    }
}

/// The times of a key. Everything else about its state follows from these and from those of its siblings.
///
/// When it stops signing is not written anywhere: it is the instant at which the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    pub id: KeyId,
    /// One more than the newest at the time. Unique per tenant and algorithm, which decides a race of two nodes.
    pub generation: i64,
    pub published_at: Timestamp,
    /// Before `published_at` only in a key that took the place of a revoked one.
    pub activates_at: Timestamp,
    pub promised: Promised,
    /// When the beginning of its turn was recorded as an event.
    pub announced_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// What the world was told while this key was published; it only grows.
///
/// Kept with the key, because the settings of today do not know what the settings of yesterday, or of
/// another node, have promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promised {
    /// How long a verifier may keep the JWKS.
    pub max_age: Lifetime,
    /// How long the key stays published after it stopped signing.
    pub keep: Lifetime,
}

impl Promised {
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { max_age: self.max_age.max(other.max_age), keep: self.keep.max(other.keep) }
    }
}

/// The settings the schedule follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// How long a key signs.
    pub rotation: Lifetime,
    /// How long before its turn a key is published.
    pub publish_ahead: Lifetime,
    /// How long a verifier may keep the JWKS.
    pub jwks_max_age: Lifetime,
    /// How long a key stays published after its turn: at least the longest token lifetime.
    pub keep_behind: Lifetime,
    /// How far any clock of ours may be from the true time.
    pub clock_skew: Lifetime,
}

/// How long until every node knows what one has written (it looks each second), and an answer has travelled.
const SPREAD: Lifetime = Lifetime::seconds(3);

impl Windows {
    /// How far ahead a switch must be written for every node to know it before its own clock gets there:
    /// the writer's clock may be late and another's early.
    pub fn handover(&self) -> Lifetime {
        self.clock_skew.times(2).plus(SPREAD)
    }

    /// A key outlives the cached JWKS too: it is what remembers how long that may be.
    pub fn promised(&self) -> Promised {
        let keep = self.keep_behind.max(self.jwks_max_age).plus(self.handover());
        Promised { max_age: self.jwks_max_age, keep }
    }
}

/// Whether a guarded write found what it was meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Now,
    /// Somebody else was first, or it was written before. Nothing has changed.
    Already,
}

/// The keys of the tenant at hand. Every write is guarded: done twice or too late it changes nothing.
pub trait SigningKeys {
    /// All that are kept, of both algorithms, revoked ones included.
    async fn signing_keys(&mut self) -> Result<Vec<SigningKey>, Failure>;

    /// Unless its generation of this algorithm exists already.
    async fn publish(&mut self, key: &SigningKey) -> Result<Written, Failure>;

    /// Moves `activates_at`, if it still is `from`.
    async fn schedule(
        &mut self,
        key: &KeyId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Written, Failure>;

    /// Raises what the key has promised; never lowers it.
    async fn promise(&mut self, key: &KeyId, promised: Promised) -> Result<Written, Failure>;

    /// That its turn has begun is told once.
    async fn announce(&mut self, key: &KeyId) -> Result<Written, Failure>;

    /// The first revocation stands.
    async fn revoke(&mut self, key: &KeyId, at: Timestamp) -> Result<Written, Failure>;

    /// Wipes the private half for good. What is left is no longer among the `signing_keys`.
    async fn erase(&mut self, key: &KeyId) -> Result<Written, Failure>;

    /// The public halves of all times, erased and revoked ones included: for what is kept longer than any
    /// token, as checkpoints of the audit chain are.
    async fn public_keys(&mut self) -> Result<Vec<Former>, Failure>;
}
