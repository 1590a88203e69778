//! `[rate_limit]`: how often something may be tried.

use super::section::section;
use super::setting::{Setting, Wrong, quoted};
use crate::kernel::time::Lifetime;
use std::fmt;

section! {
    /// How often something may be tried before it has to wait.
    pub struct RateLimit = "rate_limit" at rate_limit {
        /// How many failed proofs of a client are looked at from one address. What succeeds is not counted.
        token: Rate = Rate { most: 60, per: Lifetime::minutes(1) }, Live;
    }
}

/// So many in so long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub most: u32,
    pub per: Lifetime,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.most, self.per)
    }
}

impl Setting for Rate {
    fn kind() -> String {
        "a number per length of time".to_owned()
    }

    fn sample() -> &'static str {
        "60/1m"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let parts = text.trim().split_once('/');
        let rate = parts.and_then(|(most, per)| {
            let (most, per) = (most.parse().ok()?, Lifetime::parse(per)?);
            let fits = (Lifetime::seconds(1)..=Lifetime::days(1)).contains(&per) && most > 0;
            fits.then_some(Self { most, per })
        });
        rate.ok_or_else(Wrong::not::<Self>)
    }

    fn show(&self) -> String {
        quoted(&self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_per_time() {
        let rate = Rate::parse("5/10m").unwrap();
        assert_eq!((rate.most, rate.per), (5, Lifetime::minutes(10)));
        assert_eq!(rate.to_string(), "5/10m");
        for wrong in ["", "5", "5/", "/1m", "0/1m", "-1/1m", "5/0s", "5/2d", "5/1m/1"] {
            assert!(Rate::parse(wrong).is_err(), "{wrong}");
        }
    }
}
