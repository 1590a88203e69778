//! PostgreSQL: pools whose statements end in time, commits that are never cancelled, and appended records in groups.

use super::coming::{Announced, Coming};
use super::connect::Place;
use super::record::{self, Record};
use crate::kernel::failure::{Failure, FailureKind};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, PgPool, Postgres, Transaction};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

pub(super) struct Pools {
    /// Its sessions refuse to write, so a unit of work that only reads cannot change anything.
    pub(super) read: PgPool,
    write: PgPool,
    appended: mpsc::Sender<Appended>,
    coming: Arc<Coming>,
}

type Appended = (Record, oneshot::Sender<Result<(), Arc<Failure>>>);

/// How many appended records one commit holds at most.
const GROUP: usize = 256;

/// How long a caller waits for a COMMIT. The commit itself is not cancelled (house rule 10).
const COMMIT_PATIENCE: Duration = Duration::from_secs(15);

pub(super) fn options(place: &Place) -> Result<PgConnectOptions, Failure> {
    // The parser's own words may repeat the URL, and with it the password.
    let options = PgConnectOptions::from_str(&place.url).map_err(|_| {
        Failure::unavailable("database.url is not a URL that PostgreSQL understands")
    })?;
    let statement = place.statement_timeout.as_millis().to_string();
    let limits = [
        ("statement_timeout", statement.as_str()),
        ("lock_timeout", "5000"),
        ("idle_in_transaction_session_timeout", "30000"),
    ];
    Ok(options
        .application_name("vestibule")
        .options(limits)
        .log_statements(log::LevelFilter::Trace)
        .log_slow_statements(log::LevelFilter::Warn, place.slow_query))
}

pub(super) async fn connect(place: &Place) -> Result<Arc<Pools>, Failure> {
    let options = options(place)?;
    let reading = options.clone().options([("default_transaction_read_only", "on")]);
    let pool = |options| {
        PgPoolOptions::new()
            .max_connections(place.max_connections.div_ceil(2).max(2))
            .acquire_timeout(place.acquire_timeout)
            .test_before_acquire(false)
            .connect_with(options)
    };
    let away = |e| Failure::unavailable("cannot connect to PostgreSQL at database.url").because(e);
    let (read, write) = (pool(reading).await.map_err(away)?, pool(options).await.map_err(away)?);
    let (appended, queue) = mpsc::channel(4 * GROUP);
    let coming = Arc::<Coming>::default();
    tokio::spawn(drain(queue, write.clone(), Arc::clone(&coming)));
    Ok(Arc::new(Pools { read, write, appended, coming }))
}

impl Pools {
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Postgres>, Failure> {
        Ok(self.write.begin().await?)
    }

    pub(super) async fn append(
        &self,
        record: Record,
        announced: Announced<'_>,
    ) -> Result<(), Failure> {
        let closed = || Failure::unavailable("the database was closed");
        let (answer, kept) = oneshot::channel();
        self.appended.send((record, answer)).await.map_err(|_| closed())?;
        self.coming.joined();
        drop(announced);
        kept.await.map_err(|_| closed())?.map_err(|failure| failure.again())
    }

    pub(super) fn coming(&self) -> &Coming {
        &self.coming
    }

    pub(super) fn sizes(&self) -> Vec<(&'static str, u32, usize)> {
        let size = |name, pool: &PgPool| (name, pool.size(), pool.num_idle());
        vec![size("read", &self.read), size("write", &self.write)]
    }

    pub(super) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Whoever came during the last commit shares the next, with those who are announced.
async fn drain(mut queue: mpsc::Receiver<Appended>, pool: PgPool, coming: Arc<Coming>) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        coming.gather().await;
        while group.len() < GROUP
            && let Ok(more) = queue.try_recv()
        {
            group.push(more);
        }
        let (records, answers): (Vec<_>, Vec<_>) = group.drain(..).unzip();
        let outcome = keep(&pool, records).await.map_err(Arc::new);
        for answer in answers {
            drop(answer.send(outcome.clone())); // who hung up does not wait for it
        }
    }
}

async fn keep(pool: &PgPool, records: Vec<Record>) -> Result<(), Failure> {
    let tx = pool.begin().await?;
    commit(tx, records).await
}

/// In a task of its own, because a cancelled COMMIT can lose an acknowledged row while its standby is away.
/// Past the deadline the outcome is unknown: the caller hears so, and the connection stays with its commit.
pub(super) async fn commit(
    mut tx: Transaction<'static, Postgres>,
    records: Vec<Record>,
) -> Result<(), Failure> {
    record::keep_pg(&mut tx, &records).await?;
    let unknown =
        || Failure::broken("the outcome of a commit is unknown").of_kind(FailureKind::Unknown);
    let committed = tokio::time::timeout(COMMIT_PATIENCE, tokio::spawn(tx.commit())).await;
    let answer = committed.map_err(|_| unknown())?.map_err(|e| unknown().because(e))?;
    if answer.is_ok() {
        record::count(&records);
    }
    answer.map_err(|error| {
        let failure = Failure::from(error);
        match failure.kind {
            // The connection broke while the commit was under way.
            FailureKind::Unavailable => failure.of_kind(FailureKind::Unknown),
            _ => failure,
        }
    })
}
