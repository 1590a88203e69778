//! A client: what it is, what it registered, and how it proves who it is (RFC 6749 §2, RFC 7591 §2).

mod redirect_uri;
mod secret;

pub use redirect_uri::{RedirectUri, Unfit};
pub use secret::{ClientSecret, SecretCheck};

use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::keys::model::Algorithm;
use crate::oauth::model::{GrantType, Profile, Scope};
use serde::{Deserialize, Serialize};

/// RFC 6749 §2.1, and the kinds that one chooses from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A web application that can keep a secret.
    Confidential,
    /// An application in the browser.
    Public,
    /// An application on a device.
    Native,
    /// A service on its own behalf.
    Machine,
    /// An API that asks about tokens.
    ResourceServer,
}

impl Kind {
    /// RFC 6749 §2.1: it cannot keep a secret, so it has none.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Public | Self::Native)
    }
}

/// `token_endpoint_auth_method` (OIDC Core §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Basic or post, whichever it uses (P-016).
    ClientSecret,
    ClientSecretBasic,
    ClientSecretPost,
    ClientSecretJwt,
    PrivateKeyJwt,
    None,
}

/// Whether the person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Ours: the person is not asked.
    First,
    Third,
}

/// Whether PKCE may be missing (D-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Challenge {
    Required,
    /// The legacy switch, shown as a risk.
    Excused,
}

/// Whether each use of a refresh token makes a new one (D-03).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    EachUse,
    Never,
}

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
    pub redirect_uris: Vec<RedirectUri>,
    pub grants: Vec<GrantType>,
    /// What it may ask for, and what it gets when it asks for nothing.
    pub scope: Scope,
    pub default_scope: Scope,
    /// What of it a person may leave out when asked.
    pub optional_scope: Scope,
    /// The resources it may ask for, and the one it gets when it asks for none (RFC 8707).
    pub resources: Vec<String>,
    pub default_resource: Option<String>,
    pub id_token_algorithm: Algorithm,
    pub access_token_algorithm: Algorithm,
    /// `token_endpoint_auth_signing_alg`
    pub assertion_algorithm: Option<String>,
    /// Its public keys, as a JWK Set, or where it publishes them.
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
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
            redirect_uris: Vec::new(),
            grants: vec![GrantType::AuthorizationCode],
            scope: Scope::default(),
            default_scope: Scope::default(),
            optional_scope: Scope::default(),
            resources: Vec::new(),
            default_resource: None,
            id_token_algorithm: Algorithm::Rs256,
            access_token_algorithm: Algorithm::Rs256,
            assertion_algorithm: None,
            jwks: None,
            jwks_uri: None,
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
    #[error("jwks and jwks_uri exclude each other")]
    KeysTwice,
    #[error("the public keys cannot be used: {0}")]
    UnfitKeys(&'static str),
    #[error("the profile fapi2 is reserved")]
    Reserved,
}

/// security.md §0.2
const MOST_REDIRECT_URIS: usize = 50;

impl Registration {
    pub fn is_allowed(&self, grant: GrantType) -> bool {
        self.grants.contains(&grant)
    }

    /// The registered URI that the asked one is, if it is one.
    pub fn redirect_uri(&self, asked: &str) -> Option<&RedirectUri> {
        self.redirect_uris.iter().find(|registered| registered.matches(asked))
    }

    /// A public client's refresh token is in many hands: it rotates whatever is registered (D-03).
    pub fn rotation(&self) -> Rotation {
        if self.kind.is_public() { Rotation::EachUse } else { self.rotation }
    }

    pub const fn has_keys(&self) -> bool {
        self.jwks.is_some() || self.jwks_uri.is_some()
    }

    pub fn check(&self) -> Result<(), Senseless> {
        let none = self.method == Method::None;
        let redirected = self.is_allowed(GrantType::AuthorizationCode);
        match () {
            () if self.profile == Profile::Fapi2 => Err(Senseless::Reserved),
            () if self.kind.is_public() && !none => Err(Senseless::PublicWithSecret),
            () if !self.kind.is_public() && none => Err(Senseless::ConfidentialWithout),
            () if none && self.is_allowed(GrantType::ClientCredentials) => {
                Err(Senseless::PublicMachine)
            }
            () if redirected && self.redirect_uris.is_empty() => Err(Senseless::RedirectUris),
            () if self.redirect_uris.len() > MOST_REDIRECT_URIS => Err(Senseless::RedirectUris),
            () if self.jwks.is_some() && self.jwks_uri.is_some() => Err(Senseless::KeysTwice),
            () if self.method == Method::PrivateKeyJwt && !self.has_keys() => Err(Senseless::Keys),
            () => Ok(()),
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
}

/// The clients of the tenant at hand.
pub trait Clients {
    /// With its secrets, ended ones too. Disabled clients are found.
    async fn client(&mut self, id: &ClientId) -> Result<Option<Registered>, Failure>;

    /// All, without their secrets, oldest first. Disabled ones too.
    async fn clients(&mut self) -> Result<Vec<Client>, Failure>;

    async fn add_client(&mut self, client: &Client) -> Result<(), Failure>;

    /// What it registered, replaced as a whole. False when there is no such client.
    async fn register_anew(
        &mut self,
        id: &ClientId,
        registration: &Registration,
    ) -> Result<bool, Failure>;

    /// False when there is none that is enabled.
    async fn disable_client(&mut self, id: &ClientId) -> Result<bool, Failure>;

    /// False when there is none that is disabled. What was issued before now stays refused.
    async fn enable_client(&mut self, id: &ClientId) -> Result<bool, Failure>;

    /// With its secrets. False when there is no such client.
    async fn delete_client(&mut self, id: &ClientId) -> Result<bool, Failure>;
}

/// What the clients of the tenant at hand prove themselves with.
pub trait ClientSecrets {
    async fn add_secret(&mut self, id: &ClientId, secret: &ClientSecret) -> Result<(), Failure>;

    /// All secrets that live longer end then.
    async fn end_secrets(&mut self, id: &ClientId, at: Timestamp) -> Result<(), Failure>;

    /// False when this assertion was used before (INV-02).
    async fn spend_assertion(
        &mut self,
        id: &ClientId,
        jti: &Hash,
        ends_at: Timestamp,
    ) -> Result<bool, Failure>;
}

/// How often proof of clients of the tenant at hand has failed.
pub trait FailedProofs {
    /// One more in this stretch of time; answers how many there are.
    async fn count_failure(
        &mut self,
        bucket: &Hash,
        window: (Timestamp, Timestamp),
    ) -> Result<i64, Failure>;
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
