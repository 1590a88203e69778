//! Points in time, as a reader of a language writes them. In UTC, and it says so: nobody's zone is known.

use super::Language;
use crate::kernel::time::{Lifetime, Timestamp};

impl Language {
    /// 21 November 2026
    pub fn date(self, at: Timestamp) -> String {
        let at = at.offset();
        let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
        self.say("time-date").count("year", year).count("month", month).count("day", day).into()
    }

    /// 14:35 (UTC)
    pub fn time(self, at: Timestamp) -> String {
        self.say("time-clock").with("time", clock(at)).into()
    }

    /// 21 November 2026, 14:35 (UTC)
    pub fn moment(self, at: Timestamp) -> String {
        let (date, time) = (self.date(at), clock(at));
        self.say("time-moment").with("date", date).with("time", time).into()
    }

    /// As short as can be understood on the day `now`; upwards, so that nobody comes too early.
    pub fn until(self, at: Timestamp, now: Timestamp) -> String {
        let at = at.plus(Lifetime::seconds(59));
        match at.offset().date() == now.offset().date() {
            true => self.time(at),
            false => self.moment(at),
        }
    }
}

fn clock(at: Timestamp) -> String {
    let at = at.offset();
    format!("{:02}:{:02}", at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_its_reader_writes_it() {
        let at = Timestamp::from_seconds(1_795_262_400);
        assert_eq!(Language::English.moment(at), "21 November 2026, 12:00 (UTC)");
        assert_eq!(Language::German.moment(at), "21. November 2026, 12:00 Uhr (UTC)");
        let arabic = Language::Arabic.moment(at);
        assert!(arabic.contains("نوفمبر") && arabic.contains("2026"), "{arabic}");
        assert_eq!(Language::English.until(at.plus(Lifetime::seconds(1)), at), "12:01 (UTC)");
        let tomorrow = at.plus(Lifetime::days(1));
        assert_eq!(Language::English.until(tomorrow, at), "22 November 2026, 12:00 (UTC)");
    }
}
