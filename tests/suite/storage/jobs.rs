//! The contract of jobs: with the work that needs them, once, and again after a failure.

use crate::support::ambient::NOON;
use crate::support::database::{at_noon, database, engines};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use vestibule::kernel::failure::{Done, Failure, No, unrefused};
use vestibule::kernel::ids::{JobId, TenantId};
use vestibule::kernel::time::Lifetime;
use vestibule::platform::jobs::{Job, Jobs, Kinds, Outcome, forget_ended, work_off};
use vestibule::platform::storage::{At, Database};

const LENGTH: Lifetime = Lifetime::minutes(5);

fn later(seconds: i64) -> At {
    At { now: NOON.plus(Lifetime::seconds(seconds)), ..at_noon() }
}

async fn enqueue(database: &Database, at: At, kind: &str) -> JobId {
    let made: Done<JobId> =
        database.write(at, async |work| Ok(work.enqueue(kind, r#"{"to":"x"}"#, NOON).await?)).await;
    unrefused(made).unwrap()
}

async fn take(database: &Database, at: At, id: &JobId, holder: &str) -> Option<Job> {
    let taken: Done<Option<Job>> =
        database.write(at, async |work| Ok(work.take(id, holder, LENGTH).await?)).await;
    unrefused(taken).unwrap()
}

async fn end(database: &Database, at: At, job: &Job, outcome: &Outcome) -> bool {
    let ended: Done<bool> =
        database.write(at, async |work| Ok(work.end(job, outcome).await?)).await;
    unrefused(ended).unwrap()
}

/// A kind that counts how often it ran, and fails as long as it is told to.
fn counting(failures: usize) -> (Kinds, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    let kinds = Kinds::default().with(
        "count",
        Box::new(move |job: &Job| {
            assert_eq!(job.body, r#"{"to":"x"}"#);
            let fails = seen.fetch_add(1, Ordering::SeqCst) < failures;
            Box::pin(
                async move { if fails { Err(Failure::unavailable("not today")) } else { Ok(()) } },
            )
        }),
    );
    (kinds, count)
}

async fn runs(database: &Database, at: At, kinds: &Kinds) -> usize {
    work_off(database, at, kinds, "a").await.unwrap()
}

// INV-10: the job and the change that needs it happen together or not at all
#[tokio::test]
async fn a_job_of_a_failed_work_does_not_exist() {
    for engine in engines() {
        let test = database(engine).await;
        let failed: Done<()> = test
            .database
            .write(at_noon(), async |work| {
                work.enqueue("count", "{}", NOON).await?;
                Err(No::Failed(Failure::broken("on purpose")))
            })
            .await;
        assert!(failed.is_err());
        let (kinds, count) = counting(0);
        assert_eq!(runs(&test.database, at_noon(), &kinds).await, 0, "{engine:?}");
        assert_eq!(count.load(Ordering::SeqCst), 0, "{engine:?}");
    }
}

// house §7 rule 6: one of many takers has the job, and it runs once
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_nodes_one_does_the_job() {
    for engine in engines() {
        let test = database(engine).await;
        let id = enqueue(&test.database, at_noon(), "other").await;
        let mut takers = tokio::task::JoinSet::new();
        for number in 0..8 {
            let (database, id) = (test.database.clone(), id.clone());
            takers.spawn(async move { take(&database, at_noon(), &id, &number.to_string()).await });
        }
        assert_eq!(takers.join_all().await.into_iter().flatten().count(), 1, "{engine:?}");

        for _ in 0..5 {
            enqueue(&test.database, at_noon(), "count").await;
        }
        let (kinds, count) = counting(0);
        let (kinds, mut nodes) = (Arc::new(kinds), tokio::task::JoinSet::new());
        for _ in 0..8 {
            let (database, kinds) = (test.database.clone(), Arc::clone(&kinds));
            nodes.spawn(async move { runs(&database, at_noon(), &kinds).await });
        }
        assert_eq!(nodes.join_all().await.into_iter().sum::<usize>(), 5, "{engine:?}");
        assert_eq!(count.load(Ordering::SeqCst), 5, "{engine:?}");
    }
}

// house §7 rule 6: who comes back from the dead is refused by the fence
#[tokio::test]
async fn a_job_that_lapsed_belongs_to_whoever_took_it_since() {
    for engine in engines() {
        let test = database(engine).await;
        let id = enqueue(&test.database, at_noon(), "other").await;
        let first = take(&test.database, at_noon(), &id, "a").await.unwrap();
        assert_eq!((first.fence, first.attempts), (1, 1), "{engine:?}");
        let early = take(&test.database, later(299), &id, "b").await;
        assert!(early.is_none(), "{engine:?}: still leased");
        let second = take(&test.database, later(300), &id, "b").await.unwrap();
        assert_eq!((second.fence, second.attempts), (2, 2), "{engine:?}");
        assert!(!end(&test.database, later(301), &first, &Outcome::Done).await, "{engine:?}");
        assert!(end(&test.database, later(302), &second, &Outcome::Done).await, "{engine:?}");
        assert!(
            !end(&test.database, later(303), &second, &Outcome::Done).await,
            "{engine:?}: once"
        );
        assert!(take(&test.database, later(9_000), &id, "c").await.is_none(), "{engine:?}: ended");
    }
}

// product.md background work: a failure is tried again later, a few times, and then given up
#[tokio::test]
async fn a_failing_job_backs_off_and_is_given_up() {
    for engine in engines() {
        let test = database(engine).await;
        enqueue(&test.database, at_noon(), "count").await;
        let (kinds, count) = counting(2);
        let ran = || count.load(Ordering::SeqCst);
        assert_eq!(runs(&test.database, later(0), &kinds).await, 0, "{engine:?}: it failed");
        assert_eq!(runs(&test.database, later(9), &kinds).await, 0);
        assert_eq!(ran(), 1, "{engine:?}: not before 10 s");
        assert_eq!(runs(&test.database, later(10), &kinds).await, 0);
        assert_eq!(runs(&test.database, later(29), &kinds).await, 0);
        assert_eq!(ran(), 2, "{engine:?}: not before another 20 s");
        assert_eq!(runs(&test.database, later(30), &kinds).await, 1, "{engine:?}: now it worked");

        enqueue(&test.database, at_noon(), "count").await;
        let (kinds, count) = counting(usize::MAX);
        for hour in 1..30 {
            assert_eq!(runs(&test.database, later(hour * 3_600), &kinds).await, 0);
        }
        assert_eq!(count.load(Ordering::SeqCst), 12, "{engine:?}: given up");
    }
}

// a newer node's job is not lost on an older one
#[tokio::test]
async fn a_job_of_an_unknown_kind_waits_for_who_knows_it() {
    for engine in engines() {
        let test = database(engine).await;
        enqueue(&test.database, at_noon(), "count").await;
        assert_eq!(runs(&test.database, at_noon(), &Kinds::default()).await, 0, "{engine:?}");
        let (kinds, _) = counting(0);
        assert_eq!(runs(&test.database, later(10), &kinds).await, 1, "{engine:?}");
    }
}

// product.md background work: a job runs as the tenant that made it, whoever works it off
#[tokio::test]
async fn a_job_stays_with_its_tenant() {
    for engine in engines() {
        let test = database(engine).await;
        let theirs = At { tenant: TenantId::parse("ten_00000002").unwrap(), ..at_noon() };
        let id = enqueue(&test.database, theirs, "count").await;
        assert!(take(&test.database, at_noon(), &id, "a").await.is_none(), "{engine:?}");
        let taken = take(&test.database, theirs, &id, "a").await.unwrap();
        assert_eq!(taken.tenant, theirs.tenant, "{engine:?}");
        assert!(end(&test.database, at_noon(), &taken, &Outcome::Done).await, "by its own tenant");
    }
}

// house: every table is bounded; what ended is kept a week, what is due is kept
#[tokio::test]
async fn ended_jobs_are_forgotten_after_a_week() {
    for engine in engines() {
        let test = database(engine).await;
        enqueue(&test.database, at_noon(), "count").await;
        let (kinds, _) = counting(0);
        assert_eq!(runs(&test.database, at_noon(), &kinds).await, 1);
        let waiting = enqueue(&test.database, at_noon(), "other").await;
        let week = 7 * 86_400;
        assert_eq!(forget_ended(&test.database, later(week)).await.unwrap(), 0, "{engine:?}");
        assert_eq!(forget_ended(&test.database, later(week + 1)).await.unwrap(), 1, "{engine:?}");
        assert!(take(&test.database, later(week + 2), &waiting, "a").await.is_some(), "{engine:?}");
    }
}
