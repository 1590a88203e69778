//! A job: work to be done once, later, by whichever node gets to it.

use crate::kernel::failure::Failure;
use crate::kernel::ids::{JobId, TenantId};
use crate::kernel::time::{Lifetime, Timestamp};

/// A job that was taken. The fence tells this taking from an earlier one by a node that was thought dead.
#[derive(Clone, Debug)]
pub struct Job {
    pub tenant: TenantId,
    pub id: JobId,
    pub kind: String,
    /// JSON; it names things by id and holds no secret.
    pub body: String,
    pub attempts: i64,
    pub fence: i64,
}

/// How a taken job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Not now; again from this time on.
    Again {
        from: Timestamp,
        failure: String,
    },
    GivenUp {
        failure: String,
    },
}

/// How often a job is tried.
pub const ATTEMPTS: i64 = 12;

impl Job {
    /// After a failure: again in 10 s, 20 s, 40 s … 1 h, then given up.
    pub fn after_failure(&self, failure: String, now: Timestamp) -> Outcome {
        if self.attempts >= ATTEMPTS {
            return Outcome::GivenUp { failure };
        }
        let doubled = 1_i64 << self.attempts.clamp(1, 10).saturating_sub(1);
        let pause = Lifetime::seconds(10).times(doubled).min(Lifetime::hours(1));
        Outcome::Again { from: now.plus(pause), failure }
    }
}

/// The jobs of the tenant at hand.
pub trait Jobs {
    /// In the unit of work that makes the job necessary: both happen or neither.
    async fn enqueue(&mut self, kind: &str, body: &str, due: Timestamp) -> Result<JobId, Failure>;

    /// Take one, if it is still free and due. Who was slower, or comes back from the dead, gets nothing.
    async fn take(
        &mut self,
        id: &JobId,
        holder: &str,
        length: Lifetime,
    ) -> Result<Option<Job>, Failure>;

    /// False when the lease lapsed and another has taken the job since.
    async fn end(&mut self, job: &Job, outcome: &Outcome) -> Result<bool, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::moment::Moment;

    struct Zero;
    impl Moment for Zero {
        fn now(&self) -> Timestamp {
            Timestamp::default()
        }
        fn random<const N: usize>(&mut self) -> [u8; N] {
            [0; N]
        }
    }

    #[test]
    fn a_job_waits_longer_after_each_failure_and_is_given_up_in_the_end() {
        let mut job = Job {
            tenant: TenantId::new(&mut Zero),
            id: JobId::new(&mut Zero),
            kind: "test".into(),
            body: "{}".into(),
            attempts: 1,
            fence: 1,
        };
        let mut pauses = Vec::new();
        while let Outcome::Again { from, .. } = job.after_failure("no".into(), Timestamp::default())
        {
            pauses.push(from.seconds());
            job.attempts += 1;
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    }
}
