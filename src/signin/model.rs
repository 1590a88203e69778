//! A journey on its way: what is proven, what is still asked, where it leads, and how often it may be tried.

use crate::kernel::failure::Failure;
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::kernel::uri::Origin;
use crate::sessions::model::{Assurance, Method, Session};
use std::sync::Arc;
use url::Url;

/// How far somebody has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// They have said who they are.
    pub is_named: bool,
    pub proven: Vec<Method>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Name,
    Password,
    Done,
}

/// Why somebody signs in, as the pages show it and as the way back needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    pub return_to: LocalPath,
    /// "to continue to Photos"
    pub application: Option<Arc<str>>,
    /// Where the journey ends outside: Chromium holds the redirects after a form against its `form-action`.
    pub form_to: Option<Outside>,
    /// Who it is meant to be, as the application thinks.
    pub login_hint: Option<Arc<str>>,
    /// Something must have been proven since then: `prompt=login`, `max_age`.
    pub fresh_since: Option<Timestamp>,
    /// How sure it is to be who it is, where that can be: `acr_values`.
    pub assurance: Assurance,
}

/// A place that is none of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outside {
    Origin(Origin),
    /// An application on a device, or an address that no policy can name.
    Scheme(Arc<str>),
}

impl Purpose {
    /// Nobody outside waits for it.
    pub const fn our_own(return_to: LocalPath) -> Self {
        Self {
            return_to,
            application: None,
            form_to: None,
            login_hint: None,
            fresh_since: None,
            assurance: Assurance::OneFactor,
        }
    }

    /// Whether whoever is signed in need not do so again.
    pub fn is_met_by(&self, session: &Session) -> bool {
        let is_fresh = self.fresh_since.is_none_or(|since| session.proven_at >= since);
        is_fresh && session.assurance() >= self.assurance
    }
}

/// A path and query of the tenant at hand; it cannot lead out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPath(String);

const LONGEST: usize = 6 * 1024;
const HERE: &str = "https://here.invalid";

impl LocalPath {
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = text.bytes().all(|b| b.is_ascii_graphic() && !b"\\\"<>`".contains(&b));
        if text.len() > LONGEST || !text.starts_with('/') || text.starts_with("//") || !is_plain {
            return None;
        }
        // What a browser makes of it is the same again: no dots that climb, no second host.
        let url = Url::parse(HERE).ok()?.join(text).ok()?;
        let rest = url.as_str().strip_prefix(HERE)?;
        (rest == text && !text.contains('#')).then(|| Self(text.to_owned()))
    }

    /// The page of whoever is signed in.
    pub fn home() -> Self {
        Self("/account".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How often a password may be tried for one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    pub most: i64,
    pub lasting: Lifetime,
}

/// What was tried for one account and not taken back by a success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    pub failures: i64,
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
        let is_over = self.failures >= lockout.most || self.last_at.plus(lockout.lasting) <= now;
        let failures = if is_over { 1 } else { self.failures.saturating_add(1) };
        let refused_until = now.plus(pause(failures, lockout));
        Ok(Self { failures, last_at: now, refused_until })
    }

    /// A guess that was counted and never looked at.
    #[must_use]
    pub fn one_less(self, now: Timestamp) -> Self {
        Self { failures: (self.failures - 1).max(0), refused_until: now, ..self }
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

/// How often was it tried, by account, in the tenant at hand.
pub trait TryCounts {
    /// Nobody else sees or changes the count until this unit of work is over.
    async fn tries(&mut self, account: &Hash) -> Result<Tries, Failure>;

    async fn keep_tries(&mut self, account: &Hash, tries: Tries) -> Result<(), Failure>;

    async fn forget_tries(&mut self, account: &Hash) -> Result<(), Failure>;

    /// Housekeeping, over all tenants.
    async fn forget_tries_before(&mut self, before: Timestamp) -> Result<(), Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    // A-031, PT-06: no open redirect
    #[test]
    fn a_way_back_stays_here() {
        for good in ["/", "/account", "/authorize?client_id=a&redirect_uri=https%3A%2F%2Fb.test%2F"]
        {
            assert_eq!(LocalPath::parse(good).unwrap().as_str(), good);
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        for bad in [
            "",
            "account",
            "//evil.test",
            "/\\evil.test",
            "\\/evil.test",
            "https://evil.test/",
            "javascript:alert(1)",
            "/a/../../b",
            "/./a",
            "/\t/evil.test",
            "/a\r\nSet-Cookie: x=1",
            "/a#b",
            "/ä",
            "/%2e%2e/b",
            &long,
        ] {
            assert_eq!(LocalPath::parse(bad), None, "{bad:?}");
        }
    }

    const LOCKOUT: Lockout = Lockout { most: 5, lasting: Lifetime::minutes(30) };

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
