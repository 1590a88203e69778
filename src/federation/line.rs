//! The line to each provider: what is remembered of it, how much may be asked at once, and a rest after failures.
//!
//! A provider that hangs costs those who chose it a few seconds, and everybody else nothing (F-25).

use super::model::Provider;
use super::provider::{Known, Trouble};
use crate::kernel::ids::TenantId;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::outbound::bulkhead::Bulkhead;
use crate::tenants::model::Slug;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One for each provider, by tenant and name.
#[derive(Default)]
pub struct Lines(Mutex<HashMap<(TenantId, Slug), Arc<Line>>>);

pub struct Line {
    /// Of the settings it was made for.
    changed_at: Timestamp,
    pub(super) known: Known,
    bulkhead: Bulkhead,
    failures: Mutex<Failures>,
}

#[derive(Clone, Copy, Default)]
struct Failures {
    in_a_row: u32,
    last_at: Timestamp,
    noted_at: Option<Timestamp>,
}

/// Of the 64 exchanges that may be under way in all.
const AT_ONCE: usize = 8;
const DEADLINE: Duration = Duration::from_secs(4);
/// After so many in a row it is left alone for a while; then it is asked again.
const TOO_MANY: u32 = 5;
const REST: Lifetime = Lifetime::seconds(10);
/// Failures are written down no more often: whoever causes them must not fill the disk.
const NOTED_AGAIN_AFTER: Lifetime = Lifetime::seconds(10);

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lines {
    pub fn of(&self, tenant: TenantId, provider: &Provider) -> Arc<Line> {
        let mut lines = held(&self.0);
        let place = (tenant, provider.slug.clone());
        if let Some(line) = lines.get(&place).filter(|one| one.changed_at == provider.changed_at) {
            return Arc::clone(line);
        }
        let line = Arc::new(Line {
            changed_at: provider.changed_at,
            known: Known::default(),
            bulkhead: Bulkhead::new(AT_ONCE, DEADLINE),
            failures: Mutex::default(),
        });
        lines.insert(place, Arc::clone(&line));
        line
    }
}

impl Line {
    pub async fn ask<T>(
        &self,
        now: Timestamp,
        asking: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        if held(&self.failures).is_resting(now) {
            return Err(Trouble::Resting("it did not answer lately"));
        }
        let answer = self.bulkhead.run(asking).await.map_err(Trouble::from).flatten();
        if let Err(Trouble::Unreachable(_)) = &answer {
            held(&self.failures).count(now);
        }
        answer
    }

    /// Somebody was signed in: only that shows that all of it works.
    pub(super) fn works(&self) {
        held(&self.failures).in_a_row = 0;
    }

    /// Whether a failure at this time is to be written down.
    pub fn is_to_be_noted(&self, now: Timestamp) -> bool {
        let mut failures = held(&self.failures);
        let is_due = failures.noted_at.is_none_or(|last| now >= last.plus(NOTED_AGAIN_AFTER));
        if is_due {
            failures.noted_at = Some(now);
        }
        is_due
    }
}

impl Failures {
    fn is_resting(self, now: Timestamp) -> bool {
        self.in_a_row >= TOO_MANY && now < self.last_at.plus(REST)
    }

    fn count(&mut self, now: Timestamp) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.last_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // F-25: the circuit closes again by itself
    #[test]
    fn a_provider_that_fails_is_left_alone_for_a_while() {
        let (mut failures, now) = (Failures::default(), Timestamp::from_seconds(1_000));
        for _ in 1..TOO_MANY {
            failures.count(now);
            assert!(!failures.is_resting(now));
        }
        failures.count(now);
        assert!(failures.is_resting(now));
        assert!(!failures.is_resting(now.plus(REST)));
        failures.count(now.plus(REST));
        assert!(failures.is_resting(now.plus(REST)));
    }
}
