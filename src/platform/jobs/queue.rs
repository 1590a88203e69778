//! Working off what is due: take, run outside any unit of work, end.

use super::model::{Job, Jobs, Outcome};
use super::{Running, store};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::JobId;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::{At, Database, Work};
use std::collections::HashMap;

/// How long a node may be silent before another takes its job.
const LEASE: Lifetime = Lifetime::minutes(5);

const BATCH: i64 = 100;

/// Ended jobs are kept this long for whoever asks what became of them.
const KEPT: Lifetime = Lifetime::days(7);

/// One try at a job.
pub type Run = Box<dyn for<'a> Fn(&'a Job) -> Running<'a> + Send + Sync>;

/// What each kind of job does.
#[derive(Default)]
pub struct Kinds(HashMap<&'static str, Run>);

impl Kinds {
    #[must_use]
    pub fn with(mut self, kind: &'static str, run: Run) -> Self {
        self.0.insert(kind, run);
        self
    }
}

/// Do what is due now; answers how many were done.
pub async fn work_off(
    database: &Database,
    at: At,
    kinds: &Kinds,
    holder: &str,
) -> Result<usize, Failure> {
    let due = database.read(at, async |work: &mut Work| store::due(work, BATCH).await).await?;
    let mut done = 0;
    for (tenant, id) in due {
        let at = At { tenant, ..at };
        let Some(job) = take(database, at, &id, holder).await? else { continue };
        let outcome = match kinds.0.get(job.kind.as_str()) {
            Some(run) => outcome(&job, run(&job).await, at.now),
            // A newer node made it: leave it to that one.
            None => job.after_failure(format!("this version knows no job {}", job.kind), at.now),
        };
        done += usize::from(outcome == Outcome::Done);
        let result = if outcome == Outcome::Done { "done" } else { "failed" };
        metrics::counter!("idp_jobs_total", "kind" => job.kind.clone(), "result" => result)
            .increment(1);
        end(database, at, &job, &outcome).await?;
    }
    Ok(done)
}

fn outcome(job: &Job, answer: Result<(), Failure>, now: Timestamp) -> Outcome {
    match answer {
        Ok(()) => Outcome::Done,
        Err(failure) => {
            tracing::warn!(job = %job.id, kind = job.kind, %failure, "a job failed");
            job.after_failure(failure.to_string(), now)
        }
    }
}

async fn take(
    database: &Database,
    at: At,
    id: &JobId,
    holder: &str,
) -> Result<Option<Job>, Failure> {
    let taken: Done<Option<Job>> =
        database.write(at, async |work: &mut Work| Ok(work.take(id, holder, LEASE).await?)).await;
    unrefused(taken)
}

async fn end(database: &Database, at: At, job: &Job, outcome: &Outcome) -> Result<(), Failure> {
    let ended: Done<bool> =
        database.write(at, async |work: &mut Work| Ok(work.end(job, outcome).await?)).await;
    if !unrefused(ended)? {
        tracing::warn!(job = %job.id, "a job took so long that another node has taken it");
    }
    Ok(())
}

/// Housekeeping: ended jobs do not pile up.
pub async fn forget_ended(database: &Database, at: At) -> Result<u64, Failure> {
    let before = at.now.minus(KEPT);
    let forgotten: Done<u64> =
        database.write(at, async |work: &mut Work| Ok(store::forget(work, before).await?)).await;
    unrefused(forgotten)
}
