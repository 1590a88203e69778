//! The contract of migrations: whole or not at all, one node at a time, and never downwards.

use crate::support::ambient::NOON;
use crate::support::database::{Engine, at_noon, connect, empty, engines, fresh};
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use vestibule::kernel::failure::FailureKind;
use vestibule::kernel::time::Lifetime;
use vestibule::platform::storage::migrate::{Status, status};
use vestibule::platform::storage::{At, Place, lease};

fn later(seconds: i64) -> At {
    At { now: NOON.plus(Lifetime::seconds(seconds)), ..at_noon() }
}

async fn migrate(
    place: &Place,
    at: At,
    holder: &str,
) -> Result<(), vestibule::kernel::failure::Failure> {
    let database = connect(place).await;
    let done = database.migrate(place, at, holder).await;
    database.close().await;
    done
}

/// Beside the product: what time, another version or an accident does to a database.
async fn spoil(engine: Engine, place: &Place, sql: &'static str) {
    match engine {
        Engine::Sqlite => {
            let mut conn = SqliteConnection::connect(&place.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        }
        Engine::Postgres => {
            let mut conn = PgConnection::connect(&place.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
        }
    }
}

fn applied(status: &Status) -> Vec<i64> {
    status.steps.iter().filter(|step| step.is_applied).map(|step| step.version).collect()
}

// CLI migrate: from nothing to the present form, and a second time changes nothing
#[tokio::test]
async fn an_empty_database_is_brought_up_to_date_once() {
    for engine in engines() {
        let (place, _kept) = empty(engine).await;
        let before = status(&place).await.unwrap();
        assert_eq!(applied(&before), Vec::<i64>::new(), "{engine:?}");
        assert_eq!(before.pending().count(), before.steps.len(), "{engine:?}");
        migrate(&place, at_noon(), "a").await.unwrap();
        let after = status(&place).await.unwrap();
        assert!(after.is_current(), "{engine:?}");
        assert!(!after.steps.is_empty());
        migrate(&place, at_noon(), "b").await.unwrap();
        assert_eq!(applied(&status(&place).await.unwrap()), applied(&after), "{engine:?}");
    }
}

// BAD INPUT: a database that is newer than the binary is refused with what to do, and not touched
#[tokio::test]
async fn a_newer_database_is_refused() {
    for engine in engines() {
        let (place, _kept) = fresh(engine).await;
        let newer =
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            SELECT 9999, 'later', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
        spoil(engine, &place, newer).await;
        let found = status(&place).await.unwrap();
        assert_eq!(found.unknown, [9999], "{engine:?}");
        assert!(!found.is_current(), "{engine:?}");
        let said = migrate(&place, at_noon(), "a").await.unwrap_err().to_string();
        assert!(
            said.contains("newer than this binary: it has migration 9999"),
            "{engine:?}: {said}"
        );
        assert!(said.contains("run the newer binary, or restore the backup"), "{engine:?}: {said}");
    }
}

// BAD INPUT: a migration whose text differs from the one that was applied is refused
#[tokio::test]
async fn a_changed_migration_is_refused() {
    for engine in engines() {
        let (place, _kept) = fresh(engine).await;
        let change = match engine {
            Engine::Sqlite => "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2",
            Engine::Postgres => "UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = 2",
        };
        spoil(engine, &place, change).await;
        assert_eq!(status(&place).await.unwrap().changed, [2], "{engine:?}");
        let said = migrate(&place, at_noon(), "a").await.unwrap_err().to_string();
        assert!(said.contains("migration 2 was applied with another text"), "{engine:?}: {said}");
    }
}

// ADR 15: on PostgreSQL one node migrates, and the others are told to come again
#[tokio::test]
async fn while_one_node_migrates_another_is_told_to_wait() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let (place, _kept) = fresh(Engine::Postgres).await;
    let database = connect(&place).await;
    let length = Lifetime::seconds(10);
    lease::take(&database, at_noon(), "migration", "a", length).await.unwrap().unwrap();
    let refused = migrate(&place, later(9), "b").await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::Repeat, "{refused}");
    migrate(&place, later(10), "b").await.unwrap();
    let free = lease::take(&database, later(10), "migration", "c", length).await.unwrap();
    assert!(free.is_some(), "it gave the lease back");
}

/// Run it until it has been asked so many times, and let go of it then, as a process that ends does.
async fn interrupted<F: Future>(asked: usize, job: F) -> Option<F::Output> {
    let (mut job, mut count) = (pin!(job), 0);
    poll_fn(|cx| {
        count += 1;
        if count > asked {
            return Poll::Ready(None);
        }
        job.as_mut().poll(cx).map(Some)
    })
    .await
}

// INV-38: broken off anywhere, a migration has happened or not, and the next start completes it
#[tokio::test]
async fn a_migration_broken_off_anywhere_is_completed_by_the_next() {
    for engine in engines() {
        let (mut asked, mut is_done) = (0, false);
        while !is_done {
            asked += if engine == Engine::Sqlite { 2 } else { 9 };
            let (place, _kept) = empty(engine).await;
            let database = connect(&place).await;
            is_done = interrupted(asked, database.migrate(&place, at_noon(), "a")).await.is_some();
            database.close().await;
            let left = status(&place).await.unwrap();
            left.check().unwrap();
            let there = applied(&left);
            let versions: Vec<_> = left.steps.iter().map(|step| step.version).collect();
            assert!(versions.starts_with(&there), "{engine:?} {asked}: {there:?}");
            // Another node goes on once the lease of the dead one has lapsed.
            migrate(&place, later(11), "b").await.unwrap();
            assert!(status(&place).await.unwrap().is_current(), "{engine:?} {asked}");
        }
    }
}

// INV-38: the same when PostgreSQL ends the session in the middle of a step
#[tokio::test]
async fn a_migration_whose_session_is_ended_is_undone_and_completed() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let (place, _kept) = empty(Engine::Postgres).await;
    let mut other = PgConnection::connect(&place.url).await.unwrap();
    let mut blocking = other.begin().await.unwrap();
    // The third step makes this table, and must wait for us.
    sqlx::raw_sql("CREATE TABLE chain (x TEXT)").execute(&mut *blocking).await.unwrap();
    let migrating = migrate(&place, at_noon(), "a");
    let ended = async {
        let mut conn = PgConnection::connect(&place.url).await.unwrap();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%chain%'
                AND pid <> pg_backend_pid()";
        while sqlx::raw_sql(end).fetch_optional(&mut conn).await.unwrap().is_none() {}
    };
    let both = async { tokio::join!(migrating, ended).0 };
    let broken = tokio::time::timeout(std::time::Duration::from_mins(1), both).await.unwrap();
    assert!(broken.is_err());
    blocking.rollback().await.unwrap();

    assert_eq!(applied(&status(&place).await.unwrap()), [1, 2]);
    let half =
        "SELECT count(*) FROM pg_class WHERE relname IN ('events', 'event_details', 'chain')";
    let half: i64 = sqlx::query_scalar(half).fetch_one(&mut other).await.unwrap();
    assert_eq!(half, 0, "nothing of the third step is left");
    migrate(&place, later(11), "b").await.unwrap();
    assert!(status(&place).await.unwrap().is_current());
}
