//! Kinds of applications that are set up alike, and what each needs.

use crate::oauth::clients::model::{Challenge, IdTokenClaims, Kind, Method};
use crate::oauth::model::GrantType;
use clap::ValueEnum;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// An application in the browser, without a secret
    Spa,
    /// A web application with a server behind it
    Web,
    /// An application on a device
    Native,
    /// A machine on its own behalf
    Service,
    /// oauth2-proxy in front of something
    #[value(name = "oauth2-proxy")]
    OAuth2Proxy,
    Grafana,
    Gitea,
    /// kubectl, by the kubelogin plugin
    Kubernetes,
}

/// What is registered for it.
pub struct Shape {
    pub name: &'static str,
    pub kind: Kind,
    pub method: Method,
    pub challenge: Challenge,
    pub grants: &'static [GrantType],
    pub scope: &'static str,
    pub id_token_claims: IdTokenClaims,
    /// Behind `--url`.
    pub paths: &'static [&'static str],
    /// Whole addresses, where none of a server are needed.
    pub addresses: &'static [&'static str],
    pub snippet: &'static str,
}

const SIGNING_IN: &[GrantType] = &[GrantType::AuthorizationCode, GrantType::RefreshToken];
const PEOPLE_OFFLINE: &str = "openid profile email offline_access";
/// For those that turn groups into what somebody may do there.
const GROUPS: &str = "openid profile email groups";
const GROUPS_OFFLINE: &str = "openid profile email groups offline_access";

const WEB: Shape = Shape {
    name: "Web application",
    kind: Kind::Confidential,
    method: Method::ClientSecret,
    challenge: Challenge::Required,
    grants: SIGNING_IN,
    scope: PEOPLE_OFFLINE,
    id_token_claims: IdTokenClaims::ByName,
    paths: &["/callback"],
    addresses: &[],
    snippet: "node",
};

const DEVICE: Shape = Shape {
    name: "Device application",
    kind: Kind::Native,
    method: Method::None,
    paths: &[],
    addresses: &["http://127.0.0.1/callback"],
    snippet: "curl",
    ..WEB
};

/// Its API server reads the ID token and asks no user info.
const KUBERNETES: Shape = Shape {
    name: "Kubernetes",
    scope: GROUPS_OFFLINE,
    id_token_claims: IdTokenClaims::OfTheScope,
    addresses: &["http://localhost:8000", "http://localhost:18000"],
    snippet: "kubernetes",
    ..DEVICE
};

const MACHINE: Shape = Shape {
    name: "Service",
    kind: Kind::Machine,
    grants: &[GrantType::ClientCredentials],
    scope: "",
    paths: &[],
    snippet: "curl",
    ..WEB
};

impl Template {
    pub const fn shape(self) -> Shape {
        let (name, paths, snippet): (_, &[&str], _) = match self {
            Self::Web => return WEB,
            Self::Native => return DEVICE,
            Self::Service => return MACHINE,
            Self::Kubernetes => return KUBERNETES,
            Self::Spa => {
                let (kind, method) = (Kind::Public, Method::None);
                return Shape { name: "Browser application", kind, method, snippet: "spa", ..WEB };
            }
            Self::OAuth2Proxy => ("oauth2-proxy", &["/oauth2/callback"], "oauth2-proxy"),
            Self::Grafana => ("Grafana", &["/login/generic_oauth"], "grafana"),
            Self::Gitea => ("Gitea", &["/user/oauth2/vestibule/callback"], "gitea"),
        };
        // It sends no PKCE.
        let is_old = matches!(self, Self::Gitea);
        let challenge = if is_old { Challenge::Excused } else { Challenge::Required };
        let scope = if matches!(self, Self::Grafana) { GROUPS_OFFLINE } else { GROUPS };
        Shape { name, challenge, scope, paths, snippet, ..WEB }
    }
}
