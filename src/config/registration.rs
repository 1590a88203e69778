//! `[registration]`: who may make an account by themselves.

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
