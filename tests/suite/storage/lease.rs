//! The contract of leases: for a while, one.

use crate::support::ambient::NOON;
use crate::support::database::{at_noon, database, engines};
use vestibule::kernel::time::Lifetime;
use vestibule::platform::storage::lease::{give_back, holds, take};
use vestibule::platform::storage::{At, Database};

const LENGTH: Lifetime = Lifetime::seconds(10);

fn later(seconds: i64) -> At {
    At { now: NOON.plus(Lifetime::seconds(seconds)), ..at_noon() }
}

async fn taken(database: &Database, at: At, holder: &str) -> Option<i64> {
    take(database, at, "rotation", holder, LENGTH).await.unwrap()
}

// house §7 rule 6: one holder; it may renew; the fence grows with each new one
#[tokio::test]
async fn a_lease_has_one_holder_until_it_lapses() {
    for engine in engines() {
        let test = database(engine).await;
        let database = &test.database;
        assert_eq!(taken(database, later(0), "a").await, Some(1), "{engine:?}");
        assert_eq!(taken(database, later(1), "b").await, None, "{engine:?}");
        assert_eq!(taken(database, later(5), "a").await, Some(1), "renewed, the same holding");
        assert_eq!(taken(database, later(14), "b").await, None, "renewed until 15");
        assert_eq!(taken(database, later(15), "b").await, Some(2), "lapsed");
        assert_eq!(taken(database, later(16), "a").await, None, "{engine:?}");
        let other = take(database, later(16), "linker", "a", LENGTH).await.unwrap();
        assert_eq!(other, Some(1), "another name is another lease");
    }
}

// house §7 rule 6: given back it is free at once, and only its holder can give it back
#[tokio::test]
async fn a_lease_is_given_back_by_its_holder_alone() {
    for engine in engines() {
        let test = database(engine).await;
        let database = &test.database;
        taken(database, later(0), "a").await.unwrap();
        give_back(database, later(1), "rotation", "b").await.unwrap();
        assert_eq!(taken(database, later(1), "b").await, None, "{engine:?}");
        give_back(database, later(1), "rotation", "a").await.unwrap();
        assert_eq!(taken(database, later(1), "b").await, Some(2), "{engine:?}");
    }
}

// house §7 rule 6: a unit of work can ask whether the lease is still its own
#[tokio::test]
async fn a_work_knows_whether_it_still_holds_the_lease() {
    for engine in engines() {
        let test = database(engine).await;
        taken(&test.database, later(0), "a").await.unwrap();
        let held = async |at, holder| {
            let held = test.database.read(at, async |work| holds(work, "rotation", holder).await);
            held.await.unwrap()
        };
        assert!(held(later(9), "a").await, "{engine:?}");
        assert!(!held(later(9), "b").await, "{engine:?}");
        assert!(!held(later(10), "a").await, "{engine:?}: lapsed");
    }
}

// house §7 rule 6: of several that take at once, one has it, first and after each lapse
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_takers_one_has_the_lease() {
    for engine in engines() {
        let test = database(engine).await;
        for round in 0..3 {
            let mut takers = tokio::task::JoinSet::new();
            for number in 0..8 {
                let database = test.database.clone();
                let holder = format!("{round} {number}");
                takers.spawn(async move { taken(&database, later(round * 20), &holder).await });
            }
            let fences: Vec<i64> = takers.join_all().await.into_iter().flatten().collect();
            assert_eq!(fences, [round + 1], "{engine:?}");
        }
    }
}
