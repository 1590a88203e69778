//! A lease: for a while one node alone does something. It lapses by itself when the node dies.

use super::statements::statements;
use super::{Database, Work};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::moment::Moment;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::At;
use crate::{rows, touch};

statements! {
    /// Taken when free, lapsed, or already the holder's. The fence grows with each new holder.
    platform TAKE = "INSERT INTO leases (name, holder, fence, lapses_at) VALUES ($1, $2, 1, $3)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lapses_at = excluded.lapses_at,
            fence = leases.fence + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END
        WHERE leases.lapses_at <= $4 OR leases.holder = excluded.holder
        RETURNING fence";
    platform GIVE_BACK = "UPDATE leases SET lapses_at = 0 WHERE name = $1 AND holder = $2";
    platform HOLDS = "SELECT fence FROM leases WHERE name = $1 AND holder = $2 AND lapses_at > $3";
}

/// Take or renew a lease; `None` when another holds it. The number only grows: what was begun under a
/// smaller one may be refused by whoever compares.
pub async fn take(
    database: &Database,
    at: At,
    name: &str,
    holder: &str,
    length: Lifetime,
) -> Result<Option<i64>, Failure> {
    let answer: Done<Option<i64>> = database
        .write(at, async |work: &mut Work| {
            let now = work.now();
            Ok(rows!(work, |c| sqlx::query_scalar(TAKE)
                .bind(name)
                .bind(holder)
                .bind(now.plus(length).micros())
                .bind(now.micros())
                .fetch_optional(c))?)
        })
        .await;
    unrefused(answer)
}

pub async fn give_back(
    database: &Database,
    at: At,
    name: &str,
    holder: &str,
) -> Result<(), Failure> {
    let answer: Done<()> = database
        .write(at, async |work: &mut Work| {
            touch!(work, |c| sqlx::query(GIVE_BACK).bind(name).bind(holder).execute(c))?;
            Ok(())
        })
        .await;
    unrefused(answer)
}

/// Inside the unit of work that needs it: is the lease still ours?
pub async fn holds(work: &mut Work, name: &str, holder: &str) -> Result<bool, Failure> {
    let now: Timestamp = work.now();
    let fence: Option<i64> = rows!(work, |c| sqlx::query_scalar(HOLDS)
        .bind(name)
        .bind(holder)
        .bind(now.micros())
        .fetch_optional(c))?;
    Ok(fence.is_some())
}
