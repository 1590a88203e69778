//! Applications that registered themselves and that nobody uses go away by themselves (P-213).

use super::model::SelfRegistered;
use crate::events::model::Context;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::{ClientId, TenantId};
use crate::kernel::time::Lifetime;
use crate::oauth::clients::change::delete;
use crate::platform::storage::{At, Database, Work};

/// Answers how many went. Each goes in a unit of work of its own tenant.
pub async fn forget_unused(
    database: &Database,
    at: At,
    unused_for: Lifetime,
    context: &Context,
) -> Result<u64, Failure> {
    let since = at.now.minus(unused_for);
    let unused = database.read(at, async |work: &mut Work| work.unused_since(since).await).await?;
    let mut gone = 0;
    for (tenant, client) in unused {
        let unreadable =
            || Failure::broken(format!("self_registered has a row {client:?} that makes no sense"));
        let tenant = TenantId::parse(&tenant).ok_or_else(unreadable)?;
        let id = &ClientId::parse(&client).ok_or_else(unreadable)?;
        let deleted: Done<bool> = database
            .write(
                At { tenant, ..at },
                async |work: &mut Work| Ok(delete(work, id, context).await?),
            )
            .await;
        gone += u64::from(unrefused(deleted)?);
    }
    Ok(gone)
}
