//! Bringing a database to the form this binary knows. sqlx's migrator applies; a lease keeps the others waiting.

use super::lease;
use super::{At, Database, Engine, Place, postgres, sqlite};
use crate::kernel::failure::{Failure, FailureKind};
use crate::kernel::time::Lifetime;
use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};
use sqlx::{ConnectOptions, Connection, Executor};
use std::time::Duration;

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// The lease must exist before the first migration can be made under it.
const LEASES: &str = "CREATE TABLE IF NOT EXISTS leases (
    name TEXT NOT NULL CONSTRAINT leases_pk PRIMARY KEY,
    holder TEXT NOT NULL, fence BIGINT NOT NULL, lapses_at BIGINT NOT NULL)";

const LEASE: &str = "migration";
const LEASE_LENGTH: Lifetime = Lifetime::seconds(10);

/// One step from the empty database to the present form.
#[derive(Clone, Debug)]
pub struct Step {
    pub version: i64,
    pub name: String,
    pub sql: String,
    pub is_applied: bool,
}

/// How a database stands to this binary.
#[derive(Clone, Debug)]
pub struct Status {
    pub steps: Vec<Step>,
    /// Applied by a newer binary; this one must not touch them.
    pub unknown: Vec<i64>,
    /// Applied with another text than this binary carries.
    pub changed: Vec<i64>,
}

impl Status {
    pub fn pending(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| !step.is_applied)
    }

    pub fn is_current(&self) -> bool {
        self.pending().next().is_none() && self.unknown.is_empty() && self.changed.is_empty()
    }

    /// May this binary go on with this database?
    pub fn check(&self) -> Result<(), Failure> {
        if let Some(newest) = self.unknown.iter().max() {
            return Err(Failure::broken(format!(
                "the database is newer than this binary: it has migration {newest}, this binary knows {}; \
                 run the newer binary, or restore the backup made before the upgrade",
                self.steps.last().map_or(0, |step| step.version)
            ))
            .of_kind(FailureKind::Incompatible));
        }
        match self.changed.first() {
            Some(version) => Err(Failure::broken(format!(
                "migration {version} was applied with another text than this binary carries; \
                 run the binary that made this database"
            ))
            .of_kind(FailureKind::Incompatible)),
            None => Ok(()),
        }
    }
}

pub async fn status(place: &Place) -> Result<Status, Failure> {
    let applied = match place.file() {
        Some(path) if !path.exists() => Vec::new(),
        Some(path) => {
            let options = sqlite::options(&path, place.slow_query);
            let mut conn = options.connect().await?;
            let applied =
                list(&mut conn, "SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations'")
                    .await;
            conn.close().await?;
            applied?
        }
        None => {
            let mut conn = postgres::options(place)?.connect().await?;
            let exists = "SELECT 1::bigint WHERE to_regclass('_sqlx_migrations') IS NOT NULL";
            let applied = list(&mut conn, exists).await;
            conn.close().await?;
            applied?
        }
    };
    Ok(compare(&applied))
}

type Applied = (i64, Vec<u8>);

async fn list<C>(conn: &mut C, exists: &'static str) -> Result<Vec<Applied>, Failure>
where
    C: Migrate,
    for<'c> &'c mut C: Executor<'c>,
{
    if conn.fetch_optional(exists).await?.is_none() {
        return Ok(Vec::new());
    }
    let applied = conn.list_applied_migrations(&MIGRATOR.table_name).await.map_err(failure)?;
    Ok(applied.into_iter().map(|one| (one.version, one.checksum.into_owned())).collect())
}

fn compare(applied: &[Applied]) -> Status {
    let find = |version| applied.iter().find(|(there, _)| *there == version);
    let step = |migration: &Migration| Step {
        version: migration.version,
        name: migration.description.to_string(),
        sql: migration.sql.as_str().to_owned(),
        is_applied: find(migration.version).is_some(),
    };
    let is_changed = |migration: &&Migration| {
        find(migration.version).is_some_and(|(_, checksum)| *checksum != *migration.checksum)
    };
    let unknown = applied.iter().filter(|(version, _)| !MIGRATOR.version_exists(*version));
    Status {
        steps: MIGRATOR.iter().map(step).collect(),
        unknown: unknown.map(|(version, _)| *version).collect(),
        changed: MIGRATOR.iter().filter(is_changed).map(|m| m.version).collect(),
    }
}

impl Database {
    /// Apply what is missing. Each migration and its note are one transaction, so an interrupted one has
    /// either happened or not, and the next start goes on from there (INV-38).
    ///
    /// # Errors
    /// Temporary ([`FailureKind::Repeat`]) while another node migrates.
    pub async fn migrate(&self, place: &Place, at: At, holder: &str) -> Result<(), Failure> {
        status(place).await?.check()?;
        match &self.engine {
            // The write lock of the file orders two that migrate at once.
            Engine::Lite { file, .. } => {
                let options = sqlite::options(&file.path, place.slow_query);
                let mut conn = options.connect().await?;
                conn.execute(LEASES).await?;
                let done = MIGRATOR.run_direct(None, &mut conn, false).await;
                conn.close().await?;
                done.map_err(failure)
            }
            Engine::Pg(_) => self.migrate_postgres(place, at, holder).await,
        }
    }

    async fn migrate_postgres(&self, place: &Place, at: At, holder: &str) -> Result<(), Failure> {
        // A long migration is no slow statement: it may take what it takes, except for locks.
        let options = postgres::options(place)?.options([("statement_timeout", "0")]);
        let mut conn = options.connect().await?;
        // Two that make the table at once: one of them is told that it exists.
        if let Err(first) = conn.execute(LEASES).await {
            conn.execute(LEASES).await.map_err(|_| first)?;
        }
        if lease::take(self, at, LEASE, holder, LEASE_LENGTH).await?.is_none() {
            let busy = "another node is migrating the database; try again in a moment";
            return Err(Failure::unavailable(busy).of_kind(FailureKind::Repeat));
        }
        let done = self.run_under_lease(&mut conn, at, holder).await;
        lease::give_back(self, at, LEASE, holder).await?;
        conn.close().await?;
        done
    }

    /// The lease is renewed while the migrator works, by the time that passes here.
    async fn run_under_lease(
        &self,
        conn: &mut sqlx::PgConnection,
        at: At,
        holder: &str,
    ) -> Result<(), Failure> {
        let mut migrator = Migrator::with_migrations(MIGRATOR.iter().cloned().collect());
        migrator.set_locking(false); // the lease row does that; an advisory lock does not pass a pooler
        let mut work = std::pin::pin!(migrator.run_direct(None, conn, false));
        let mut at = at;
        loop {
            match tokio::time::timeout(Duration::from_secs(3), &mut work).await {
                Ok(done) => return done.map_err(failure),
                Err(_) => at.now = at.now.plus(Lifetime::seconds(3)),
            }
            lease::take(self, at, LEASE, holder, LEASE_LENGTH).await?;
        }
    }
}

fn failure(error: MigrateError) -> Failure {
    match error {
        MigrateError::Execute(error) => error.into(),
        MigrateError::ExecuteMigration(error, version) => {
            Failure::broken(format!("migration {version} failed and was rolled back"))
                .because(error)
        }
        error => Failure::broken("the database could not be migrated").because(error),
    }
}
