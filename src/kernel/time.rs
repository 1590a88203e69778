//! Points in time and lengths of time, in whole microseconds. Nothing here reads a clock.

use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const SECOND: i64 = 1_000_000;

/// Unix time in microseconds, as it is stored.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Later than anything: the end of what has none.
    pub const NEVER: Self = Self(i64::MAX);

    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds, as `iat` and `exp` carry them.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    #[must_use]
    pub const fn plus(self, lifetime: Lifetime) -> Self {
        Self(self.0.saturating_add(lifetime.0))
    }

    #[must_use]
    pub const fn minus(self, lifetime: Lifetime) -> Self {
        Self(self.0.saturating_sub(lifetime.0))
    }

    /// How long after `earlier` this is; negative if it is before.
    pub const fn since(self, earlier: Self) -> Lifetime {
        Lifetime(self.0.saturating_sub(earlier.0))
    }

    /// For crates that have a type of their own.
    pub fn offset(self) -> OffsetDateTime {
        let nanos = i128::from(self.0) * 1000;
        OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// RFC 3339 in UTC, to the microsecond.
    pub fn rfc3339(self) -> String {
        let nanos = i128::from(self.0) * 1000;
        OffsetDateTime::from_unix_timestamp_nanos(nanos)
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
            .unwrap_or_else(|| "never".into())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// A length of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifetime(i64);

impl Lifetime {
    pub const ZERO: Self = Self(0);

    pub const fn micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1000))
    }

    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    pub const fn minutes(minutes: i64) -> Self {
        Self::seconds(minutes.saturating_mul(60))
    }

    pub const fn hours(hours: i64) -> Self {
        Self::minutes(hours.saturating_mul(60))
    }

    pub const fn days(days: i64) -> Self {
        Self::hours(days.saturating_mul(24))
    }

    pub const fn as_micros(self) -> i64 {
        self.0
    }

    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    #[must_use]
    pub const fn times(self, factor: i64) -> Self {
        Self(self.0.saturating_mul(factor))
    }

    /// For timers; a negative length is none.
    pub fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_micros(u64::try_from(self.0).unwrap_or(0))
    }

    /// `"250ms"`, `"15m"`, `"90d"`: a whole number and one of ms, s, m, h, d.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = text.split_at_checked(digits)?;
        let number: i64 = number.parse().ok()?;
        let unit = UNITS.iter().find(|(name, _)| *name == unit)?.1;
        number.checked_mul(unit).map(Self)
    }
}

const UNITS: [(&str, i64); 5] = [
    ("d", 86_400 * SECOND),
    ("h", 3_600 * SECOND),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ms", 1000),
];

/// The largest unit that divides it, as `parse` reads it.
impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().find(|(_, unit)| self.0 != 0 && self.0 % unit == 0);
        let (name, unit) = whole.copied().unwrap_or(("ms", 1000));
        let (name, unit) = if self.0 == 0 { ("s", SECOND) } else { (name, unit) };
        write!(f, "{}{name}", self.0 / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_reads_back_what_it_writes() {
        for text in ["250ms", "15m", "90d", "1h", "0s", "45s"] {
            assert_eq!(Lifetime::parse(text).map(|l| l.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn nonsense_is_not_a_lifetime() {
        for text in [
            "",
            "m",
            "15",
            "15 m",
            "-3d",
            "1.5h",
            "15w",
            "99999999999999999999d",
            "9223372036854775807d",
        ] {
            assert_eq!(Lifetime::parse(text), None, "{text}");
        }
    }

    #[test]
    fn time_is_written_in_utc() {
        assert_eq!(Timestamp::from_micros(1_500_000).rfc3339(), "1970-01-01T00:00:01.5Z");
        assert_eq!(Timestamp::from_micros(-1).seconds(), -1);
    }
}
