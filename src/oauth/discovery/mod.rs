//! What this server can do, for clients to read (OIDC Discovery §3, RFC 8414 §2).

pub mod http;

use super::clients::authenticate::ASSERTIONS;
use super::realm::{INTROSPECT, REVOKE, TOKEN};
use serde::Serialize;

/// How clients prove who they are, at every endpoint that asks (OIDC Core §9).
const METHODS: [&str; 4] =
    ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"];

/// Nothing is listed that is not there: members come with the endpoints they name. Until there is an
/// authorization endpoint, no response type can be used, and the list says so.
#[derive(Serialize)]
pub struct Metadata<'a> {
    pub issuer: &'a str,
    pub jwks_uri: String,
    pub token_endpoint: String,
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
    pub response_types_supported: [&'static str; 0],
    pub grant_types_supported: [&'static str; 1],
    pub token_endpoint_auth_methods_supported: [&'static str; 4],
    pub token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    pub introspection_endpoint_auth_methods_supported: [&'static str; 4],
    pub introspection_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    pub revocation_endpoint_auth_methods_supported: [&'static str; 4],
    pub revocation_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    pub subject_types_supported: [&'static str; 1],
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
}

impl<'a> Metadata<'a> {
    /// `algorithms` are those the tenant has keys for.
    pub fn of(issuer: &'a str, algorithms: Vec<&'static str>) -> Self {
        Self {
            issuer,
            jwks_uri: format!("{issuer}/jwks"),
            token_endpoint: format!("{issuer}{TOKEN}"),
            introspection_endpoint: format!("{issuer}{INTROSPECT}"),
            revocation_endpoint: format!("{issuer}{REVOKE}"),
            response_types_supported: [],
            grant_types_supported: ["client_credentials"],
            token_endpoint_auth_methods_supported: METHODS,
            token_endpoint_auth_signing_alg_values_supported: ASSERTIONS,
            introspection_endpoint_auth_methods_supported: METHODS,
            introspection_endpoint_auth_signing_alg_values_supported: ASSERTIONS,
            revocation_endpoint_auth_methods_supported: METHODS,
            revocation_endpoint_auth_signing_alg_values_supported: ASSERTIONS,
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: algorithms,
        }
    }
}
