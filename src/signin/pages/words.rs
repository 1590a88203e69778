//! How long somebody has to wait, in words.

use super::super::model::Blocked;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::messages::{Language, Phrase};

/// A short pause is counted in seconds; of a long one the end is named.
pub(super) fn blocked(language: Language, blocked: Blocked, now: Timestamp) -> Phrase {
    let left = blocked.until.since(now);
    match left <= Lifetime::minutes(2) {
        true => language.say("sign-in-wait").count("seconds", left.as_seconds().max(1)),
        false => language.say("sign-in-locked").with("time", language.until(blocked.until, now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // experience §4.8
    #[test]
    fn whoever_is_blocked_is_told_until_when() {
        let noon = Timestamp::from_seconds(1_795_262_400);
        let after = |seconds| {
            let until = noon.plus(Lifetime::seconds(seconds));
            blocked(Language::English, Blocked { until }, noon).to_string()
        };
        assert_eq!(after(0), "Too many tries. Wait a second, then try again.");
        assert_eq!(after(4), "Too many tries. Wait 4 seconds, then try again.");
        assert_eq!(after(1800), "Too many tries. You can try again at 12:30 (UTC).");
        assert_eq!(after(1801), "Too many tries. You can try again at 12:31 (UTC).");
        assert_eq!(
            after(86_400),
            "Too many tries. You can try again at 22 November 2026, 12:00 (UTC)."
        );
    }
}
