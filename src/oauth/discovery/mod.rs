//! What this server can do, for clients to read (OIDC Discovery §3, RFC 8414 §2).

pub mod http;

use super::authorize::request_object::ALGORITHMS;
use super::clients::authenticate::ASSERTIONS;
use super::consent::words;
use super::model::{GrantType, ResponseMode, ResponseType};
use super::person::CLAIMS;
use super::realm::{
    AUTHORIZE, CHECK_SESSION, END_SESSION, INTROSPECT, PAR, REGISTER, REVOKE, SignUp, TOKEN,
    USERINFO,
};
use crate::config::{ClientProfile, Clients, SelfRegistration};
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
    pub pushed_authorization_request_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    pub request_object_signing_alg_values_supported: &'static [&'static str],
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
    pub userinfo_endpoint: String,
    pub end_session_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_session_iframe: Option<String>,
    pub scopes_supported: Vec<&'static str>,
    pub response_types_supported: Vec<&'static str>,
    pub response_modes_supported: Vec<&'static str>,
    pub grant_types_supported: Vec<&'static str>,
    pub code_challenge_methods_supported: [&'static str; 1],
    pub prompt_values_supported: Vec<&'static str>,
    pub acr_values_supported: Vec<&'static str>,
    pub authorization_response_iss_parameter_supported: bool,
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    pub require_request_uri_registration: bool,
    pub token_endpoint_auth_methods_supported: [&'static str; 5],
    pub token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    pub introspection_signing_alg_values_supported: Vec<&'static str>,
    pub introspection_endpoint_auth_methods_supported: [&'static str; 4],
    pub introspection_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    pub revocation_endpoint_auth_methods_supported: [&'static str; 4],
    pub revocation_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    pub subject_types_supported: [&'static str; 2],
    pub claim_types_supported: [&'static str; 1],
    pub claims_supported: Vec<&'static str>,
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    pub userinfo_signing_alg_values_supported: Vec<&'static str>,
    pub backchannel_logout_supported: bool,
    pub backchannel_logout_session_supported: bool,
    pub frontchannel_logout_supported: bool,
    pub frontchannel_logout_session_supported: bool,
}

impl<'a> Metadata<'a> {
    /// `algorithms` are those the tenant has keys for.
    #[allow(clippy::too_many_lines, reason = "it is a table")]
    pub fn of(
        issuer: &'a str,
        algorithms: Vec<&'static str>,
        (clients, sign_up): (&Clients, SignUp),
    ) -> Self {
        let is_front = clients.profile == ClientProfile::OidcCompat;
        Self {
            issuer,
            jwks_uri: format!("{issuer}/jwks"),
            authorization_endpoint: format!("{issuer}{AUTHORIZE}"),
            token_endpoint: format!("{issuer}{TOKEN}"),
            pushed_authorization_request_endpoint: format!("{issuer}{PAR}"),
            registration_endpoint: where_open(clients.registration, issuer),
            request_object_signing_alg_values_supported: ALGORITHMS,
            introspection_endpoint: format!("{issuer}{INTROSPECT}"),
            revocation_endpoint: format!("{issuer}{REVOKE}"),
            userinfo_endpoint: format!("{issuer}{USERINFO}"),
            end_session_endpoint: format!("{issuer}{END_SESSION}"),
            check_session_iframe: clients
                .session_management
                .then(|| format!("{issuer}{CHECK_SESSION}")),
            scopes_supported: words::known().collect(),
            response_types_supported: response_types(is_front),
            response_modes_supported: words_of(ResponseMode::ALL, ResponseMode::as_str),
            grant_types_supported: grant_types(is_front),
            code_challenge_methods_supported: ["S256"],
            prompt_values_supported: prompts(sign_up),
            acr_values_supported: words_of(&Assurance::ALL, Assurance::as_str),
            authorization_response_iss_parameter_supported: true,
            claims_parameter_supported: true,
            request_parameter_supported: true,
            request_uri_parameter_supported: true,
            require_request_uri_registration: true,
            token_endpoint_auth_methods_supported: METHODS_AND_NONE,
            token_endpoint_auth_signing_alg_values_supported: ASSERTIONS,
            introspection_endpoint_auth_methods_supported: METHODS,
            introspection_endpoint_auth_signing_alg_values_supported: ASSERTIONS,
            revocation_endpoint_auth_methods_supported: METHODS,
            revocation_endpoint_auth_signing_alg_values_supported: ASSERTIONS,
            subject_types_supported: ["public", "pairwise"],
            claim_types_supported: ["normal"],
            claims_supported: claims(is_front),
            introspection_signing_alg_values_supported: algorithms.clone(),
            userinfo_signing_alg_values_supported: algorithms.clone(),
            id_token_signing_alg_values_supported: algorithms,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            frontchannel_logout_supported: true,
            frontchannel_logout_session_supported: true,
        }
    }
}

/// `create` where sign-up is open (P-222).
fn prompts(sign_up: SignUp) -> Vec<&'static str> {
    let create = (sign_up == SignUp::Open).then_some("create");
    ["none", "login", "consent", "select_account"].into_iter().chain(create).collect()
}

/// Tokens come through the browser only by the profile oidc-compat (P-217).
fn response_types(is_front: bool) -> Vec<&'static str> {
    let all = ResponseType::ALL.iter().filter(|kind| is_front || !kind.is_front());
    all.map(|kind| kind.as_str()).collect()
}

fn grant_types(is_front: bool) -> Vec<&'static str> {
    let all = GrantType::ALL.iter().map(|grant| grant.as_str());
    all.chain(is_front.then_some("implicit")).collect()
}

/// Those of every token, and those of people.
fn claims(is_front: bool) -> Vec<&'static str> {
    let tokens =
        ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
    let tokens = tokens.into_iter().chain(is_front.then_some("c_hash"));
    tokens.chain(CLAIMS.iter().map(|(name, _)| *name)).collect()
}

fn words_of<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(word).collect()
}

/// Only where a client can register (P-213).
fn where_open(registration: SelfRegistration, issuer: &str) -> Option<String> {
    (registration != SelfRegistration::Off).then(|| format!("{issuer}{REGISTER}"))
}
