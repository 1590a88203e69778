//! Time that stands until it is moved, and randomness that is the same in every run.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use vestibule::kernel::moment::{Ambient, Chance, Clock};
use vestibule::kernel::secret::Hash;
use vestibule::kernel::time::{Lifetime, Timestamp};

/// 2026-11-21 12:00:00 UTC.
pub const NOON: Timestamp = Timestamp::from_seconds(1_795_262_400);

#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.micros())))
    }

    pub fn advance(&self, by: Lifetime) {
        self.0.fetch_add(by.as_micros(), Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}

/// A counter, hashed.
pub struct Seeded(AtomicU64);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed << 32))
    }
}

impl Chance for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            let drawn = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            part.copy_from_slice(&Hash::of(&drawn).bytes()[..part.len()]);
        }
    }
}

pub fn ambient() -> (Ambient, TestClock) {
    let clock = TestClock::at(NOON);
    let chance = Arc::new(Seeded::new(1));
    (Ambient { clock: Arc::new(clock.clone()), chance }, clock)
}
