//! The nodes that work on this database, as they report themselves.

use super::statements::statements;
use super::{At, Database, Work};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::moment::Moment;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::{rows, touch};

statements! {
    platform SEEN = "INSERT INTO nodes (id, version, started_at, seen_at) VALUES ($1, $2, $3, $3)
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at";
    platform ALL = "SELECT id, version, started_at, seen_at FROM nodes WHERE seen_at >= $1 ORDER BY started_at";
    platform FORGET = "DELETE FROM nodes WHERE seen_at < $1";
}

#[derive(Clone, Debug)]
pub struct Node {
    pub id: String,
    pub version: String,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
}

/// A node that was silent for this long is taken for gone.
const SILENCE: Lifetime = Lifetime::minutes(1);

/// Gone nodes are kept for a day, for whoever looks into yesterday.
const KEPT: Lifetime = Lifetime::days(1);

pub async fn report(database: &Database, at: At, id: &str) -> Result<(), Failure> {
    let reported: Done<()> = database
        .write(at, async |work: &mut Work| {
            let now = work.now();
            touch!(work, |c| sqlx::query(SEEN)
                .bind(id)
                .bind(env!("CARGO_PKG_VERSION"))
                .bind(now.micros())
                .execute(c))?;
            Ok(())
        })
        .await;
    unrefused(reported)
}

pub async fn running(database: &Database, at: At) -> Result<Vec<Node>, Failure> {
    let since = at.now.minus(SILENCE);
    let found: Vec<(String, String, i64, i64)> = database
        .read(at, async |work: &mut Work| {
            rows!(work, |c| sqlx::query_as(ALL).bind(since.micros()).fetch_all(c))
        })
        .await?;
    let node = |(id, version, started_at, seen_at)| Node {
        id,
        version,
        started_at: Timestamp::from_micros(started_at),
        seen_at: Timestamp::from_micros(seen_at),
    };
    Ok(found.into_iter().map(node).collect())
}

pub async fn forget_gone(database: &Database, at: At) -> Result<(), Failure> {
    let before = at.now.minus(KEPT);
    let forgotten: Done<()> = database
        .write(at, async |work: &mut Work| {
            touch!(work, |c| sqlx::query(FORGET).bind(before.micros()).execute(c))?;
            Ok(())
        })
        .await;
    unrefused(forgotten)
}
