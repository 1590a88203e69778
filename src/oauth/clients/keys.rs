//! The public keys of a client: as registered, or as it publishes them (OIDC Core §10.1.1; P-044).

use super::model::Registration;
use crate::keys::foreign::{self, Trust};
use crate::keys::jwks;
use crate::keys::jwt::Disbelief;
use crate::oauth::ground::Ground;
use crate::oauth::realm::Realm;
use crate::platform::outbound::Wanted;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The claims of what this client signed; `None` when nothing proves that it did. A key that is not known yet is
/// looked for once where the client publishes its keys.
pub async fn read<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    registration: &Registration,
    token: &str,
    (types, algorithm): (&[&str], Option<&str>),
) -> Option<Map<String, Value>> {
    for wanted in [Wanted::Kept, Wanted::Newer] {
        let jwks = keys(ground, realm, registration, wanted).await?;
        match foreign::read(token, Trust::Keys { jwks: &jwks, algorithm }, types) {
            Ok(claims) => return Some(claims),
            Err(Disbelief::UnknownKey) if registration.jwks_uri.is_some() => {}
            Err(_) => return None,
        }
    }
    None
}

async fn keys<'a, M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    registration: &'a Registration,
    wanted: Wanted,
) -> Option<Cow<'a, str>> {
    match (&registration.jwks, &registration.jwks_uri) {
        (Some(jwks), _) => Some(Cow::Borrowed(jwks)),
        (None, Some(uri)) => {
            let is_fit = |text: &str| jwks::check(text).is_ok();
            let found = ground.documents.get(realm.at, uri, (wanted, is_fit)).await?;
            Some(Cow::Owned(found.as_ref().to_owned()))
        }
        (None, None) => None,
    }
}
