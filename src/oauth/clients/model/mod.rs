//! A client: what it is, what it registered, and how it proves who it is (RFC 6749 §2, RFC 7591 §2).

mod about;
mod logout;
mod ports;
mod redirect_uri;
mod secret;
mod words;

pub use about::{About, Origin, Pushing};
pub use logout::Logout;
pub use ports::{ClientSecrets, Clients, FailedProofs};
pub use redirect_uri::{RedirectUri, Unfit};
pub use secret::{ClientSecret, SecretCheck};
pub use words::{
    Challenge, IdTokenClaims, Kind, Method, Party, Rotation, SecondFactor, SubjectType,
};

use crate::kernel::ids::ClientId;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::keys::model::Algorithm;
use crate::oauth::logos::model::Logo;
use crate::oauth::model::{GrantType, Profile, ResponseType, Scope, TokenFormat};
use serde::{Deserialize, Serialize};

/// All that was registered. Nothing in it is a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Registration {
    pub kind: Kind,
    pub name: String,
    pub profile: Profile,
    pub method: Method,
    pub party: Party,
    pub challenge: Challenge,
    pub rotation: Rotation,
    pub second_factor: SecondFactor,
    pub redirect_uris: Vec<RedirectUri>,
    pub grants: Vec<GrantType>,
    pub response_types: Vec<ResponseType>,
    /// What it may ask for, and what it gets when it asks for nothing.
    pub scope: Scope,
    pub default_scope: Scope,
    /// What of it a person may leave out when asked.
    pub optional_scope: Scope,
    /// Where a request says nothing of it (OIDC Registration §2).
    pub default_max_age: Option<i64>,
    pub default_acr_values: Vec<String>,
    /// The resources it may ask for, and the one it gets when it asks for none (RFC 8707).
    pub resources: Vec<String>,
    pub default_resource: Option<String>,
    pub id_token_algorithm: Algorithm,
    pub access_token_algorithm: Algorithm,
    pub access_token_format: TokenFormat,
    /// User info is signed where it is set.
    pub userinfo_algorithm: Option<Algorithm>,
    pub id_token_claims: IdTokenClaims,
    pub subject_type: SubjectType,
    /// Its host is the sector of pairwise names; without it, that of the redirect URIs.
    pub sector_identifier_uri: Option<RedirectUri>,
    pub logout: Logout,
    /// `token_endpoint_auth_signing_alg`
    pub assertion_algorithm: Option<String>,
    /// Its public keys, as a JWK Set, or where it publishes them.
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    /// `request_object_signing_alg`
    pub request_object_algorithm: Option<String>,
    /// Where a request object of it may be fetched; nowhere, unless an administrator says so.
    pub request_uris: Vec<String>,
    pub pushing: Pushing,
    pub origin: Origin,
    pub about: About,
    /// Shorter than the tenant's, where they are set.
    pub access_token_seconds: Option<i64>,
    pub id_token_seconds: Option<i64>,
    pub refresh_token_seconds: Option<i64>,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            kind: Kind::Confidential,
            name: String::new(),
            profile: Profile::OAuth21,
            method: Method::ClientSecret,
            party: Party::Third,
            challenge: Challenge::Required,
            rotation: Rotation::Never,
            second_factor: SecondFactor::AsEverywhere,
            redirect_uris: Vec::new(),
            grants: vec![GrantType::AuthorizationCode],
            response_types: vec![ResponseType::Code],
            scope: Scope::default(),
            default_scope: Scope::default(),
            optional_scope: Scope::default(),
            default_max_age: None,
            default_acr_values: Vec::new(),
            resources: Vec::new(),
            default_resource: None,
            id_token_algorithm: Algorithm::Rs256,
            access_token_algorithm: Algorithm::Rs256,
            access_token_format: TokenFormat::Jwt,
            userinfo_algorithm: None,
            id_token_claims: IdTokenClaims::ByName,
            subject_type: SubjectType::Public,
            sector_identifier_uri: None,
            logout: Logout::default(),
            assertion_algorithm: None,
            jwks: None,
            jwks_uri: None,
            request_object_algorithm: None,
            request_uris: Vec::new(),
            pushing: Pushing::Free,
            origin: Origin::Administrator,
            about: About::default(),
            access_token_seconds: None,
            id_token_seconds: None,
            refresh_token_seconds: None,
        }
    }
}

/// Why a registration makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Senseless {
    #[error("a public or native client has no secret: its method is none")]
    PublicWithSecret,
    #[error("the method none is for public and native clients")]
    ConfidentialWithout,
    #[error("client_credentials is for clients that authenticate")]
    PublicMachine,
    #[error("a client that is redirected to registers 1 to 50 redirect URIs")]
    RedirectUris,
    #[error("private_key_jwt needs the public keys of the client (jwks or jwks_uri)")]
    Keys,
    #[error("pairwise subjects need redirect URIs of one host, or a sector_identifier_uri")]
    Sector,
    #[error("frontchannel_logout_uri has the scheme, host and port of a redirect URI")]
    FrontChannel,
    #[error("there are at most 50 post_logout_redirect_uris")]
    PostLogout,
    #[error("jwks and jwks_uri exclude each other")]
    KeysTwice,
    #[error("the public keys cannot be used: {0}")]
    UnfitKeys(&'static str),
    #[error("tokens through the browser (implicit, hybrid) need the profile oidc-compat")]
    Front,
    #[error("where tokens come through the browser, redirect URIs are https and not localhost")]
    FrontOverHttp,
    #[error("the profile fapi2 is reserved")]
    Reserved,
}

/// security.md §0.2
pub const MOST_REDIRECT_URIS: usize = 50;

impl Registration {
    pub fn is_allowed(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    /// Whether tokens may come to it through the browser itself.
    pub fn is_front(&self) -> bool {
        self.response_types.iter().any(|response_type| response_type.is_front())
    }

    /// The registered URI that the asked one is, if it is one.
    pub fn redirect_uri(&self, asked: &str) -> Option<&RedirectUri> {
        self.redirect_uris.iter().find(|registered| registered.matches(asked))
    }

    /// A public client's refresh token is in many hands: it rotates whatever is registered (D-03).
    pub fn rotation(&self) -> Rotation {
        if self.kind.is_public() { Rotation::EachUse } else { self.rotation }
    }

    /// OIDC Core §8.1: `None` where several hosts share no sector.
    pub fn sector(&self) -> Option<&str> {
        if let Some(uri) = &self.sector_identifier_uri {
            return uri.host();
        }
        let mut hosts = self.redirect_uris.iter().map(RedirectUri::host);
        let first = hosts.next()??;
        hosts.all(|host| host == Some(first)).then_some(first)
    }

    fn check_sector_and_logout(&self) -> Result<(), Senseless> {
        let pairwise = self.subject_type == SubjectType::Pairwise;
        let front = self.logout.frontchannel_logout_uri.as_ref().map(RedirectUri::origin);
        let mut origins = self.redirect_uris.iter().map(RedirectUri::origin);
        match () {
            () if pairwise && self.sector().is_none() => Err(Senseless::Sector),
            () if front.is_some_and(|front| !origins.any(|mine| mine == front)) => {
                Err(Senseless::FrontChannel)
            }
            () if self.logout.post_logout_redirect_uris.len() > MOST_REDIRECT_URIS => {
                Err(Senseless::PostLogout)
            }
            () => Ok(()),
        }
    }

    pub const fn has_keys(&self) -> bool {
        self.jwks.is_some() || self.jwks_uri.is_some()
    }

    pub fn check(&self) -> Result<(), Senseless> {
        let none = self.method == Method::None;
        let redirected = self.is_allowed(GrantType::AuthorizationCode) || self.is_front();
        // OIDC Registration §2 (P-223)
        let is_open = |uri: &RedirectUri| self.kind != Kind::Native && !uri.is_https_elsewhere();
        match () {
            () if self.profile == Profile::Fapi2 => Err(Senseless::Reserved),
            () if self.kind.is_public() && !none => Err(Senseless::PublicWithSecret),
            () if !self.kind.is_public() && none => Err(Senseless::ConfidentialWithout),
            () if none && self.is_allowed(GrantType::ClientCredentials) => {
                Err(Senseless::PublicMachine)
            }
            () if self.is_front() && self.profile != Profile::OidcCompat => Err(Senseless::Front),
            () if self.is_front() && self.redirect_uris.iter().any(is_open) => {
                Err(Senseless::FrontOverHttp)
            }
            () if redirected && self.redirect_uris.is_empty() => Err(Senseless::RedirectUris),
            () if self.redirect_uris.len() > MOST_REDIRECT_URIS => Err(Senseless::RedirectUris),
            () if self.jwks.is_some() && self.jwks_uri.is_some() => Err(Senseless::KeysTwice),
            () if self.method == Method::PrivateKeyJwt && !self.has_keys() => Err(Senseless::Keys),
            () => self.check_sector_and_logout(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub id: ClientId,
    pub registration: Registration,
    pub made_at: Timestamp,
    pub disabled_at: Option<Timestamp>,
    /// What was issued earlier is refused.
    pub not_before: Option<Timestamp>,
}

impl Client {
    pub const fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }
}

/// A client with what it is recognised by.
#[derive(Clone, Debug)]
pub struct Registered {
    pub client: Client,
    pub secrets: Vec<ClientSecret>,
    /// What is kept of its picture.
    pub kept_logo: Option<Logo>,
}

impl Registered {
    /// A picture from an address that is registered no more is not its picture (P-043).
    pub fn logo(&self) -> Option<&Hash> {
        let about = &self.client.registration.about;
        let kept = self.kept_logo.as_ref();
        kept.filter(|kept| about.logo_uri.as_ref() == Some(&kept.uri)).map(|kept| &kept.digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // P-207, A-049, D-03
    #[test]
    fn a_registration_makes_sense_or_is_refused() {
        let uri = RedirectUri::parse("https://rp.example/cb", Kind::Confidential).unwrap();
        let good = Registration { redirect_uris: vec![uri], ..Registration::default() };
        assert_eq!(good.check(), Ok(()));
        let public = Registration { kind: Kind::Public, method: Method::None, ..good.clone() };
        assert_eq!((public.check(), public.rotation()), (Ok(()), Rotation::EachUse));
        assert_eq!(good.rotation(), Rotation::Never);
        let wrong = [
            (Registration { kind: Kind::Public, ..good.clone() }, Senseless::PublicWithSecret),
            (Registration { method: Method::None, ..good.clone() }, Senseless::ConfidentialWithout),
            (
                Registration { grants: vec![GrantType::ClientCredentials], ..public },
                Senseless::PublicMachine,
            ),
            (Registration { redirect_uris: vec![], ..good.clone() }, Senseless::RedirectUris),
            (Registration { method: Method::PrivateKeyJwt, ..good.clone() }, Senseless::Keys),
            (Registration { profile: Profile::Fapi2, ..good }, Senseless::Reserved),
        ];
        for (registration, refusal) in wrong {
            assert_eq!(registration.check(), Err(refusal));
        }
    }
}
