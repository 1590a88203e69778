//! An identity elsewhere, the account it is linked to, and the way there and back.

use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::tenants::model::Slug;

/// INV-22: this pair and nothing else says who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
}

/// OIDC Core §2: a subject has 255 characters at most.
pub const LONGEST_SUBJECT: usize = 255;

impl Identity {
    /// Its name in our forms.
    pub fn id(&self) -> String {
        Hash::of_parts([self.issuer.as_bytes(), self.subject.as_bytes()]).base64url()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    pub identity: Identity,
    pub user: UserId,
    pub provider: Slug,
    /// How its owner recognises it: the address it had there.
    pub label: String,
    pub linked_at: Timestamp,
    pub used_at: Timestamp,
    pub unlinked_at: Option<Timestamp>,
}

/// Whoever has not come back by then starts anew.
pub const TRIP: Lifetime = Lifetime::minutes(10);

/// A browser on its way to a provider and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trip {
    /// Of the `state` that goes with it.
    pub state: Hash,
    /// Of what only this browser knows.
    pub browser: Hash,
    pub provider: Slug,
    /// As it was at the start (R-BCP-12).
    pub issuer: String,
    /// Whose account is to be linked; without, somebody signs in.
    pub user: Option<UserId>,
    pub return_to: String,
    /// They must have proven themselves there since then.
    pub fresh_since: Option<Timestamp>,
    /// Before a change of how they prove themselves.
    pub is_for_change: bool,
    pub expires_at: Timestamp,
}

/// An identity that is linked once the owner of the account has proven it, in the same browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Of what only this browser knows.
    pub proof: Hash,
    /// Of the trip it came by.
    pub state: Hash,
    pub provider: Slug,
    pub identity: Identity,
    pub label: String,
    pub user: UserId,
    pub return_to: String,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
}

pub trait Identities {
    /// Also one that was unlinked.
    async fn identity(&mut self, identity: &Identity) -> Result<Option<Linked>, Failure>;

    /// Those of one person that are linked.
    async fn identities_of(&mut self, user: &UserId) -> Result<Vec<Linked>, Failure>;

    /// False when it is linked already, to whomever: a link never changes hands.
    async fn link(&mut self, linked: &Linked) -> Result<bool, Failure>;

    /// False when it is not this person's.
    async fn unlink(&mut self, identity: &Identity, user: &UserId) -> Result<bool, Failure>;

    /// All that this person ever had.
    async fn release(&mut self, user: &UserId) -> Result<(), Failure>;

    async fn used(&mut self, identity: &Identity, label: &str) -> Result<(), Failure>;
}

pub trait Trips {
    async fn depart(&mut self, trip: &Trip) -> Result<(), Failure>;

    /// Once, and only in the browser that left.
    async fn come_back(&mut self, state: &Hash, browser: &Hash) -> Result<Option<Trip>, Failure>;

    async fn wait(&mut self, waiting: &Waiting) -> Result<(), Failure>;

    async fn waiting(&mut self, proof: &Hash) -> Result<Option<Waiting>, Failure>;

    /// Once.
    async fn take_waiting(&mut self, proof: &Hash) -> Result<Option<Waiting>, Failure>;

    /// Housekeeping, over all tenants; farewells as well.
    async fn forget_trips(&mut self, before: Timestamp) -> Result<(), Failure>;
}
