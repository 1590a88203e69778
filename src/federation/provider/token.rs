//! What an ID token must be to be believed (OIDC Core §3.1.3.7).

use crate::federation::model::Settings;
use crate::kernel::secret::Secret;
use crate::kernel::time::{Lifetime, Timestamp};
use data_encoding::BASE64URL_NOPAD;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, ClientSecret, IssuerUrl,
    Nonce, SignatureVerificationError,
};
use serde_json::{Map, Value};
use std::ops::Add;
use std::time::Duration;
use thiserror::Error;

pub(super) struct Expected<'a> {
    pub(super) settings: &'a Settings,
    pub(super) secret: &'a Secret,
    pub(super) nonce: &'a Secret,
    pub(super) access: &'a AccessToken,
    pub(super) now: Timestamp,
}

#[derive(Debug, Error)]
pub(super) enum Wrong {
    /// A newer key set may know better.
    #[error("no key of its set fits the signature: {0}")]
    Key(String),
    #[error("{0}")]
    Token(String),
}

/// How far a provider's clock may be ahead of ours.
const AHEAD: Lifetime = Lifetime::seconds(60);

/// Nothing that is signed with a secret both sides know.
pub(super) fn is_asymmetric(algorithm: &str) -> bool {
    matches!(
        algorithm,
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "EdDSA"
    )
}

/// The claims as they were signed.
pub(super) fn claims(
    token: &CoreIdToken,
    expected: &Expected<'_>,
    keys: &CoreJsonWebKeySet,
) -> Result<Map<String, Value>, Wrong> {
    let verifier = verifier(expected, keys)?;
    let nonce = Nonce::new(expected.nonce.reveal().to_owned());
    let claims = token.claims(&verifier, &nonce).map_err(wrong)?;
    // §3.1.3.7 5: whom else it was made for is not us.
    let party = claims.authorized_party().map(|party| party.as_str());
    if party.is_some_and(|party| party != expected.settings.client_id) {
        return Err(Wrong::Token("it was made for another client (azp)".into()));
    }
    if let Some(hash) = claims.access_token_hash() {
        let key = token.signing_key(&verifier).map_err(|e| Wrong::Token(e.to_string()))?;
        let alg = token.signing_alg().map_err(|e| Wrong::Token(e.to_string()))?;
        let of_ours = AccessTokenHash::from_token(expected.access, alg, key);
        if of_ours.map_err(|e| Wrong::Token(e.to_string()))? != *hash {
            return Err(Wrong::Token("it belongs to another access token (at_hash)".into()));
        }
    }
    payload(&token.to_string()).ok_or_else(|| Wrong::Token("its claims are no object".into()))
}

fn verifier<'a>(
    expected: &Expected<'a>,
    keys: &CoreJsonWebKeySet,
) -> Result<CoreIdTokenVerifier<'a>, Wrong> {
    let (settings, now) = (expected.settings, expected.now);
    let issuer = IssuerUrl::new(settings.issuer.clone());
    let issuer = issuer.map_err(|_| Wrong::Token("its issuer is not a URL".into()))?;
    let allowed = settings.algorithms.iter().filter(|name| is_asymmetric(name));
    let allowed: Vec<CoreJwsSigningAlgorithm> = allowed
        .filter_map(|name| serde_json::from_value(Value::from(name.as_str())).ok())
        .collect();
    let latest = now.plus(AHEAD).micros() / 1_000_000;
    Ok(CoreIdTokenVerifier::new_confidential_client(
        ClientId::new(settings.client_id.clone()),
        ClientSecret::new(expected.secret.reveal().to_owned()),
        issuer,
        keys.clone(),
    )
    .set_allowed_algs(allowed)
    .set_time_fn(move || instant(now))
    .set_issue_time_verifier_fn(move |at| match at.timestamp() > latest {
        true => Err("it was made in the future".into()),
        false => Ok(()),
    }))
}

/// Our time in the library's form: its default is 1970.
fn instant<T: Default + Add<Duration, Output = T>>(now: Timestamp) -> T {
    T::default() + Duration::from_micros(u64::try_from(now.micros()).unwrap_or(0))
}

fn wrong(error: ClaimsVerificationError) -> Wrong {
    match error {
        ClaimsVerificationError::SignatureVerification(
            why @ (SignatureVerificationError::NoMatchingKey
            | SignatureVerificationError::CryptoError(_)
            | SignatureVerificationError::AmbiguousKeyId(_)),
        ) => Wrong::Key(why.to_string()),
        other => Wrong::Token(other.to_string()),
    }
}

/// The library has a field for few claims; the text has them all.
fn payload(token: &str) -> Option<Map<String, Value>> {
    let middle = token.split('.').nth(1)?;
    let bytes = BASE64URL_NOPAD.decode(middle.as_bytes()).ok()?;
    serde_json::from_slice(&bytes).ok()
}
