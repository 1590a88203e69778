//! The linker: a place in the chain for every record, within a second, by one node at a time (T-18).
//!
//! The lease only spares work. What keeps the chain one line is the key: a sequence is given once, and a
//! record is linked once; a linker that comes second adds nothing and looks anew (INV-39).

use super::model::chain::{Head, Link, Newest};
use super::model::{Chain, Chains};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::{EventId, TenantId};
use crate::kernel::moment::Moment;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::{At, Database, Work, lease};

const LEASE: &str = "audit-linker";
const LEASE_LENGTH: Lifetime = Lifetime::seconds(30);

/// How many records one unit of work links. On SQLite everybody else waits for it.
const BATCH: u16 = 1000;

/// After so many the pass ends, so that its `now` stays near; the next one goes on.
const PASS: usize = 50;

/// How far back the linker looks: before the newest record that is linked, and before now.
///
/// A record counts from the instant of its request, and is seen after its commit; so some come late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Each second: what commits as fast as it should.
    Recent,
    /// At the start and each minute: what was long under way, and tenants that were left behind.
    Wide,
    /// Now and then, and after the clock was set back: everything, however old.
    Whole,
}

impl Reach {
    fn before(self, instant: Timestamp) -> Timestamp {
        match self {
            Self::Recent => instant.minus(Lifetime::seconds(10)),
            Self::Wide => instant.minus(Lifetime::minutes(10)),
            Self::Whole => Timestamp::from_micros(0),
        }
    }
}

/// Link what waits; answers how many records were linked. Nothing is written when nothing waits, or
/// while another node holds the lease. `at` says when; the tenants are found here.
pub async fn link(
    database: &Database,
    at: At,
    holder: &str,
    reach: Reach,
) -> Result<usize, Failure> {
    let (mut linked, mut batches) = (0, 0);
    for tenant in waiting(database, at, reach).await? {
        let at = At { tenant, ..at };
        // A full batch may not have been all.
        let mut added = usize::from(BATCH);
        while added == usize::from(BATCH) && batches < PASS {
            if lease::take(database, at, LEASE, holder, LEASE_LENGTH).await?.is_none() {
                return Ok(linked);
            }
            added = batch(database, at, reach).await?;
            linked += added;
            batches += 1;
        }
    }
    Ok(linked)
}

/// At a node's end: link what it has recorded, and let the next linker begin at once.
pub async fn hand_over(database: &Database, at: At, holder: &str) -> Result<(), Failure> {
    link(database, at, holder, Reach::Recent).await?;
    lease::give_back(database, at, LEASE, holder).await
}

async fn waiting(database: &Database, at: At, reach: Reach) -> Result<Vec<TenantId>, Failure> {
    if reach == Reach::Recent {
        let since = reach.before(at.now);
        return database.read(at, async |work: &mut Work| work.waiting(since).await).await;
    }
    let recorded = database.read(at, async |work: &mut Work| work.recorded().await).await?;
    let mut waiting = Vec::new();
    for tenant in recorded {
        let at = At { tenant, ..at };
        if database.read(at, async |work: &mut Work| is_waiting(work, reach).await).await? {
            waiting.push(tenant);
        }
    }
    Ok(waiting)
}

async fn batch(database: &Database, at: At, reach: Reach) -> Result<usize, Failure> {
    let answer: Done<usize> =
        database.write(at, async |work: &mut Work| Ok(extend(work, reach).await?)).await;
    unrefused(answer)
}

async fn is_waiting(work: &mut Work, reach: Reach) -> Result<bool, Failure> {
    let newest = work.newest().await?;
    let first = work.unlinked(&horizon(newest, work.now(), reach), 1).await?;
    Ok(!first.is_empty())
}

async fn extend(work: &mut Work, reach: Reach) -> Result<usize, Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    let newest = work.newest().await?;
    let waiting = work.unlinked(&horizon(newest, now, reach), i64::from(BATCH)).await?;
    let mut head = newest.map_or_else(Head::start, |newest| newest.head);
    let links = waiting.into_iter().map(|record| {
        head = head.then(tenant, &record, now);
        Link { head, event_id: record.id }
    });
    let links: Vec<Link> = links.collect();
    work.extend(&links).await?;
    Ok(links.len())
}

/// The smallest id that a record of that age can have.
fn horizon(newest: Option<Newest>, now: Timestamp, reach: Reach) -> String {
    let Some(newest) = newest else { return String::new() };
    if reach == Reach::Whole {
        return String::new();
    }
    first_id(reach.before(newest.at.min(now)))
}

/// Ids sort by age, so an instant has a smallest one.
pub(super) fn first_id(at: Timestamp) -> String {
    EventId::new(&mut First(at)).to_string()
}

struct First(Timestamp);

impl Moment for First {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn random<const N: usize>(&mut self) -> [u8; N] {
        [0; N]
    }
}
