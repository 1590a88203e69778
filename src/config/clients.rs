//! `[clients]`: applications, and how they come to be registered. A tenant may have its own.

use super::section::section;
use super::setting::choices;
use super::{Settings, overrides};
use crate::kernel::time::Lifetime;
use std::collections::BTreeMap;

section! {
    /// Applications, and how they come to be registered.
    pub struct Clients = "clients" at clients {
        /// Whether applications may register themselves: never, with an initial access token, or whoever asks.
        registration: SelfRegistration = SelfRegistration::Off, Live [tenant];
        /// After how long without use an application that registered itself is deleted.
        unused_for: Lifetime = Lifetime::days(90), Live [lasting(Lifetime::days(1), Lifetime::days(3650))];
        /// Whether applications may ask in a frame whether somebody is still signed in (OpenID Connect Session
        /// Management). Browsers that keep cookies from frames make it useless; logout by the back channel is not.
        session_management: bool = false, Live [tenant];
        /// How strict the server is with a new application, unless it is told otherwise.
        profile: ClientProfile = ClientProfile::Oauth21, Live [tenant];
    }
}

choices! {
    /// Whether applications may register themselves.
    pub enum SelfRegistration {
        Off = "off",
        Token = "token",
        Open = "open",
    }
}

choices! {
    /// How strict the server is with an application.
    pub enum ClientProfile {
        Oauth21 = "oauth21",
        OidcCompat = "oidc-compat",
    }
}

impl Clients {
    /// What a tenant has of its own, over what the server has.
    ///
    /// # Errors
    /// A sentence about the first override that cannot be.
    pub fn with_overrides(&self, overrides: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut settings = Settings { clients: self.clone(), ..Settings::default() };
        overrides::lay(&mut settings, Self::SECTION.name, overrides)?;
        Ok(settings.clients)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_opens_registration_for_itself() {
        let own = |value: &str| {
            let own = BTreeMap::from([("clients.registration".to_owned(), value.to_owned())]);
            Clients::default().with_overrides(&own).map(|clients| clients.registration)
        };
        assert_eq!(own("token"), Ok(SelfRegistration::Token));
        assert!(own("fapi2").is_err());
        assert_eq!(Clients::default().registration, SelfRegistration::Off);
    }
}
