//! Reads that come together go together (D-08: nobody is told what was true before they asked).

use crate::support::database::{at_noon, database, engines};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use vestibule::kernel::failure::Failure;
use vestibule::kernel::ids::TenantId;
use vestibule::platform::storage::{At, Database, Together, Work};
use vestibule::rows;

const DOUBLE: &str = "SELECT CAST($1 AS BIGINT)";

/// Twice each number, and how often somebody looked.
async fn double(
    together: &Together<i64, i64>,
    (database, at): (&Database, At),
    (number, looks): (i64, &AtomicUsize),
) -> Result<i64, Failure> {
    let read = async |work: &mut Work, numbers: Vec<i64>| {
        looks.fetch_add(1, Ordering::SeqCst);
        let mut doubled = Vec::new();
        for number in numbers {
            let same: i64 = rows!(work, |c| sqlx::query_scalar(DOUBLE).bind(number).fetch_one(c))?;
            doubled.push(same * 2);
        }
        Ok(doubled)
    };
    together.ask((database, at), number, read).await
}

/// All at the same instant, each in a task of its own.
async fn at_once(database: &Database, asked: Vec<(At, i64)>) -> (Vec<i64>, usize) {
    let (together, looks) = (Arc::new(Together::default()), Arc::new(AtomicUsize::new(0)));
    let mut tasks = JoinSet::new();
    for (at, number) in asked {
        let (database, together, looks) =
            (database.clone(), Arc::clone(&together), Arc::clone(&looks));
        tasks.spawn(async move {
            (number, double(&together, (&database, at), (number, &looks)).await.unwrap())
        });
    }
    let mut told = tasks.join_all().await;
    told.sort_unstable();
    (told.into_iter().map(|(_, told)| told).collect(), looks.load(Ordering::SeqCst))
}

#[tokio::test]
async fn who_asks_at_once_is_answered_at_once_and_with_what_was_asked() {
    for engine in engines() {
        let test = database(engine).await;
        let asked = (0..40).map(|number| (at_noon(), number)).collect();
        let (told, looks) = at_once(&test.database, asked).await;
        assert_eq!(told, (0..40).map(|number| number * 2).collect::<Vec<_>>());
        assert_eq!(looks, 1, "{engine:?}");
    }
}

#[tokio::test]
async fn tenants_are_read_about_apart() {
    for engine in engines() {
        let test = database(engine).await;
        let other = At { tenant: TenantId::parse("ten_0000000b").unwrap(), ..at_noon() };
        let asked = vec![(at_noon(), 1), (other, 2), (at_noon(), 3), (other, 4)];
        assert_eq!(at_once(&test.database, asked).await, (vec![2, 4, 6, 8], 2), "{engine:?}");
    }
}

#[tokio::test]
async fn whoever_comes_while_somebody_reads_is_read_about_anew() {
    for engine in engines() {
        let test = database(engine).await;
        let (together, looks) = (Together::default(), AtomicUsize::new(0));
        let (began, goes_on) = (Notify::new(), Notify::new());
        let at = (&test.database, at_noon());
        let slow = together.ask(at, 1, async |_: &mut Work, numbers: Vec<i64>| {
            began.notify_one();
            goes_on.notified().await;
            Ok(numbers)
        });
        let late = async {
            began.notified().await;
            let told = double(&together, at, (1, &looks)).await;
            goes_on.notify_one();
            told
        };
        let (first, second) = tokio::join!(slow, late);
        assert_eq!((first.unwrap(), second.unwrap()), (1, 2), "{engine:?}");
    }
}

#[tokio::test]
async fn who_hangs_up_takes_nobody_along() {
    for engine in engines() {
        let test = database(engine).await;
        let (together, looks) = (Together::default(), AtomicUsize::new(0));
        let at = (&test.database, at_noon());
        let mut gone = Box::pin(double(&together, at, (1, &looks)));
        let mut waiting = Box::pin(double(&together, at, (2, &looks)));
        let nobody = &mut Context::from_waker(Waker::noop());
        assert!(gone.as_mut().poll(nobody).is_pending());
        assert!(waiting.as_mut().poll(nobody).is_pending());
        drop(gone);
        assert_eq!(waiting.await.unwrap(), 4, "{engine:?}");
        assert_eq!(double(&together, at, (3, &looks)).await.unwrap(), 6, "{engine:?}");
    }
}

#[tokio::test]
async fn who_hangs_up_amid_a_reading_takes_nobody_along() {
    for engine in engines() {
        let test = database(engine).await;
        let (together, looks) = (Together::default(), AtomicUsize::new(0));
        let at = (&test.database, at_noon());
        let began = Notify::new();
        let mut gone = Box::pin(together.ask(at, 1, async |_: &mut Work, _: Vec<i64>| {
            began.notify_one();
            std::future::pending().await
        }));
        let waiting = double(&together, at, (2, &looks));
        let nobody = &mut Context::from_waker(Waker::noop());
        assert!(gone.as_mut().poll(nobody).is_pending());
        let mut waiting = Box::pin(waiting);
        assert!(waiting.as_mut().poll(nobody).is_pending(), "in the same line");
        tokio::select! {
            _ = &mut gone => unreachable!("it never ends"),
            () = began.notified() => {}
        }
        drop(gone);
        assert_eq!(waiting.await.unwrap(), 4, "{engine:?}");
    }
}

#[tokio::test]
async fn a_failure_is_everybodys() {
    for engine in engines() {
        let test = database(engine).await;
        let together: Together<i64, i64> = Together::default();
        let fail = |number| {
            together.ask((&test.database, at_noon()), number, async |_: &mut Work, _: Vec<i64>| {
                Err(Failure::unavailable("the disk is gone"))
            })
        };
        let told: [Result<i64, Failure>; 3] = tokio::join!(fail(1), fail(2), fail(3)).into();
        for told in told {
            assert_eq!(told.unwrap_err().to_string(), "the disk is gone", "{engine:?}");
        }
    }
}
