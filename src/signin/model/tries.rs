//! How often it may be tried: a pause that grows, then a lock that ends.

use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};

/// How often a password may be tried for one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    pub most: i64,
    pub lasting: Lifetime,
    /// Over all locks: then nothing is looked at until the password or the factor is another (R-NIST-06).
    pub most_in_a_row: i64,
}

/// How many failures of many people one address may make, in a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    pub most: i64,
    pub within: Lifetime,
}

/// What was tried for one account and not taken back by a success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    pub failures: i64,
    pub in_a_row: i64,
    pub last_at: Timestamp,
    pub refused_until: Timestamp,
}

/// No guess is looked at before then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocked {
    pub until: Timestamp,
}

/// From this failure on there is a pause (security.md §0.2).
const PAUSE_FROM: i64 = 3;
const LONGEST_PAUSE: Lifetime = Lifetime::seconds(64);

impl Tries {
    /// Counted before the guess is looked at, so that guesses at the same time cannot be more than are allowed
    /// (INV-18). A right one takes the count back.
    pub fn one_more(self, lockout: Lockout, now: Timestamp) -> Result<Self, Blocked> {
        if now < self.refused_until {
            return Err(Blocked { until: self.refused_until });
        }
        if self.in_a_row >= lockout.most_in_a_row {
            return Err(Blocked { until: now.plus(lockout.lasting) });
        }
        let is_over = self.failures >= lockout.most || self.last_at.plus(lockout.lasting) <= now;
        let failures = if is_over { 1 } else { self.failures.saturating_add(1) };
        let refused_until = now.plus(pause(failures, lockout));
        let in_a_row = self.in_a_row.saturating_add(1);
        Ok(Self { failures, in_a_row, last_at: now, refused_until })
    }

    /// What was tried of a password or a factor that is no more counts no more.
    #[must_use]
    pub fn since(self, set_at: Timestamp) -> Self {
        if self.last_at < set_at { Self::default() } else { self }
    }

    /// Of many people at one address: without pauses, and `last_at` is when the while began.
    pub fn one_of_many(self, crowd: Crowd, now: Timestamp) -> Result<Self, Blocked> {
        let until = self.last_at.plus(crowd.within);
        if until <= now {
            return Ok(Self { failures: 1, last_at: now, ..Self::default() });
        }
        if self.failures >= crowd.most {
            return Err(Blocked { until });
        }
        Ok(Self { failures: self.failures.saturating_add(1), ..self })
    }

    /// A guess that was counted and never looked at.
    #[must_use]
    pub fn one_less(self, now: Timestamp) -> Self {
        let less = |count: i64| (count - 1).max(0);
        let (failures, in_a_row) = (less(self.failures), less(self.in_a_row));
        Self { failures, in_a_row, refused_until: now, ..self }
    }

    pub const fn is_locked(self, lockout: Lockout) -> bool {
        self.failures >= lockout.most
    }
}

fn pause(failures: i64, lockout: Lockout) -> Lifetime {
    if failures >= lockout.most {
        return lockout.lasting;
    }
    let steps = failures - PAUSE_FROM;
    if steps < 0 {
        return Lifetime::ZERO;
    }
    Lifetime::seconds(2).times(1 << steps.min(10)).min(LONGEST_PAUSE)
}

/// One bucket per account, however it was named; whoever does not exist has one as well (A-123, INV-20). A device from
/// which its owner has signed in before has one of its own: nobody else can fill it (INV-19).
pub fn account(user: Option<&UserId>, typed: &str, device: Option<&Hash>) -> Hash {
    let (kind, name) = match user {
        Some(user) => ("user", user.as_str().to_owned()),
        None => ("typed", typed.trim().to_lowercase()),
    };
    match device {
        Some(device) => Hash::of_parts([kind.as_bytes(), name.as_bytes(), device.bytes()]),
        None => Hash::of_parts([kind.as_bytes(), name.as_bytes()]),
    }
}

/// How often was it tried, by account, in the tenant at hand.
pub trait TryCounts {
    /// Nobody else sees or changes the count until this unit of work is over.
    async fn tries(&mut self, account: &Hash) -> Result<Tries, Failure>;

    async fn keep_tries(&mut self, account: &Hash, tries: Tries) -> Result<(), Failure>;

    async fn forget_tries(&mut self, account: &Hash) -> Result<(), Failure>;

    /// Housekeeping, over all tenants.
    /// Long rows of failures are remembered longer.
    async fn forget_tries_before(&mut self, before: Timestamp) -> Result<(), Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCKOUT: Lockout =
        Lockout { most: 5, lasting: Lifetime::minutes(30), most_in_a_row: 100 };

    // INV-18, security.md §0.2: back-off from 3, refused for 30 minutes at 5
    #[test]
    fn pauses_grow_into_a_lock_that_ends() {
        let mut now = Timestamp::from_seconds(10_000);
        let mut tries = Tries::default();
        for pause in [0, 0, 2, 4, 1800] {
            tries = tries.one_more(LOCKOUT, now).unwrap();
            assert_eq!(tries.refused_until, now.plus(Lifetime::seconds(pause)));
            if pause > 0 {
                let blocked =
                    tries.one_more(LOCKOUT, tries.refused_until.minus(Lifetime::micros(1)));
                assert_eq!(blocked, Err(Blocked { until: tries.refused_until }));
            }
            now = tries.refused_until;
        }
        assert!(tries.is_locked(LOCKOUT));
        assert_eq!(tries.one_more(LOCKOUT, now).unwrap().failures, 1, "it begins anew");
    }

    // R-NIST-06, security.md §0.2: 100 in a row end it, until the password is another
    #[test]
    fn a_hundred_in_a_row_end_it() {
        let (mut now, mut tries) = (Timestamp::from_seconds(10_000), Tries::default());
        for _ in 0..100 {
            tries = tries.one_more(LOCKOUT, now).unwrap();
            now = tries.refused_until.plus(Lifetime::days(1));
        }
        assert!(tries.one_more(LOCKOUT, now.plus(Lifetime::days(300))).is_err());
        assert!(tries.since(tries.last_at).one_more(LOCKOUT, now).is_err());
        assert_eq!(tries.since(now).one_more(LOCKOUT, now).unwrap().in_a_row, 1);
    }

    // INV-18: many people at one address have a limit of their own, which ends by itself
    #[test]
    fn an_address_has_a_limit() {
        let crowd = Crowd { most: 3, within: Lifetime::minutes(10) };
        let start = Timestamp::from_seconds(10_000);
        let (mut tries, end) = (Tries::default(), start.plus(crowd.within));
        for _ in 0..3 {
            tries = tries.one_of_many(crowd, start).unwrap();
        }
        let before = end.minus(Lifetime::micros(1));
        assert_eq!(tries.one_of_many(crowd, before), Err(Blocked { until: end }));
        assert!(
            tries.one_less(start).one_of_many(crowd, before).is_ok(),
            "a success is given back"
        );
        assert_eq!(tries.one_of_many(crowd, end).unwrap().failures, 1);
    }

    #[test]
    fn old_failures_do_not_count() {
        let start = Timestamp::from_seconds(10_000);
        let one = Tries::default().one_more(LOCKOUT, start).unwrap();
        let later = start.plus(LOCKOUT.lasting);
        assert_eq!(one.one_more(LOCKOUT, later).unwrap().failures, 1);
        assert_eq!(one.one_less(start).failures, 0);
        assert_eq!(Tries::default().one_less(start).failures, 0);
    }

    #[test]
    fn one_try_is_possible_where_only_one_is_allowed() {
        let strict = Lockout { most: 1, ..LOCKOUT };
        let tries = Tries::default().one_more(strict, Timestamp::from_seconds(10_000)).unwrap();
        assert!(tries.is_locked(strict));
        let lax = Lockout { most: 100, ..LOCKOUT };
        assert_eq!(pause(99, lax), LONGEST_PAUSE);
    }
}
