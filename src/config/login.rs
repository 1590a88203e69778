//! `[login]`: how long people stay signed in, and how often they may try.

use super::section::section;

section! {
    /// How long people stay signed in, and how often they may try.
    pub struct Login = "login" at login {
        /// After how many minutes everybody signs in anew, whatever they do.
        session_timeout_minutes: u32 = 480, Live [range(5, 43_200)];
        /// After how many minutes without a request a session ends.
        idle_timeout_minutes: u32 = 120, Live [range(5, 43_200)];
        /// How many wrong passwords one account may have in a row. From the third on there is a pause of seconds
        /// before the next one.
        max_failed_attempts: u16 = 5, Live [range(1, 100)];
        /// For how many minutes no further password is tried after that.
        lockout_minutes: u32 = 30, Live [range(1, 1_440)];
    }
}
