//! What the pages say when something is not right (experience.md §4.8 has the sentences).

use super::super::code::Kind;
use super::super::model::Blocked;
use crate::kernel::time::{Lifetime, Timestamp};

pub(super) const NO_NAME: &str = "Enter your e-mail address.";
pub(super) const NO_PASSWORD: &str = "Enter your password.";
pub(super) const MISMATCH: &str =
    "That e-mail and password do not match. Check both, and try again.";
pub(super) const NO_CODE: &str = "Enter the code.";
pub(super) const WRONG_PASSKEY: &str = "That passkey did not work. Try again, or use another way.";
pub(super) const ONCE_MORE: &str = "Please try once more.";

pub(super) const fn wrong(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp => {
            "That code did not work. Codes change every 30 seconds; use the newest one. If it goes on, check the clock of your phone."
        }
        Kind::Recovery => "That code did not work. Each works once; try another one.",
    }
}

pub(super) fn blocked(blocked: Blocked, now: Timestamp) -> String {
    let left = blocked.until.since(now);
    if left <= Lifetime::minutes(2) {
        return match left.as_seconds().max(1) {
            1 => "Too many tries. Wait a second, then try again.".into(),
            seconds => format!("Too many tries. Wait {seconds} seconds, then try again."),
        };
    }
    let (until, now) = (minute(blocked.until), now.rfc3339());
    let (day, time) = until.split_once('T').unwrap_or_default();
    match now.starts_with(day) {
        true => format!("Too many tries. You can try again at {time} (UTC)."),
        false => format!("Too many tries. You can try again on {day} at {time} (UTC)."),
    }
}

/// To the minute, upwards: nobody is told to come too early.
fn minute(at: Timestamp) -> String {
    at.plus(Lifetime::seconds(59)).rfc3339().chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // experience §4.8
    #[test]
    fn whoever_is_blocked_is_told_until_when() {
        let noon = Timestamp::from_seconds(1_795_262_400);
        let after =
            |seconds| blocked(Blocked { until: noon.plus(Lifetime::seconds(seconds)) }, noon);
        assert_eq!(after(0), "Too many tries. Wait a second, then try again.");
        assert_eq!(after(4), "Too many tries. Wait 4 seconds, then try again.");
        assert_eq!(after(1800), "Too many tries. You can try again at 12:30 (UTC).");
        assert_eq!(after(1801), "Too many tries. You can try again at 12:31 (UTC).");
        assert_eq!(
            after(86_400),
            "Too many tries. You can try again on 2026-11-22 at 12:00 (UTC)."
        );
    }
}
