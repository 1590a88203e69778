//! The only monotonic readings of the web: how long something took, and when a wait is over.
//!
//! They measure and they hurry slow peers; nothing that is stored or promised comes from here.

use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// Began when it was made.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[allow(
        clippy::disallowed_methods,
        reason = "a length of time must not jump with the wall clock, and decides nothing that is kept"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// The instant at which this much will have elapsed.
    pub(super) fn reaches(&self, elapsed: Duration) -> Instant {
        self.0.checked_add(elapsed).unwrap_or(self.0)
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the deadline of a peer on the network, not the pause of a job"
)]
pub(super) fn alarm(after: Duration) -> Sleep {
    tokio::time::sleep(after)
}

/// The time a load balancer is given to look at readiness before the doors close.
pub async fn pause(length: Duration) {
    alarm(length).await;
}
