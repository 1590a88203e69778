//! `[registration]` and `[rate_limit]`: who may make an account by themselves, and how often anybody may ask for mail.

use super::section::section;

section! {
    /// People who make their account themselves. It exists once they have confirmed their address, so it needs `[mail]`.
    pub struct Registration = "registration" at registration {
        /// Whether they may.
        enabled: bool = false, Live;
        /// Only with an address of these domains; any, if there is none.
        allowed_domains: Vec<String> = Vec::new(), Live [sample("example.com")];
        /// Where the terms are that whoever registers accepts.
        terms_url: Option<String> = None, Live [sample("https://example.com/terms")];
        /// Which version of them is accepted and recorded.
        terms_version: Option<String> = None, Live [sample("2026-11")];
        /// Where it says what happens to personal data.
        privacy_url: Option<String> = None, Live [sample("https://example.com/privacy")];
        /// Which version of it is accepted and recorded.
        privacy_version: Option<String> = None, Live [sample("2026-11")];
    }
}

section! {
    /// How often something may be asked for. Counted over all nodes.
    pub struct RateLimit = "rate_limit" at rate_limit {
        /// How often in an hour one network address may ask to be registered, or to recover a password.
        register: u16 = 20, Live [range(1, 10_000)];
        /// How many letters with a link one mailbox gets in an hour. Whoever asks for more is answered the same.
        password_reset: u16 = 3, Live [range(1, 100)];
    }
}
