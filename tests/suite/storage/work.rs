//! The unit of work: what commits, what rolls back, and what is shared.

use crate::support::database::{at_noon, database, engines, some_tenant};
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;
use vestibule::kernel::failure::{Done, Failure, No};
use vestibule::platform::storage::{Database, Record, Work};
use vestibule::{rows, touch};

const KEEP: &str =
    "INSERT INTO tenant_settings (tenant_id, name, value, changed_at) VALUES ($1, $2, 'x', 0)";
const COUNT: &str = "SELECT count(*) FROM tenant_settings WHERE tenant_id = $1";
const EVENTS: &str = "SELECT count(*) FROM events WHERE tenant_id = $1";

async fn keep(work: &mut Work, name: &str) -> Result<(), Failure> {
    let tenant = work.tenant();
    touch!(work, |c| sqlx::query(KEEP).bind(tenant.as_str()).bind(name).execute(c)).map(drop)
}

async fn count(database: &Database, sql: &'static str) -> i64 {
    let counted = database.read(at_noon(), async |work| {
        let tenant = work.tenant();
        rows!(work, |c| sqlx::query_scalar(sql).bind(tenant.as_str()).fetch_one(c))
    });
    counted.await.unwrap()
}

fn record(id: &str) -> Record {
    Record {
        tenant: some_tenant(),
        id: id.into(),
        at: 1,
        kind: "test.happened",
        body: "{}".into(),
        detail: None,
    }
}

// house rule: a refusal is an answer, it commits; a failure rolls back, records included
#[tokio::test]
async fn a_refusal_commits_and_a_failure_rolls_back() {
    for engine in engines() {
        let test = database(engine).await;
        let refused: Result<(), No<&str>> = test
            .database
            .write(at_noon(), async |work| {
                keep(work, "refused").await?;
                work.keep(record("evt_refused"));
                Err(No::Refused("no"))
            })
            .await;
        assert!(matches!(refused, Err(No::Refused("no"))));
        let failed: Done<()> = test
            .database
            .write(at_noon(), async |work| {
                keep(work, "failed").await?;
                work.keep(record("evt_failed"));
                Err(No::Failed(Failure::broken("on purpose")))
            })
            .await;
        assert!(matches!(failed, Err(No::Failed(_))));
        assert_eq!(count(&test.database, COUNT).await, 1, "{engine:?}");
        assert_eq!(count(&test.database, EVENTS).await, 1, "{engine:?}");
    }
}

// INV-10: a work whose caller hung up leaves nothing, and disturbs nobody who shares its commit
#[tokio::test]
async fn a_dropped_work_undoes_only_itself() {
    for engine in engines() {
        let test = database(engine).await;
        let abandoned = test.database.write(at_noon(), async |work| -> Done<()> {
            keep(work, "abandoned").await?;
            work.keep(record("evt_abandoned"));
            std::future::pending().await
        });
        let given_up = tokio::time::timeout(Duration::from_millis(100), abandoned).await;
        assert!(given_up.is_err());
        let kept: Done<()> =
            test.database.write(at_noon(), async |work| Ok(keep(work, "kept").await?)).await;
        kept.unwrap();
        assert_eq!(count(&test.database, COUNT).await, 1, "{engine:?}");
        assert_eq!(count(&test.database, EVENTS).await, 0, "{engine:?}");
    }
}

// INV-10, INV-40: at whatever moment a caller hangs up, as while a transaction is begun, the next one can write
#[tokio::test]
async fn who_hangs_up_at_any_moment_stops_nobody() {
    for engine in engines() {
        let test = database(engine).await;
        for looked_at in 1..=12 {
            let abandoned = test.database.write(at_noon(), async |work| -> Done<()> {
                keep(work, "abandoned").await?;
                std::future::pending().await
            });
            let mut abandoned = Box::pin(abandoned);
            for _ in 0..looked_at {
                let waiting = abandoned.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                assert!(waiting.is_pending());
                let never = std::future::pending::<()>();
                drop(tokio::time::timeout(Duration::from_millis(3), never).await);
            }
            drop(abandoned);
            let name = format!("kept{looked_at}");
            let kept: Done<()> =
                test.database.write(at_noon(), async |work| Ok(keep(work, &name).await?)).await;
            assert!(kept.is_ok(), "{engine:?} after {looked_at} looks: {kept:?}");
        }
        assert_eq!(count(&test.database, COUNT).await, 12, "{engine:?}");
    }
}

// D-09: effects and records of many works at once are all there, or neither
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_works_at_once_each_keep_their_own() {
    for engine in engines() {
        let test = Arc::new(database(engine).await);
        let works = (0..64).map(|number| {
            let test = Arc::clone(&test);
            tokio::spawn(async move {
                let name = format!("n{number}");
                let fails = number % 3 == 0;
                let done: Done<()> = test
                    .database
                    .write(at_noon(), async |work| {
                        keep(work, &name).await?;
                        work.keep(record(&format!("evt_{number}")));
                        if fails { Err(No::Failed(Failure::broken("on purpose"))) } else { Ok(()) }
                    })
                    .await;
                assert_eq!(done.is_err(), fails);
                test.database.append(record(&format!("evt_appended_{number}"))).await.unwrap();
            })
        });
        for work in works.collect::<Vec<_>>() {
            work.await.unwrap();
        }
        assert_eq!(count(&test.database, COUNT).await, 42, "{engine:?}");
        assert_eq!(count(&test.database, EVENTS).await, 42 + 64, "{engine:?}");
    }
}

// a unit of work that only reads cannot change anything
#[tokio::test]
async fn a_reading_work_refuses_to_write() {
    for engine in engines() {
        let test = database(engine).await;
        let wrote = test.database.read(at_noon(), async |work| keep(work, "sneaked").await).await;
        assert!(wrote.is_err(), "{engine:?}");
        assert_eq!(count(&test.database, COUNT).await, 0, "{engine:?}");
    }
}

// a record that cannot be kept takes the whole commit with it: no effect without its record (INV-10)
#[tokio::test]
async fn no_effect_without_its_record() {
    for engine in engines() {
        let test = database(engine).await;
        test.database.append(record("evt_taken")).await.unwrap();
        let done: Done<()> = test
            .database
            .write(at_noon(), async |work| {
                keep(work, "effect").await?;
                work.keep(record("evt_taken"));
                Ok(())
            })
            .await;
        assert!(done.is_err(), "{engine:?}");
        assert_eq!(count(&test.database, COUNT).await, 0, "{engine:?}");
        let after: Done<()> =
            test.database.write(at_noon(), async |work| Ok(keep(work, "after").await?)).await;
        after.unwrap();
        assert_eq!(count(&test.database, COUNT).await, 1, "{engine:?}");
    }
}
