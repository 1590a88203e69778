//! Exact invalidation: whoever changes what others keep in memory raises a number, and every node looks each second.

use super::statements::statements;
use super::{At, Database, Work};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Moment;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::{rows, touch};
use std::collections::{BTreeSet, HashMap};

statements! {
    owned RAISE = "INSERT INTO revisions (tenant_id, topic, revision, changed_at) VALUES ($1, $2, 1, $3)
        ON CONFLICT (tenant_id, topic) DO UPDATE SET revision = revisions.revision + 1, changed_at = excluded.changed_at
        WHERE revisions.tenant_id = $1";
    platform CHANGED = "SELECT tenant_id, topic, revision FROM revisions WHERE changed_at >= $1";
}

/// In the unit of work that makes the change.
pub async fn raise(work: &mut Work, topic: &'static str) -> Result<(), Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    touch!(work, |c| sqlx::query(RAISE)
        .bind(tenant.as_str())
        .bind(topic)
        .bind(now.micros())
        .execute(c))?;
    Ok(())
}

/// What one node has seen so far.
#[derive(Default)]
pub struct Seen {
    revisions: HashMap<Place, i64>,
    /// Changes that were seen but could not be read.
    left: BTreeSet<Place>,
    looked_at: Option<Timestamp>,
}

/// What changed: a topic of a tenant.
pub type Place = (TenantId, String);

/// Nodes may disagree about the time, and a commit may take its while: look back this far each time.
const OVERLAP: Lifetime = Lifetime::minutes(2);

impl Seen {
    /// The topics that changed since the last look; everything, the first time.
    pub async fn look(&mut self, database: &Database, at: At) -> Result<BTreeSet<Place>, Failure> {
        let since = self.looked_at.map_or(Timestamp::default(), |looked| looked.minus(OVERLAP));
        let found: Vec<(String, String, i64)> = database
            .read(at, async |work: &mut Work| {
                rows!(work, |c| sqlx::query_as(CHANGED).bind(since.micros()).fetch_all(c))
            })
            .await?;
        self.looked_at = Some(at.now);
        let mut changed = self.left.clone();
        for (tenant, topic, revision) in found {
            let unreadable = || Failure::broken(format!("revisions has a tenant {tenant:?}"));
            let place: Place = (TenantId::parse(&tenant).ok_or_else(unreadable)?, topic);
            if self.revisions.insert(place.clone(), revision) != Some(revision) {
                changed.insert(place);
            }
        }
        self.left.clone_from(&changed);
        Ok(changed)
    }

    /// A change is answered at each look until it is called read: what failed to be read is not forgotten.
    pub fn has_read(&mut self, place: &Place) {
        self.left.remove(place);
    }
}
