//! What a client can choose from when it registers (RFC 7591 §2).

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

impl Method {
    /// As it stands in metadata; who may use either of two is said to use the first.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecret | Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }
}

/// `subject_type` (OIDC Core §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    Public,
    /// A name of the person that other sectors do not know.
    Pairwise,
}

/// What an ID token tells of the person that comes with an access token (P-022).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdTokenClaims {
    /// What was asked for there by name; the rest is for user info (OIDC Core §5.4).
    ByName,
    /// What the scope opens, too.
    OfTheScope,
}

/// Whether the person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Ours: the person is not asked.
    First,
    Third,
}

/// Whether one factor is enough to come to it (ACC-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// As the tenant has it.
    AsEverywhere,
    /// Whoever has no second factor sets one up on the way.
    Demanded,
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
