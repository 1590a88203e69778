//! Who is about to write. A commit that leaves a moment later takes them along, and its sync to disk is shared by more.
//!
//! Nobody waits for a stranger: without anyone announced a commit leaves at once, so a lone request is as quick as ever.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// So long at most does a commit wait for those who were announced.
const PATIENCE: Duration = Duration::from_millis(2);

/// With so many it leaves.
const FULL: usize = 16;

#[derive(Default)]
pub struct Coming {
    announced: AtomicUsize,
    /// Since the last commit.
    joined: AtomicUsize,
    complete: Notify,
}

/// One who is announced, until they are there or have given up.
pub struct Announced<'a>(&'a Coming);

impl Coming {
    pub fn announce(&self) -> Announced<'_> {
        self.announced.fetch_add(1, Ordering::Relaxed);
        Announced(self)
    }

    /// Somebody has something for the next commit.
    pub(super) fn joined(&self) {
        if self.joined.fetch_add(1, Ordering::Relaxed) + 1 >= FULL {
            self.complete.notify_one();
        }
    }

    /// Until all are there who were announced, or enough of them, or it has lasted too long.
    pub(super) async fn gather(&self) {
        let is_complete = self.announced.load(Ordering::Relaxed) == 0
            || self.joined.load(Ordering::Relaxed) >= FULL;
        if !is_complete {
            // Late is as good as complete; a call that was left over costs one small commit.
            drop(tokio::time::timeout(PATIENCE, self.complete.notified()).await);
        }
        self.joined.store(0, Ordering::Relaxed);
    }
}

impl Drop for Announced<'_> {
    fn drop(&mut self) {
        if self.0.announced.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.complete.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Waker};

    fn leaves_at_once(coming: &Coming) -> bool {
        let gathering = pin!(coming.gather());
        gathering.poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[tokio::test]
    async fn a_commit_waits_for_those_who_were_announced_and_for_nobody_else() {
        let coming = Coming::default();
        coming.joined();
        assert!(leaves_at_once(&coming), "nobody is coming");
        let (one, other) = (coming.announce(), coming.announce());
        coming.joined();
        assert!(!leaves_at_once(&coming), "two are");
        drop(one);
        assert!(!leaves_at_once(&coming), "one still is");
        drop(other);
        assert!(leaves_at_once(&coming), "they are there, or gave up");
    }

    #[tokio::test]
    async fn a_commit_does_not_wait_for_more_than_enough() {
        let coming = Coming::default();
        let _late = coming.announce();
        for _ in 1..FULL {
            coming.joined();
            assert!(!leaves_at_once(&coming));
        }
        coming.joined();
        assert!(leaves_at_once(&coming));
    }

    #[tokio::test]
    async fn a_commit_does_not_wait_for_ever() {
        let coming = Coming::default();
        let _never = coming.announce();
        coming.gather().await;
    }
}
