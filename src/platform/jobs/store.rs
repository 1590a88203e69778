//! Jobs in the database. Candidates are read without a lock, and one is taken by a guarded update.

use super::model::{Job, Jobs, Outcome};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{JobId, TenantId};
use crate::kernel::moment::Moment;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ENQUEUE = "INSERT INTO jobs (tenant_id, id, kind, body, due_at, attempts, fence, lapses_at)
        VALUES ($1, $2, $3, $4, $5, 0, 0, 0)";
    platform DUE = "SELECT tenant_id, id FROM jobs WHERE ended_at IS NULL AND due_at <= $1 AND lapses_at <= $1
        ORDER BY due_at LIMIT $2";
    owned TAKE = "UPDATE jobs SET holder = $3, lapses_at = $4, fence = fence + 1, attempts = attempts + 1
        WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL AND due_at <= $5 AND lapses_at <= $5
        RETURNING kind, body, attempts, fence";
    owned END = "UPDATE jobs SET ended_at = $4, due_at = COALESCE($5, due_at), failure = $6, lapses_at = 0, holder = NULL
        WHERE tenant_id = $1 AND id = $2 AND fence = $3 AND ended_at IS NULL";
    platform FORGET = "DELETE FROM jobs WHERE ended_at < $1";
    platform NOTE = "INSERT INTO schedules (name, last_begun_at, last_ended_at, failure) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET last_begun_at = excluded.last_begun_at,
            last_ended_at = excluded.last_ended_at, failure = excluded.failure";
}

impl Jobs for Work {
    async fn enqueue(&mut self, kind: &str, body: &str, due: Timestamp) -> Result<JobId, Failure> {
        let (tenant, id) = (self.tenant(), JobId::new(self));
        touch!(self, |c| sqlx::query(ENQUEUE)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(kind)
            .bind(body)
            .bind(due.micros())
            .execute(c))?;
        Ok(id)
    }

    async fn take(
        &mut self,
        id: &JobId,
        holder: &str,
        length: Lifetime,
    ) -> Result<Option<Job>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let taken: Option<(String, String, i64, i64)> = rows!(self, |c| sqlx::query_as(TAKE)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(holder)
            .bind(now.plus(length).micros())
            .bind(now.micros())
            .fetch_optional(c))?;
        let job = |(kind, body, attempts, fence)| Job {
            tenant,
            id: id.clone(),
            kind,
            body,
            attempts,
            fence,
        };
        Ok(taken.map(job))
    }

    async fn end(&mut self, job: &Job, outcome: &Outcome) -> Result<bool, Failure> {
        let now = self.now().micros();
        let (ended, due, failure) = match outcome {
            Outcome::Done => (Some(now), None, None),
            Outcome::Again { from, failure } => (None, Some(from.micros()), Some(failure)),
            Outcome::GivenUp { failure } => (Some(now), None, Some(failure)),
        };
        let ended = touch!(self, |c| sqlx::query(END)
            .bind(job.tenant.as_str())
            .bind(job.id.as_str())
            .bind(job.fence)
            .bind(ended)
            .bind(due)
            .bind(failure)
            .execute(c))?;
        Ok(ended == 1)
    }
}

/// Over all tenants: the oldest that are due and free.
pub(super) async fn due(work: &mut Work, most: i64) -> Result<Vec<(TenantId, JobId)>, Failure> {
    let now = work.now();
    let found: Vec<(String, String)> =
        rows!(work, |c| sqlx::query_as(DUE).bind(now.micros()).bind(most).fetch_all(c))?;
    let read = |(tenant, id): (String, String)| {
        let unreadable = || Failure::broken(format!("jobs has a row {tenant:?} {id:?}"));
        TenantId::parse(&tenant).zip(JobId::parse(&id)).ok_or_else(unreadable)
    };
    found.into_iter().map(read).collect()
}

/// Housekeeping: jobs that ended before this.
pub(super) async fn forget(work: &mut Work, before: Timestamp) -> Result<u64, Failure> {
    touch!(work, |c| sqlx::query(FORGET).bind(before.micros()).execute(c))
}

/// When a turn began and ended, and how.
pub(super) async fn note(
    work: &mut Work,
    name: &str,
    begun: Timestamp,
    failure: Option<&str>,
) -> Result<(), Failure> {
    let now = work.now();
    touch!(work, |c| sqlx::query(NOTE)
        .bind(name)
        .bind(begun.micros())
        .bind(now.micros())
        .bind(failure)
        .execute(c))?;
    Ok(())
}
