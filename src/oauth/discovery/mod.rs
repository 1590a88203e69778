//! What this server can do, for clients to read (OIDC Discovery §3, RFC 8414 §2).

pub mod http;

use serde::Serialize;

/// Nothing is listed that is not there: members come with the endpoints they name. Until there is an
/// authorization endpoint, no response type and no grant can be used, and the lists say so.
#[derive(Serialize)]
pub struct Metadata<'a> {
    pub issuer: &'a str,
    pub jwks_uri: String,
    pub response_types_supported: [&'static str; 0],
    pub grant_types_supported: [&'static str; 0],
    pub subject_types_supported: [&'static str; 1],
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
}

impl<'a> Metadata<'a> {
    /// `algorithms` are those the tenant has keys for.
    pub fn of(issuer: &'a str, algorithms: Vec<&'static str>) -> Self {
        Self {
            issuer,
            jwks_uri: format!("{issuer}/jwks"),
            response_types_supported: [],
            grant_types_supported: [],
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: algorithms,
        }
    }
}
