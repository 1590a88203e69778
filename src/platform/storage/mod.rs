//! The database: SQLite inside or PostgreSQL beside, with one SQL text and one way to work on it.
//!
//! ```text
//! database.write(at, async |work| { … })   mod.rs      a refusal commits, a failure rolls back
//!   └ Work: transaction, now, chance, tenant, records  work.rs
//!       ├ SQLite       works share commits              writer.rs
//!       └ PostgreSQL   a transaction each               postgres.rs
//! ```

pub mod clock;
mod coming;
mod connect;
mod failure;
pub mod lease;
mod listener;
pub mod migrate;
pub mod nodes;
mod postgres;
mod readers;
mod record;
pub mod revisions;
mod sqlite;
pub(crate) mod statements;
pub mod tables;
mod together;
mod work;
mod writer;

pub use coming::Announced;
pub use connect::Place;
pub use listener::{Heard, Listener};
pub use record::{Detail, Record};
pub use sqlite::{Claim, free_mebibytes};
pub(crate) use statements::statements;
pub use statements::{Reach, Statement, keys};
pub use together::Together;
pub use work::{Conn, Work};

use crate::kernel::failure::{Failure, FailureKind, No};
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Chance;
use crate::kernel::time::Timestamp;
use crate::platform::telemetry::gauges;
use std::sync::Arc;
use work::Tx;

/// What this folder sends to a database.
pub(crate) const STATEMENTS: &[&[Statement]] = &[
    clock::STATEMENTS,
    lease::STATEMENTS,
    nodes::STATEMENTS,
    record::STATEMENTS,
    revisions::STATEMENTS,
];

/// Where and when a unit of work happens: one tenant, one instant.
#[derive(Clone, Copy, Debug)]
pub struct At {
    pub tenant: TenantId,
    pub now: Timestamp,
}

/// A database that is open. Copies share their connections.
#[derive(Clone)]
pub struct Database {
    engine: Engine,
    chance: Arc<dyn Chance>,
    listeners: &'static [&'static [Listener]],
}

#[derive(Clone)]
enum Engine {
    Lite { read: Arc<readers::Readers>, write: Arc<writer::Writer>, file: Arc<sqlite::File> },
    Pg(Arc<postgres::Pools>),
}

/// How often a unit of work is begun anew when the database asks for it.
const TRIES: usize = 5;

impl Database {
    /// With those who hear of what is recorded in its units of work.
    #[must_use]
    pub fn with_listeners(self, listeners: &'static [&'static [Listener]]) -> Self {
        Self { listeners, ..self }
    }

    /// A unit of work that only reads. Each statement sees what was committed when it began.
    pub async fn read<T>(
        &self,
        at: At,
        job: impl AsyncFnOnce(&mut Work) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let tx = match &self.engine {
            Engine::Lite { read, .. } => Tx::LiteRead(read.acquire().await?),
            Engine::Pg(pools) => Tx::PgRead(pools.read.acquire().await?),
        };
        let mut work = self.work(tx, at);
        let answer = job(&mut work).await;
        if answer.is_err() {
            work.distrust();
        }
        answer
    }

    /// A unit of work that may write: a refusal commits, a failure rolls back.
    ///
    /// A copy of the job runs from its beginning when the database asks for that (a serialization
    /// failure, a deadlock), so it must only act through `Work`.
    pub async fn write<T, R>(
        &self,
        at: At,
        job: impl AsyncFnOnce(&mut Work) -> Result<T, No<R>> + Clone,
    ) -> Result<T, No<R>> {
        let mut tries = 1;
        loop {
            match self.write_once(at, job.clone()).await {
                Err(No::Failed(failure)) if failure.kind == FailureKind::Repeat => {
                    if tries == TRIES {
                        return Err(failure.of_kind(FailureKind::Unavailable).into());
                    }
                    tries += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn write_once<T, R>(
        &self,
        at: At,
        job: impl AsyncFnOnce(&mut Work) -> Result<T, No<R>>,
    ) -> Result<T, No<R>> {
        let tx = match &self.engine {
            Engine::Lite { write, .. } => Tx::Lite(write.ride().await?),
            Engine::Pg(pools) => Tx::Pg(pools.begin().await?),
        };
        let mut work = self.work(tx, at);
        let mut answer = job(&mut work).await;
        if !matches!(answer, Err(No::Failed(_)))
            && let Err(failure) = work.tell(self.listeners).await
        {
            answer = Err(failure.into());
        }
        settle(work, matches!(answer, Err(No::Failed(_)))).await?;
        answer
    }

    /// Whoever writes soon, as after a signature, says so: those before them in the line wait for them a moment, and
    /// share one commit. What is announced ends with the value.
    pub fn announce(&self) -> Announced<'_> {
        match &self.engine {
            Engine::Lite { write, .. } => write.coming().announce(),
            Engine::Pg(pools) => pools.coming().announce(),
        }
    }

    /// A record that needs no other write, as of a signed token: many callers share one commit, and
    /// each is answered after the commit that holds its record.
    pub async fn append(&self, record: Record) -> Result<(), Failure> {
        self.append_announced(record, self.announce()).await
    }

    /// The same for whoever has announced it.
    pub async fn append_announced(
        &self,
        record: Record,
        announced: Announced<'_>,
    ) -> Result<(), Failure> {
        match &self.engine {
            Engine::Lite { write, .. } => write.append(record, announced).await,
            Engine::Pg(pools) => pools.append(record, announced).await,
        }
    }

    /// Does it answer?
    pub async fn ping(&self) -> Result<(), Failure> {
        match &self.engine {
            Engine::Lite { read, .. } => {
                sqlx::query(PING).execute(&mut *read.acquire().await?).await.map(drop)?;
            }
            Engine::Pg(pools) => sqlx::query(PING).execute(&pools.read).await.map(drop)?,
        }
        Ok(())
    }

    /// For whoever watches over the service.
    pub fn measure(&self) {
        let pools = match &self.engine {
            Engine::Lite { read, .. } => {
                let (open, idle) = read.sizes();
                vec![("read", open, idle)]
            }
            Engine::Pg(pools) => pools.sizes(),
        };
        for (pool, open, idle) in pools {
            gauges::connections(pool, open, idle);
        }
    }

    /// SQLite: copy what was committed from the write-ahead log into the file, away from every commit.
    /// PostgreSQL does that itself.
    pub async fn checkpoint(&self) -> Result<(), Failure> {
        match &self.engine {
            Engine::Lite { file, .. } => file.checkpoint().await,
            Engine::Pg(_) => Ok(()),
        }
    }

    /// SQLite: let go of connections that nobody needs any more. PostgreSQL's pools do that themselves.
    pub fn trim(&self) {
        if let Engine::Lite { read, .. } = &self.engine {
            read.trim();
        }
    }

    pub const fn engine_name(&self) -> &'static str {
        match &self.engine {
            Engine::Lite { .. } => "SQLite",
            Engine::Pg(_) => "PostgreSQL",
        }
    }

    /// Finish what is under way and let go of the files and connections.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Lite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Engine::Pg(pools) => pools.close().await,
        }
    }

    fn work(&self, tx: Tx, at: At) -> Work {
        Work::new(tx, at, Arc::clone(&self.chance))
    }
}

const PING: &str = "SELECT 1";

/// The one place that decides between commit and rollback.
async fn settle(work: Work, failed: bool) -> Result<(), Failure> {
    let (tx, records) = work.end();
    match (tx, failed) {
        (Tx::Lite(ride), true) => ride.fail().await,
        (Tx::Lite(ride), false) => ride.arrive(records).await?,
        (Tx::Pg(tx), true) => tx.rollback().await?,
        (Tx::Pg(tx), false) => postgres::commit(tx, records).await?,
        (Tx::LiteRead(_) | Tx::PgRead(_), _) => {}
    }
    Ok(())
}
