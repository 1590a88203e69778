//! A request that was pushed: what the client sent ahead, until somebody has gone its way (RFC 9126 §2).

use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedRequest {
    pub client: ClientId,
    /// Without anything the client proved itself with.
    pub parameters: Vec<(String, String)>,
    pub ends_at: Timestamp,
}

/// Pushed requests of the tenant at hand, by the hash of their reference.
pub trait PushedRequests {
    async fn keep_pushed(
        &mut self,
        reference: &Hash,
        pushed: &PushedRequest,
    ) -> Result<(), Failure>;

    /// As often as it is asked for, until it is used or over: a page may be loaded again.
    async fn pushed(&mut self, reference: &Hash) -> Result<Option<PushedRequest>, Failure>;

    /// True once, for the first answer that it leads to (D-07). Who began in time may take their time.
    async fn spend_pushed(&mut self, reference: &Hash) -> Result<bool, Failure>;
}
