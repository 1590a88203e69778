//! Counts in the database: one statement each, so that two who come at once are two.

use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    /// A window that is over begins anew.
    owned COUNT = "INSERT INTO tallies (tenant_id, bucket, amount, ends_at) VALUES ($1, $2, 1, $3)
        ON CONFLICT (tenant_id, bucket) DO UPDATE SET
            amount = CASE WHEN tallies.ends_at <= $4 THEN 1 ELSE tallies.amount + 1 END,
            ends_at = CASE WHEN tallies.ends_at <= $4 THEN excluded.ends_at ELSE tallies.ends_at END
        WHERE tallies.tenant_id = $1
        RETURNING amount, ends_at";
    platform FORGET = "DELETE FROM tallies WHERE ends_at <= $1";
}

pub(super) async fn count(
    work: &mut Work,
    bucket: &Hash,
    ends_at: Timestamp,
) -> Result<(i64, Timestamp), Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    let (amount, ends_at): (i64, i64) = rows!(work, |c| sqlx::query_as(COUNT)
        .bind(tenant.as_str())
        .bind(bucket.bytes().as_slice())
        .bind(ends_at.micros())
        .bind(now.micros())
        .fetch_one(c))?;
    Ok((amount, Timestamp::from_micros(ends_at)))
}

pub(super) async fn forget(work: &mut Work) -> Result<(), Failure> {
    let now = work.now();
    touch!(work, |c| sqlx::query(FORGET).bind(now.micros()).execute(c))?;
    Ok(())
}
