//! What becomes of identities when an account ends, in the same commit.

use super::model::Identities;
use super::model::MappedRoles;
use super::model::farewell::Farewells;
use crate::accounts::model::Role;
use crate::events::record::fact;
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::platform::storage::{Listener, Record, Work};

/// Heard by their wire names: a record is all that is handed on.
pub const LISTENERS: &[Listener] = &[
    Listener { to: &["user.deleted"], hear: |work, record| Box::pin(deleted(work, record)) },
    Listener { to: &["role.removed"], hear: |work, record| Box::pin(removed(work, record)) },
];

/// Whoever took it, no provider has given it any more. One that still says so gives it again at the next sign-in.
async fn removed(work: &mut Work, record: &Record) -> Result<(), Failure> {
    let user = fact(record, "user").and_then(|id| UserId::parse(&id));
    let role = fact(record, "role").and_then(|name| Role::parse(&name));
    let nameless = || Failure::broken(format!("a record of {} does not say of whom", record.kind));
    let (user, role) = user.zip(role).ok_or_else(nameless)?;
    work.forget_all_mapped(&user, role).await
}

/// They are free again, and nothing here names them any more.
async fn deleted(work: &mut Work, record: &Record) -> Result<(), Failure> {
    let user = fact(record, "user").and_then(|id| UserId::parse(&id));
    let nameless = || Failure::broken(format!("a record of {} does not say of whom", record.kind));
    let user = user.ok_or_else(nameless)?;
    work.forget_farewells_of(&user).await?;
    work.release(&user).await
}
