//! Passkeys: public keys of people, and the questions that are put to them.

use crate::kernel::failure::Failure;
use crate::kernel::ids::{CeremonyId, UserId};
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// As the authenticator calls it, in base64url.
    pub id: String,
    pub user: UserId,
    /// As its owner calls it.
    pub name: String,
    /// Key, counter and flags, as the home of WebAuthn writes them.
    pub credential: String,
    /// There are copies of it, as with a password manager.
    pub is_synced: bool,
    pub made_at: Timestamp,
    pub used_at: Option<Timestamp>,
    /// Its counter went back. It opens nothing any more.
    pub suspected_at: Option<Timestamp>,
}

/// A question that was put to one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony {
    pub id: CeremonyId,
    pub browser: Hash,
    pub sealed: Vec<u8>,
    pub ends_at: Timestamp,
}

/// The passkeys of the tenant at hand.
pub trait Passkeys {
    /// False when it is somebody's already.
    async fn add_passkey(&mut self, passkey: &Passkey) -> Result<bool, Failure>;

    async fn passkey(&mut self, id: &str) -> Result<Option<Passkey>, Failure>;

    /// The oldest first.
    async fn passkeys_of(&mut self, user: &UserId) -> Result<Vec<Passkey>, Failure>;

    /// It was used, and its counter moved on from what was read; false when somebody else moved it meanwhile.
    async fn passkey_used(&mut self, read: &Passkey, now: &Passkey) -> Result<bool, Failure>;

    async fn suspect_passkey(&mut self, id: &str) -> Result<(), Failure>;

    /// False when it is not theirs.
    async fn rename_passkey(
        &mut self,
        user: &UserId,
        id: &str,
        name: &str,
    ) -> Result<bool, Failure>;

    async fn remove_passkey(&mut self, user: &UserId, id: &str) -> Result<bool, Failure>;
}

/// Each question is answered once, by the browser it was put to.
pub trait Ceremonies {
    async fn begin_ceremony(&mut self, ceremony: &Ceremony) -> Result<(), Failure>;

    async fn take_ceremony(
        &mut self,
        id: &CeremonyId,
        browser: &Hash,
    ) -> Result<Option<Vec<u8>>, Failure>;

    /// Housekeeping, over all tenants.
    async fn forget_ceremonies_before(&mut self, before: Timestamp) -> Result<(), Failure>;
}
