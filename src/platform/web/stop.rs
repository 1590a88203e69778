//! Stopping in two steps: first readiness goes, so that nobody sends more; then the doors close (INV-40).

use tokio::sync::watch;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Open,
    Leaving,
    Closing,
}

/// The one who stops the server.
#[derive(Debug)]
pub struct Stop(watch::Sender<Phase>);

/// One who is to notice.
#[derive(Clone, Debug)]
pub struct Stopping(watch::Receiver<Phase>);

pub fn stop() -> (Stop, Stopping) {
    let (sender, receiver) = watch::channel(Phase::Open);
    (Stop(sender), Stopping(receiver))
}

impl Stop {
    /// One more who is to notice.
    pub fn stopping(&self) -> Stopping {
        Stopping(self.0.subscribe())
    }

    /// Readiness turns false; requests are still answered.
    pub fn announce(&self) {
        self.raise(Phase::Leaving);
    }

    /// Nothing more is accepted; what is under way is finished.
    pub fn close(&self) {
        self.raise(Phase::Closing);
    }

    fn raise(&self, to: Phase) {
        self.0.send_if_modified(|phase| {
            let is_later = *phase < to;
            *phase = to.max(*phase);
            is_later
        });
    }
}

impl Stopping {
    pub fn is_leaving(&self) -> bool {
        *self.0.borrow() > Phase::Open
    }

    /// Returns when the doors are to close, also when the one who stops is gone.
    pub async fn closing(&mut self) {
        let _ = self.0.wait_for(|phase| *phase == Phase::Closing).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // INV-40
    #[tokio::test]
    async fn readiness_goes_before_the_doors_close_and_never_comes_back() {
        let (stop, mut stopping) = stop();
        assert!(!stopping.is_leaving());
        stop.announce();
        assert!(stopping.is_leaving());
        stop.close();
        stop.announce();
        stopping.closing().await;
        assert!(stopping.is_leaving());
    }
}
