//! The contract of revisions: what another process changes is noticed, once.

use crate::support::ambient::NOON;
use crate::support::database::{at_noon, database, engines, some_tenant};
use vestibule::kernel::failure::{Done, Failure, No};
use vestibule::kernel::ids::TenantId;
use vestibule::kernel::time::Lifetime;
use vestibule::platform::storage::revisions::{Seen, raise};
use vestibule::platform::storage::{At, Database};

fn later(seconds: i64) -> At {
    At { now: NOON.plus(Lifetime::seconds(seconds)), ..at_noon() }
}

async fn raised(database: &Database, at: At, topic: &'static str) {
    let done: Done<()> = database.write(at, async |work| Ok(raise(work, topic).await?)).await;
    done.unwrap();
}

/// The topics seen, in order.
async fn look(seen: &mut Seen, database: &Database, at: At) -> Vec<String> {
    let changed = seen.look(database, at).await.unwrap();
    for place in &changed {
        seen.has_read(place);
    }
    let mut topics: Vec<_> =
        changed.into_iter().map(|(tenant, topic)| format!("{tenant} {topic}")).collect();
    topics.sort();
    topics
}

// INV-29, house §7: exact invalidation, also when another process writes beside a running server
#[tokio::test]
async fn what_another_process_changes_is_seen_once() {
    for engine in engines() {
        let test = database(engine).await;
        let (other, mut seen) = (test.again().await, Seen::default());
        raised(&other, later(0), "keys").await;
        assert_eq!(
            look(&mut seen, &test.database, later(0)).await,
            ["ten_00000001 keys"],
            "{engine:?}"
        );
        assert!(look(&mut seen, &test.database, later(1)).await.is_empty(), "{engine:?}: once");

        raised(&other, later(2), "keys").await;
        raised(&other, later(2), "keys").await;
        raised(&other, later(2), "settings").await;
        let theirs = At { tenant: TenantId::parse("ten_00000002").unwrap(), ..later(2) };
        raised(&other, theirs, "keys").await;
        let expected = ["ten_00000001 keys", "ten_00000001 settings", "ten_00000002 keys"];
        assert_eq!(look(&mut seen, &test.database, later(2)).await, expected, "{engine:?}");
        assert!(look(&mut seen, &test.database, later(3)).await.is_empty(), "{engine:?}: once");

        raised(&test.database, later(3), "keys").await;
        assert_eq!(
            look(&mut seen, &other, later(3)).await,
            ["ten_00000001 keys"],
            "in one instant"
        );
    }
}

// D-16: a node whose clock is behind, or whose commit took its while, is not overlooked
#[tokio::test]
async fn a_change_by_a_slow_clock_is_seen() {
    for engine in engines() {
        let test = database(engine).await;
        let mut seen = Seen::default();
        assert!(look(&mut seen, &test.database, later(600)).await.is_empty());
        raised(&test.database, later(600 - 119), "keys").await;
        assert_eq!(look(&mut seen, &test.database, later(601)).await.len(), 1, "{engine:?}");
        assert!(look(&mut seen, &test.database, later(602)).await.is_empty(), "{engine:?}: once");
        raised(&test.database, later(600 - 118), "keys").await;
        assert_eq!(look(&mut seen, &test.database, later(602)).await.len(), 1, "{engine:?}: again");
    }
}

// house §7: the number belongs to the change, and is undone with it
#[tokio::test]
async fn a_failed_change_raises_nothing() {
    for engine in engines() {
        let test = database(engine).await;
        let failed: Done<()> = test
            .database
            .write(at_noon(), async |work| {
                raise(work, "keys").await?;
                Err(No::Failed(Failure::broken("on purpose")))
            })
            .await;
        assert!(failed.is_err());
        let mut seen = Seen::default();
        assert!(look(&mut seen, &test.database, at_noon()).await.is_empty(), "{engine:?}");
        raised(&test.database, at_noon(), "keys").await;
        let all = seen.look(&test.database, at_noon()).await.unwrap();
        assert_eq!(all, [(some_tenant(), "keys".to_owned())].into(), "{engine:?}");
    }
}

// house §7: the database may be away just when a change is read
#[tokio::test]
async fn a_change_that_could_not_be_read_is_answered_again() {
    for engine in engines() {
        let test = database(engine).await;
        let mut seen = Seen::default();
        raised(&test.database, later(0), "keys").await;
        raised(&test.database, later(0), "settings").await;
        let (keys, settings) = ((some_tenant(), "keys".into()), (some_tenant(), "settings".into()));
        for second in [0, 1, 600] {
            let changed = seen.look(&test.database, later(second)).await.unwrap();
            assert_eq!(changed, [keys.clone(), settings.clone()].into(), "{engine:?} {second}");
        }
        seen.has_read(&keys);
        let left = seen.look(&test.database, later(1200)).await.unwrap();
        assert_eq!(left, [settings].into(), "{engine:?}");
    }
}
