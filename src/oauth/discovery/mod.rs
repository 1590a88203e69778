//! What this server can do, for clients to read (OIDC Discovery §3, RFC 8414 §2).

pub mod http;

use super::clients::authenticate::ASSERTIONS;
use super::consent::words;
use super::model::{GrantType, ResponseMode, ResponseType};
use super::realm::{AUTHORIZE, INTROSPECT, REVOKE, TOKEN};
use crate::sessions::model::Assurance;
use serde::Serialize;

/// How clients prove who they are, at every endpoint that asks (OIDC Core §9).
const METHODS: [&str; 4] =
    ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"];

/// And those who have nothing to prove it with, where they may come (P-217).
const METHODS_AND_NONE: [&str; 5] =
    ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"];

/// Nothing is listed that is not there: members come with the endpoints they name.
#[derive(Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "the members are those of the specification")]
pub struct Metadata<'a> {
    pub issuer: &'a str,
    pub jwks_uri: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
    pub scopes_supported: Vec<&'static str>,
    pub response_types_supported: Vec<&'static str>,
    pub response_modes_supported: Vec<&'static str>,
    pub grant_types_supported: Vec<&'static str>,
    pub code_challenge_methods_supported: [&'static str; 1],
    pub prompt_values_supported: [&'static str; 4],
    pub acr_values_supported: Vec<&'static str>,
    pub authorization_response_iss_parameter_supported: bool,
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    pub token_endpoint_auth_methods_supported: [&'static str; 5],
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
            authorization_endpoint: format!("{issuer}{AUTHORIZE}"),
            token_endpoint: format!("{issuer}{TOKEN}"),
            introspection_endpoint: format!("{issuer}{INTROSPECT}"),
            revocation_endpoint: format!("{issuer}{REVOKE}"),
            scopes_supported: words::known().collect(),
            response_types_supported: words_of(ResponseType::ALL, ResponseType::as_str),
            response_modes_supported: words_of(ResponseMode::ALL, ResponseMode::as_str),
            grant_types_supported: words_of(GrantType::ALL, GrantType::as_str),
            code_challenge_methods_supported: ["S256"],
            prompt_values_supported: ["none", "login", "consent", "select_account"],
            acr_values_supported: words_of(&Assurance::ALL, Assurance::as_str),
            authorization_response_iss_parameter_supported: true,
            claims_parameter_supported: false,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            token_endpoint_auth_methods_supported: METHODS_AND_NONE,
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

fn words_of<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(word).collect()
}
