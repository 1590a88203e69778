//! What PostgreSQL may answer to a unit of work: once more, or nobody knows (house §7 rule 10).

use crate::support::database::{Engine, TestDatabase, at_noon, database, engines};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Barrier, Notify};
use vestibule::kernel::failure::{Done, Failure, FailureKind, No};
use vestibule::platform::storage::{Conn, Database, Work};
use vestibule::{rows, touch};

const KEEP: &str =
    "INSERT INTO tenant_settings (tenant_id, name, value, changed_at) VALUES ($1, $2, '', 0)";
const ADD: &str =
    "UPDATE tenant_settings SET value = value || $3 WHERE tenant_id = $1 AND name = $2";
const READ: &str = "SELECT value FROM tenant_settings WHERE tenant_id = $1 ORDER BY name";

async fn postgres() -> Option<TestDatabase> {
    if !engines().contains(&Engine::Postgres) {
        return None;
    }
    Some(database(Engine::Postgres).await)
}

async fn keep(work: &mut Work, name: &str) -> Result<(), Failure> {
    let tenant = work.tenant();
    touch!(work, |c| sqlx::query(KEEP).bind(tenant.as_str()).bind(name).execute(c)).map(drop)
}

async fn add(work: &mut Work, name: &str, letter: &str) -> Result<(), Failure> {
    let tenant = work.tenant();
    let add =
        touch!(work, |c| sqlx::query(ADD).bind(tenant.as_str()).bind(name).bind(letter).execute(c));
    add.map(drop)
}

async fn values(database: &Database) -> Vec<String> {
    let read = database.read(at_noon(), async |work| {
        let tenant = work.tenant();
        rows!(work, |c| sqlx::query_scalar(READ).bind(tenant.as_str()).fetch_all(c))
    });
    read.await.unwrap()
}

/// Fail with this SQLSTATE.
async fn raise(work: &mut Work, code: &str) -> Result<(), Failure> {
    let Conn::Pg(conn) = work.conn() else { panic!("this is about PostgreSQL") };
    let raise =
        format!("DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '{code}'; END $$");
    sqlx::raw_sql(AssertSqlSafe(raise)).execute(conn).await?;
    Ok(())
}

// house §7 rule 10: a real deadlock is resolved by repeating the one that lost
#[tokio::test]
async fn of_two_works_in_a_deadlock_both_happen() {
    let Some(test) = postgres().await else { return };
    let mut conn = PgConnection::connect(&test.place.url).await.unwrap();
    let impatient = format!(
        "ALTER DATABASE {} SET deadlock_timeout = '20ms'",
        test.place.url.rsplit('/').next().unwrap()
    );
    sqlx::raw_sql(AssertSqlSafe(impatient)).execute(&mut conn).await.unwrap();
    let database = test.again().await;
    let made: Done<()> = database
        .write(at_noon(), async |work| {
            keep(work, "a").await?;
            Ok(keep(work, "b").await?)
        })
        .await;
    made.unwrap();

    let (meeting, finished) = (Barrier::new(2), Notify::new());
    let tries = AtomicUsize::new(0);
    let crossing = async |first: &str, second: &str, letter: &str| {
        let mine = AtomicUsize::new(0);
        let done: Done<()> = database
            .write(at_noon(), async |work| {
                tries.fetch_add(1, Ordering::SeqCst);
                // At once it could overtake the other, which wakes up, and meet it again.
                if mine.fetch_add(1, Ordering::SeqCst) > 0 {
                    finished.notified().await;
                    add(work, first, letter).await?;
                } else {
                    add(work, first, letter).await?;
                    meeting.wait().await;
                }
                Ok(add(work, second, letter).await?)
            })
            .await;
        finished.notify_one();
        done
    };
    let (one, two) = tokio::join!(crossing("a", "b", "1"), crossing("b", "a", "2"));
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    assert_eq!(tries.load(Ordering::SeqCst), 3, "one of them ran twice");
    let found = values(&database).await;
    assert!(found == ["12", "12"] || found == ["21", "21"], "each once, in one order: {found:?}");
}

// house §7 rule 10: 40001, 40P01, 55P03 repeat the whole unit of work, and nothing of the failed tries stays
#[tokio::test]
async fn what_postgresql_asks_to_repeat_is_repeated_whole() {
    let Some(test) = postgres().await else { return };
    for code in ["40001", "40P01", "55P03"] {
        let tries = AtomicUsize::new(0);
        let done: Done<usize> = test
            .database
            .write(at_noon(), async |work| {
                keep(work, code).await?;
                let number = tries.fetch_add(1, Ordering::SeqCst);
                if number < 2 {
                    raise(work, code).await?;
                }
                Ok(number)
            })
            .await;
        assert_eq!(done.unwrap(), 2, "{code}");
    }
    assert_eq!(values(&test.database).await.len(), 3);
}

// house §7 rule 10: not for ever, and not what would fail again
#[tokio::test]
async fn a_work_is_not_repeated_without_end_or_without_reason() {
    let Some(test) = postgres().await else { return };
    for (code, tries, kind) in [
        ("40001", 5, FailureKind::Unavailable),
        ("23505", 1, FailureKind::Broken),
        ("22012", 1, FailureKind::Broken),
        ("53200", 1, FailureKind::Unavailable),
    ] {
        let count = AtomicUsize::new(0);
        let done: Done<()> = test
            .database
            .write(at_noon(), async |work| {
                count.fetch_add(1, Ordering::SeqCst);
                keep(work, "x").await?;
                Ok(raise(work, code).await?)
            })
            .await;
        let Err(No::Failed(failure)) = done else { panic!("{code} is a failure") };
        assert_eq!(failure.kind, kind, "{code}");
        assert_eq!(count.load(Ordering::SeqCst), tries, "{code}");
    }
    assert!(values(&test.database).await.is_empty());
}

/// From now on each commit that kept a setting waits for a lock that this connection holds.
async fn hold_commits(place: &str) -> PgConnection {
    let mut conn = PgConnection::connect(place).await.unwrap();
    let hold = "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON tenant_settings DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait();
        SELECT pg_advisory_lock(1)";
    sqlx::raw_sql(hold).execute(&mut conn).await.unwrap();
    conn
}

// house §7 rule 10: a session that ends during COMMIT leaves an unknown outcome, which is not repeated
#[tokio::test]
async fn a_commit_that_is_cut_off_has_an_unknown_outcome() {
    let Some(test) = postgres().await else { return };
    let mut holding = hold_commits(&test.place.url).await;
    let tries = AtomicUsize::new(0);
    let writing = test.database.write(at_noon(), async |work| -> Done<()> {
        tries.fetch_add(1, Ordering::SeqCst);
        Ok(keep(work, "kept").await?)
    });
    let cut = async {
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event = 'advisory' AND query LIKE 'COMMIT%'";
        while sqlx::raw_sql(cut).fetch_optional(&mut holding).await.unwrap().is_none() {}
    };
    let both = async { tokio::join!(writing, cut).0 };
    let done = tokio::time::timeout(Duration::from_mins(1), both).await.unwrap();
    let Err(No::Failed(failure)) = done else { panic!("it cannot be known") };
    assert_eq!(failure.kind, FailureKind::Unknown, "{failure}");
    assert_eq!(tries.load(Ordering::SeqCst), 1, "never repeated blindly");
    assert!(values(&test.database).await.is_empty());

    sqlx::raw_sql("SELECT pg_advisory_unlock(1)").execute(&mut holding).await.unwrap();
    let after: Done<()> =
        test.database.write(at_noon(), async |work| Ok(keep(work, "after").await?)).await;
    assert!(after.is_ok(), "the next has another connection: {after:?}");
}
