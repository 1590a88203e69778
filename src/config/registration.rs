//! `[registration]`: who may make an account by themselves, and what everybody accepts. A tenant may have its own.

use super::section::section;
use super::{Mail, Settings, overrides};
use std::collections::BTreeMap;

section! {
    /// People who make their account themselves. It exists once they have confirmed their address, so it needs `[mail]`.
    pub struct Registration = "registration" at registration {
        /// Whether they may.
        enabled: bool = false, Live [tenant];
        /// Only with an address of these domains; any, if there is none.
        allowed_domains: Vec<String> = Vec::new(), Live [tenant, sample("example.com")];
        /// Where the terms are that whoever registers accepts. Whoever has not accepted this version is asked when they sign in.
        terms_url: Option<String> = None, Live [tenant, sample("https://example.com/terms")];
        /// Which version of them is accepted and recorded.
        terms_version: Option<String> = None, Live [tenant, sample("2026-11")];
        /// Where it says what happens to personal data.
        privacy_url: Option<String> = None, Live [tenant, sample("https://example.com/privacy")];
        /// Which version of it is accepted and recorded.
        privacy_version: Option<String> = None, Live [tenant, sample("2026-11")];
    }
}

impl Registration {
    /// What a tenant has of its own, over what the server has.
    ///
    /// # Errors
    /// A sentence about the first override that cannot be.
    pub fn with_overrides(
        &self,
        mail: &Mail,
        overrides: &BTreeMap<String, String>,
    ) -> Result<Self, String> {
        let (registration, mail) = (self.clone(), mail.clone());
        let mut settings = Settings { registration, mail, ..Settings::default() };
        overrides::lay(&mut settings, Self::SECTION.name, overrides)?;
        Ok(settings.registration)
    }
}
