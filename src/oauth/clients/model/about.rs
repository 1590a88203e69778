//! What a client says of itself, and how it came to be registered (RFC 7591 §2).

use serde::{Deserialize, Serialize};

/// Links for people, and addresses of the application itself. All were looked at before they came here. Documents of
/// earlier versions hold a name more, which is passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    pub client_uri: Option<String>,
    pub logo_uri: Option<String>,
    pub policy_uri: Option<String>,
    pub tos_uri: Option<String>,
    pub initiate_login_uri: Option<String>,
    pub contacts: Vec<String>,
}

/// `require_pushed_authorization_requests` (RFC 9126 §6)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pushing {
    Free,
    Required,
}

/// Who registered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Administrator,
    Itself,
}
