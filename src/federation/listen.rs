//! What becomes of identities when an account ends, in the same commit.

use super::model::Identities;
use crate::events::record::fact;
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::platform::storage::{Listener, Record, Work};

/// Heard by their wire names: a record is all that is handed on.
pub const LISTENERS: &[Listener] =
    &[Listener { to: &["user.deleted"], hear: |work, record| Box::pin(deleted(work, record)) }];

/// They are free again, and nothing here names them any more.
async fn deleted(work: &mut Work, record: &Record) -> Result<(), Failure> {
    let user = fact(record, "user").and_then(|id| UserId::parse(&id));
    let nameless = || Failure::broken(format!("a record of {} does not say of whom", record.kind));
    work.release(&user.ok_or_else(nameless)?).await
}
