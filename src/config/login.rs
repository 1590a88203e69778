//! `[login]`: how long people stay signed in, and how often they may try.

use super::section::section;
use super::setting::choices;

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
        /// How many wrong passwords may come from one address within ten minutes, whosever they are. An address may be a
        /// whole school; a device from which somebody has signed in before is not counted.
        max_failed_per_address: u32 = 100, Live [range(1, 100_000)];
        /// And how many from one network: 256 addresses of IPv4, 65536 homes of IPv6.
        max_failed_per_network: u32 = 1_000, Live [range(1, 1_000_000)];
        /// Of whom a second factor is asked. Whoever has set up an authenticator app is asked for it in any case; whoever
        /// must have a second factor and has none sets one up when they sign in.
        second_factor: AskedOf = AskedOf::Administrators, Live;
        /// For how many days somebody may have a device of theirs trusted, so that no second factor is asked for there;
        /// 0 offers it to nobody.
        trust_device_days: u32 = 30, Live [range(0, 90)];
    }
}

choices! {
    /// Who must have a second factor.
    pub enum AskedOf {
        Nobody = "nobody",
        Administrators = "administrators",
        Everybody = "everybody",
    }
}
