//! The contract of the clock that is followed: time does not go back (D-16).

use crate::support::ambient::{NOON, TestClock};
use crate::support::database::{Engine, at_noon, database, engines};
use sqlx::{Connection, PgConnection};
use std::sync::Arc;
use vestibule::kernel::moment::Clock;
use vestibule::kernel::time::{Lifetime, Timestamp};
use vestibule::platform::storage::clock::{FollowingClock, TOLERATED};

fn minutes(count: i64) -> Lifetime {
    Lifetime::minutes(count)
}

// D-16: a SQLite file remembers the latest instant it has seen, also for the next process
#[tokio::test]
async fn a_clock_set_back_does_not_bring_time_back() {
    let test = database(Engine::Sqlite).await;
    let own = TestClock::at(NOON);
    let clock = FollowingClock::new(Arc::new(own.clone()));
    clock.follow(&test.database, at_noon()).await.unwrap();
    assert_eq!(clock.now(), NOON);

    own.advance(minutes(-60));
    let next = FollowingClock::new(Arc::new(own.clone()));
    next.follow(&test.database, at_noon()).await.unwrap();
    assert_eq!(next.now(), NOON, "after a restart");
    assert!(!next.is_tolerable(), "and it is said");

    clock.follow(&test.database, at_noon()).await.unwrap();
    let mut last = clock.now();
    assert!(last >= NOON, "{last}");
    for _ in 0..10 {
        own.advance(Lifetime::seconds(7));
        assert!(clock.now() >= last, "{} after {last}", clock.now());
        last = clock.now();
        clock.follow(&test.database, at_noon()).await.unwrap();
        assert!(clock.now() >= last, "{} after {last}, by looking", clock.now());
        last = clock.now();
    }

    own.advance(minutes(120));
    clock.follow(&test.database, at_noon()).await.unwrap();
    assert_eq!(clock.now(), own.now(), "set right again, it goes on from there");
    assert!(clock.is_tolerable());
}

async fn theirs(conn: &mut PgConnection) -> Timestamp {
    let now = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";
    Timestamp::from_micros(sqlx::query_scalar(now).fetch_one(conn).await.unwrap())
}

// D-16: nodes on PostgreSQL follow its clock; one that is too far off is not ready
#[tokio::test]
async fn a_node_follows_the_clock_of_its_postgresql() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let test = database(Engine::Postgres).await;
    let mut conn = PgConnection::connect(&test.place.url).await.unwrap();
    for (off, is_tolerable) in [(minutes(60), false), (minutes(-60), false), (Lifetime::ZERO, true)]
    {
        let own = TestClock::at(theirs(&mut conn).await.plus(off));
        let clock = FollowingClock::new(Arc::new(own.clone()));
        assert_eq!(clock.now(), own.now(), "not followed yet");
        let before = theirs(&mut conn).await;
        clock.follow(&test.database, at_noon()).await.unwrap();
        let after = theirs(&mut conn).await;
        let now = clock.now();
        assert!(before <= now && now <= after, "{before} {now} {after}");
        assert_eq!(clock.is_tolerable(), is_tolerable, "{off}");
        own.advance(minutes(5));
        assert_eq!(clock.now(), now.plus(minutes(5)), "and it runs on by itself");
    }
    assert!(TOLERATED < minutes(60));
}
