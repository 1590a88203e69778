//! From which origins scripts may call the endpoints of clients (Fetch §3.2; P-215): those of browser clients.

pub mod http;
pub mod model;
mod store;

pub(crate) use store::STATEMENTS;

use crate::kernel::failure::Failure;
use crate::platform::storage::{At, Database, Work};
use model::Origins;

/// Whether an application in the browser is at home there.
pub async fn is_open(database: &Database, at: At, origin: &str) -> Result<bool, Failure> {
    // `null` is what every sandbox and every custom scheme calls itself (A-135, V-117).
    if !origin.starts_with("https://") && !origin.starts_with("http://") {
        return Ok(false);
    }
    database.read(at, async |work: &mut Work| work.has_origin(origin).await).await
}
