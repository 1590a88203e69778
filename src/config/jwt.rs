//! `[jwt]`: signing keys, and how long tokens live. A tenant may have its own.

use super::section::section;
use super::setting::{Setting, Wrong, choices};
use super::{Settings, overrides};
use crate::kernel::time::Lifetime;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use toml::de::DeValue;

section! {
    /// Signing keys, and how long what they sign is valid.
    pub struct Jwt = "jwt" at jwt {
        /// The signature algorithms for which there are keys. The first is the one for ID tokens.
        algorithms: Vec<Algorithm> = vec![Algorithm::Rs256, Algorithm::Es256], Live [tenant];
        /// The size of new RSA keys.
        rsa_bits: RsaBits = RsaBits::B2048, Live [tenant];
        /// How long a key signs before the next one takes over.
        rotation: Lifetime = Lifetime::days(90), Live
            [tenant, lasting(Lifetime::hours(1), Lifetime::days(730))];
        /// How long a new key is published before it signs, so that everybody has fetched it by then.
        publish_ahead: Lifetime = Lifetime::hours(24), Live
            [tenant, lasting(Lifetime::minutes(1), Lifetime::days(90))];
        /// How long a key stays published after it has stopped signing.
        retire_after: Lifetime = Lifetime::days(8), Live
            [tenant, lasting(Lifetime::minutes(1), Lifetime::days(730))];
        /// How long an access token is valid.
        access_token_ttl: Lifetime = Lifetime::minutes(15), Live
            [tenant, lasting(Lifetime::seconds(10), Lifetime::days(1))];
        /// How long an ID token is valid.
        id_token_ttl: Lifetime = Lifetime::minutes(10), Live
            [tenant, lasting(Lifetime::seconds(10), Lifetime::days(1))];
        /// How long an authorization code may be redeemed.
        auth_code_ttl: Lifetime = Lifetime::seconds(60), Live
            [tenant, lasting(Lifetime::seconds(10), Lifetime::minutes(10))];
        /// How long refresh tokens are good after somebody allowed them, however often they are used.
        refresh_token_ttl: Lifetime = Lifetime::days(30), Live
            [tenant, lasting(Lifetime::minutes(10), Lifetime::days(400))];
        /// For how long the same refresh request gets the same answer again, in case the first was lost.
        refresh_retry_window: Lifetime = Lifetime::seconds(30), Live
            [tenant, lasting(Lifetime::ZERO, Lifetime::minutes(5))];
        /// How far the clocks of others may differ from ours.
        clock_skew: Lifetime = Lifetime::seconds(10), Live
            [lasting(Lifetime::ZERO, Lifetime::minutes(5))];
        /// How long others may keep the published keys without asking again.
        jwks_max_age: Lifetime = Lifetime::hours(1), Live
            [tenant, lasting(Lifetime::ZERO, Lifetime::days(7))];
    }
}

choices! {
    /// A signature algorithm (RFC 7518 §3.1).
    pub enum Algorithm {
        Rs256 = "RS256",
        Es256 = "ES256",
    }
}

/// The size of an RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RsaBits {
    B2048,
    B3072,
    B4096,
}

impl RsaBits {
    pub const ALL: [Self; 3] = [Self::B2048, Self::B3072, Self::B4096];

    pub const fn bits(self) -> u16 {
        match self {
            Self::B2048 => 2048,
            Self::B3072 => 3072,
            Self::B4096 => 4096,
        }
    }

    fn of(text: &str) -> Result<Self, Wrong> {
        let bits = Self::ALL.into_iter().find(|size| size.bits().to_string() == text);
        bits.ok_or_else(|| Wrong::label("not one of these"))
    }
}

impl Setting for RsaBits {
    fn kind() -> String {
        "2048, 3072 or 4096".to_owned()
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        Self::of(text.trim())
    }

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        Self::of(&u16::read(value)?.to_string())
    }

    fn show(&self) -> String {
        self.bits().to_string()
    }

    fn schema() -> Value {
        json!({ "enum": Self::ALL.map(Self::bits) })
    }
}

impl Jwt {
    /// What a tenant has of its own, over what the server has. The names are full: `jwt.rotation`.
    ///
    /// # Errors
    /// A sentence about the first override that cannot be.
    pub fn with_overrides(&self, overrides: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut settings = Settings { jwt: self.clone(), ..Settings::default() };
        overrides::lay(&mut settings, Self::SECTION.name, overrides)?;
        Ok(settings.jwt)
    }

    /// The longest time for which anything that a key signed is valid.
    pub fn longest_token(&self) -> Lifetime {
        self.access_token_ttl.max(self.id_token_ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overridden(pairs: &[(&str, &str)]) -> Result<Jwt, String> {
        let pairs = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Jwt::default().with_overrides(&pairs.collect())
    }

    #[test]
    fn a_tenant_may_have_its_own_keys_and_lifetimes() {
        let jwt = overridden(&[("jwt.rotation", "30d"), ("jwt.algorithms", "ES256")]).unwrap();
        assert_eq!(jwt.rotation, Lifetime::days(30));
        assert_eq!(jwt.algorithms, [Algorithm::Es256]);
        assert_eq!(jwt.retire_after, Jwt::default().retire_after);
    }

    #[test]
    fn what_a_tenant_may_not_have_is_refused_with_a_reason() {
        let refused = |pairs| overridden(pairs).unwrap_err();
        assert_eq!(
            refused(&[("jwt.clock_skew", "1s")]),
            "jwt.clock_skew is not a setting of tenants"
        );
        assert_eq!(
            refused(&[("server.workers", "1")]),
            "server.workers is not a setting of tenants"
        );
        assert_eq!(
            refused(&[("jwt.rotation", "5s")]),
            "jwt.rotation must be a length of time from 1h to 730d (less than 1h)"
        );
        assert_eq!(
            refused(&[("jwt.retire_after", "1h")]),
            "jwt.retire_after must be at least 4520s: the longest token (15m), jwks_max_age (1h) \
             and twice clock_skew (10s)"
        );
    }
}
