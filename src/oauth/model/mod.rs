//! The words that all endpoints share (RFC 6749 §1.2, §3.3; OIDC Core §2).

mod scope;
mod words;

pub use scope::{MalformedScope, Scope};
pub use words::{GrantType, Profile, ResponseMode, ResponseType, TokenFormat};

use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;

/// What the protocol keeps for a while.
pub trait Passing {
    /// What was over before this instant goes, of all tenants; answers how many rows.
    async fn forget_over(&mut self, before: Timestamp) -> Result<u64, Failure>;
}
