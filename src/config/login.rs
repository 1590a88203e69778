//! `[login]`: how long people stay signed in, how often they may try, and what is asked of them. A tenant may have its own.

use super::section::section;
use super::setting::choices;
use super::{Settings, overrides};
use std::collections::BTreeMap;

section! {
    /// How long people stay signed in, how often they may try, and what is asked of them.
    pub struct Login = "login" at login {
        /// After how many minutes everybody signs in anew, whatever they do.
        session_timeout_minutes: u32 = 480, Live [tenant, range(5, 43_200)];
        /// After how many minutes without a request a session ends.
        idle_timeout_minutes: u32 = 120, Live [tenant, range(5, 43_200)];
        /// How many wrong passwords one account may have in a row. From the third on there is a pause of seconds
        /// before the next one.
        max_failed_attempts: u16 = 5, Live [tenant, range(1, 100)];
        /// For how many minutes no further password is tried after that.
        lockout_minutes: u32 = 30, Live [tenant, range(1, 1_440)];
        /// How many wrong passwords may come from one address within ten minutes, whosever they are. An address may be a
        /// whole school; a device from which somebody has signed in before is not counted.
        max_failed_per_address: u32 = 100, Live [tenant, range(1, 100_000)];
        /// And how many from one network: 256 addresses of IPv4, 65536 homes of IPv6.
        max_failed_per_network: u32 = 1_000, Live [tenant, range(1, 1_000_000)];
        /// Of whom a second factor is asked. Whoever has set up an authenticator app is asked for it in any case; whoever
        /// must have a second factor and has none sets one up when they sign in.
        second_factor: AskedOf = AskedOf::Administrators, Live [tenant];
        /// For how many days somebody may have a device of theirs trusted, so that no second factor is asked for there;
        /// 0 offers it to nobody.
        trust_device_days: u32 = 30, Live [tenant, range(0, 90)];
        /// Whether people may sign in with their username as well as with their e-mail address.
        by_username: bool = false, Live [tenant];
    }
}

impl Login {
    /// What a tenant has of its own, over what the server has.
    ///
    /// # Errors
    /// A sentence about the first override that cannot be.
    pub fn with_overrides(&self, overrides: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut settings = Settings { login: self.clone(), ..Settings::default() };
        overrides::lay(&mut settings, Self::SECTION.name, overrides)?;
        Ok(settings.login)
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
