//! `[audit]`: how long it is remembered what happened.

use super::section::section;

section! {
    /// The audit log.
    pub struct Audit = "audit" at audit {
        /// After how many days entries are deleted.
        retention_days: u32 = 400, Live [range(1, 36_500)];
    }
}
