//! The clock and the generator of a running server: the only places that read either.

use crate::kernel::moment::{Ambient, Chance, Clock};
use crate::kernel::time::Timestamp;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

pub fn system() -> Ambient {
    Ambient { clock: Arc::new(SystemClock), chance: Arc::new(SystemChance) }
}

pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the clock lives here")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

pub struct SystemChance;

impl Chance for SystemChance {
    /// Without randomness nothing here is safe, and no answer may be given: the process ends.
    #[allow(clippy::disallowed_methods, reason = "the generator lives here")]
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            tracing::error!("the operating system gives no random bytes");
            std::process::abort();
        }
    }
}

/// The number of the user who runs this process.
pub fn user_number() -> u32 {
    rustix::process::getuid().as_raw()
}
