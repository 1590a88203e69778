//! How clients, their secrets and their failures are kept.

use super::{Client, ClientSecret, Registered, Registration};
use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;

/// The clients of the tenant at hand.
pub trait Clients {
    /// With its secrets, ended ones too. Disabled clients are found.
    async fn client(&mut self, id: &ClientId) -> Result<Option<Registered>, Failure>;

    /// Those of them who are there, without their secrets. Disabled ones too.
    async fn clients_of(&mut self, ids: &[ClientId]) -> Result<Vec<Client>, Failure>;

    /// All, without their secrets, oldest first. Disabled ones too.
    async fn clients(&mut self) -> Result<Vec<Client>, Failure>;

    async fn add_client(&mut self, client: &Client) -> Result<(), Failure>;

    /// What it registered, replaced as a whole. False when there is no such client.
    async fn register_anew(
        &mut self,
        id: &ClientId,
        registration: &Registration,
    ) -> Result<bool, Failure>;

    /// False when there is none that is enabled.
    async fn disable_client(&mut self, id: &ClientId) -> Result<bool, Failure>;

    /// False when there is none that is disabled. What was issued before now stays refused.
    async fn enable_client(&mut self, id: &ClientId) -> Result<bool, Failure>;

    /// With its secrets. False when there is no such client.
    async fn delete_client(&mut self, id: &ClientId) -> Result<bool, Failure>;
}

/// What the clients of the tenant at hand prove themselves with.
pub trait ClientSecrets {
    async fn add_secret(&mut self, id: &ClientId, secret: &ClientSecret) -> Result<(), Failure>;

    /// All secrets that live longer end then.
    async fn end_secrets(&mut self, id: &ClientId, at: Timestamp) -> Result<(), Failure>;

    /// False when this assertion was used before (INV-02).
    async fn spend_assertion(
        &mut self,
        id: &ClientId,
        jti: &Hash,
        ends_at: Timestamp,
    ) -> Result<bool, Failure>;
}

/// How often proof of clients of the tenant at hand has failed.
pub trait FailedProofs {
    /// One more in this stretch of time; answers how many there are.
    async fn count_failure(
        &mut self,
        bucket: &Hash,
        window: (Timestamp, Timestamp),
    ) -> Result<i64, Failure>;
}
