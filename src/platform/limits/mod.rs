//! Rate limits: how often something may be done in a while, counted in the database and so over all nodes.

mod store;

pub(crate) use store::STATEMENTS;

use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::{At, Database, Work};

/// So often in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub most: i64,
    pub window: Lifetime,
}

impl Limit {
    pub const fn hourly(most: i64) -> Self {
        Self { most, window: Lifetime::hours(1) }
    }
}

/// No more of it until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    pub until: Timestamp,
}

/// Counted in the unit of work at hand, and so by whoever comes at the same time, too. `name` says what is counted
/// (`register`), `of` for whom (an address).
pub async fn count(
    work: &mut Work,
    (name, of): (&'static str, &str),
    limit: Limit,
) -> Result<Result<(), Full>, Failure> {
    let bucket = Hash::of_parts([name.as_bytes(), of.as_bytes()]);
    let ends_at = work.now().plus(limit.window);
    let (amount, until) = store::count(work, &bucket, ends_at).await?;
    Ok(if amount > limit.most { Err(Full { until }) } else { Ok(()) })
}

/// Housekeeping: windows that are over.
pub async fn forget_over(database: &Database, at: At) -> Result<(), Failure> {
    let forget = async |work: &mut Work| Ok(store::forget(work).await?);
    let done: Done<()> = database.write(at, forget).await;
    unrefused(done)
}
