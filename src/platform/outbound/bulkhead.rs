//! A few turns and a deadline for all that is asked of one peer: a slow one holds up nobody else (INV-34).

use std::time::Duration;
use thiserror::Error;
use tokio::sync::Semaphore;
use tokio::time::timeout;

pub struct Bulkhead {
    turns: Semaphore,
    deadline: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Congested {
    /// Nobody waits for a turn.
    #[error("too many are asking it already")]
    NoTurn,
    #[error("it took too long")]
    TooSlow,
}

impl Bulkhead {
    pub const fn new(turns: usize, deadline: Duration) -> Self {
        Self { turns: Semaphore::const_new(turns), deadline }
    }

    pub async fn run<T>(&self, asking: impl Future<Output = T>) -> Result<T, Congested> {
        let _turn = self.turns.try_acquire().map_err(|_| Congested::NoTurn)?;
        timeout(self.deadline, asking).await.map_err(|_| Congested::TooSlow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    // F-25
    #[tokio::test]
    async fn whoever_comes_when_all_turns_are_taken_is_told_at_once() {
        let bulkhead = Bulkhead::new(1, Duration::from_hours(1));
        let hanging = bulkhead.run(pending::<()>());
        tokio::pin!(hanging);
        tokio::select! {
            biased;
            _ = &mut hanging => unreachable!(),
            () = ready(()) => {}
        }
        assert_eq!(bulkhead.run(ready(())).await, Err(Congested::NoTurn));
    }

    #[tokio::test]
    async fn a_slow_one_is_left_and_its_turn_is_free_again() {
        let bulkhead = Bulkhead::new(1, Duration::from_millis(1));
        assert_eq!(bulkhead.run(pending::<()>()).await, Err(Congested::TooSlow));
        assert_eq!(bulkhead.run(ready(7)).await, Ok(7));
    }
}
