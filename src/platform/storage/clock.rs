//! One clock for all who work on a database (D-16): nodes on PostgreSQL follow the database's, and a SQLite file
//! remembers the latest instant it has seen.

use super::statements::statements;
use super::{At, Database, Engine, Work};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::moment::{Clock, Moment};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::{rows, touch};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

statements! {
    platform LATEST = "SELECT latest_at FROM clock_marks WHERE id = 'latest'";
    platform MARK = "INSERT INTO clock_marks (id, latest_at) VALUES ('latest', $1)
        ON CONFLICT (id) DO UPDATE SET latest_at = excluded.latest_at WHERE clock_marks.latest_at < excluded.latest_at";
    /// The one place that asks a database for the time: to follow it, never to decide by it.
    postgres THEIRS = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
}

/// A node further off than this is not ready.
pub const TOLERATED: Lifetime = Lifetime::seconds(30);

/// A clock that is shifted until it agrees with the database's.
#[derive(Clone)]
pub struct FollowingClock {
    own: Arc<dyn Clock>,
    /// How far PostgreSQL's clock is ahead.
    ahead: Arc<AtomicI64>,
    /// The latest instant a SQLite file has seen: set back, time stands still here until it is reached again.
    floor: Arc<AtomicI64>,
}

impl FollowingClock {
    pub fn new(own: Arc<dyn Clock>) -> Self {
        Self { own, ahead: Arc::default(), floor: Arc::new(AtomicI64::new(i64::MIN)) }
    }

    /// How far this machine's clock is from the one that counts.
    pub fn offset(&self) -> Lifetime {
        self.corrected(self.own.now()).1
    }

    pub fn is_tolerable(&self) -> bool {
        self.offset().as_micros().abs() <= TOLERATED.as_micros()
    }

    /// Look again where the database stands, and leave a mark there.
    pub async fn follow(&self, database: &Database, at: At) -> Result<(), Failure> {
        let theirs = self.look(database, at).await?;
        mark(database, At { now: theirs, ..at }).await
    }

    /// Only look.
    pub async fn look(&self, database: &Database, at: At) -> Result<Timestamp, Failure> {
        match &database.engine {
            Engine::Pg(pools) => {
                let own = self.own.now();
                let micros: i64 = sqlx::query_scalar(THEIRS).fetch_one(&pools.read).await?;
                let ahead = Timestamp::from_micros(micros).since(own);
                self.ahead.store(ahead.as_micros(), Ordering::Relaxed);
            }
            // A file has no clock of its own; it only knows that time does not go back.
            Engine::Lite { .. } => {
                let latest = latest(database, at).await?.max(self.now());
                self.floor.fetch_max(latest.micros(), Ordering::Relaxed);
            }
        }
        Ok(self.now())
    }

    /// The time that counts, and how far it is from this machine's.
    fn corrected(&self, own: Timestamp) -> (Timestamp, Lifetime) {
        let ahead = Lifetime::micros(self.ahead.load(Ordering::Relaxed));
        let floor = Timestamp::from_micros(self.floor.load(Ordering::Relaxed));
        let now = own.plus(ahead).max(floor);
        (now, now.since(own))
    }
}

impl Clock for FollowingClock {
    fn now(&self) -> Timestamp {
        self.corrected(self.own.now()).0
    }
}

async fn latest(database: &Database, at: At) -> Result<Timestamp, Failure> {
    let latest: Option<i64> = database
        .read(at, async |work| rows!(work, |c| sqlx::query_scalar(LATEST).fetch_optional(c)))
        .await?;
    Ok(Timestamp::from_micros(latest.unwrap_or_default()))
}

async fn mark(database: &Database, at: At) -> Result<(), Failure> {
    let marked: Done<()> = database
        .write(at, async |work: &mut Work| {
            let now = work.now();
            touch!(work, |c| sqlx::query(MARK).bind(now.micros()).execute(c))?;
            Ok(())
        })
        .await;
    unrefused(marked)
}
