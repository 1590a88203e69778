//! Verifying a chain: every record against its link, every link against the one before, the line against
//! its checkpoints. The first that is bad is named (INV-39).

use super::checkpoint::trusted;
use super::model::chain::{Claims, Head, Walked};
use super::model::verdict::Verdict;
use super::model::walk::Walk;
use super::model::{Chain, Chains, CheckpointVerifier, Checkpoints, Log};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Database, Work};

/// How many links are read at once.
const BATCH: i64 = 1000;

/// A record that waits longer than this for its link is marked as never linked.
const LATE: Lifetime = Lifetime::seconds(60);

/// Verify the chain of one tenant. `seen` are checkpoints from outside, read with
/// [`CheckpointVerifier::claims`]: against them, even a chain whose own checkpoints were cut with it is found.
pub async fn verify<K: CheckpointVerifier>(
    database: &Database,
    keys: &K,
    at: At,
    seen: &[Claims],
) -> Result<Verdict, Failure> {
    let mut walk = Walk::from(at.tenant, Head::start());
    for claims in seen {
        walk.hold_against(*claims);
    }
    let mut reading = Reading::of(at);
    while !walk.is_broken() {
        let links = reading.links(database, keys, &mut walk).await?;
        if links.is_empty() {
            walk.end();
            break;
        }
        walk.steps(&links);
    }
    if !walk.is_broken() {
        look_aside(database, at, &mut walk).await?;
    }
    Ok(walk.into_verdict())
}

/// Everybody who has something to verify, also when only links or checkpoints are left of it.
pub async fn tenants(database: &Database, at: At) -> Result<Vec<TenantId>, Failure> {
    database.read(at, async |work: &mut Work| work.recorded().await).await
}

/// Reads links a batch at a time, and tells the walk what the stored checkpoints expect of them.
pub(super) struct Reading {
    at: At,
    checkpoints: i64,
}

impl Reading {
    pub(super) const fn of(at: At) -> Self {
        Self { at, checkpoints: i64::MIN }
    }

    /// Where the checkpoints up to this one were looked at already.
    pub(super) const fn after(at: At, sequence: i64) -> Self {
        Self { at, checkpoints: sequence.saturating_add(1) }
    }

    /// Empty at the end of the chain.
    pub(super) async fn links<K: CheckpointVerifier>(
        &mut self,
        database: &Database,
        keys: &K,
        walk: &mut Walk,
    ) -> Result<Vec<Walked>, Failure> {
        let from = match walk.head().sequence {
            0 => i64::MIN, // a link before the first is none of ours
            sequence => sequence.saturating_add(1),
        };
        let known = self.checkpoints;
        // The checkpoints first: whatever one has seen, the links read after it must hold.
        let (stored, links) = database
            .read(self.at, async |work: &mut Work| {
                Ok((work.checkpoints(known, BATCH).await?, work.walk(from, BATCH).await?))
            })
            .await?;
        for checkpoint in &stored {
            self.checkpoints = checkpoint.sequence.saturating_add(1);
            match trusted(keys, self.at, checkpoint) {
                Some(claims) => walk.hold_against(claims),
                None => walk.hold_against_forged(checkpoint.sequence),
            }
        }
        Ok(links)
    }
}

/// What the chain does not lead to: records without a link, details without a record.
async fn look_aside(database: &Database, at: At, walk: &mut Walk) -> Result<(), Failure> {
    let late = at.now.minus(LATE);
    let mut after = String::new();
    while let Some(stretch) =
        database.read(at, async |work: &mut Work| work.count_links(&after, late).await).await?
    {
        let verdict = walk.verdict();
        verdict.waiting += stretch.unlinked - stretch.late;
        verdict.unlinked += stretch.late;
        verdict.first_unlinked = verdict.first_unlinked.take().or(stretch.first_late);
        after = stretch.last_id;
    }
    let mut after = String::new();
    while let Some(details) =
        database.read(at, async |work: &mut Work| work.astray(&after).await).await?
    {
        if let Some(event_id) = details.first {
            walk.fail_astray(event_id);
            break;
        }
        after = details.last_id;
    }
    Ok(())
}
