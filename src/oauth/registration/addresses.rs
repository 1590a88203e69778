//! Addresses in a registration that the server itself would ask: they must be outside, and what is behind a sector
//! identifier must name every redirect URI (OIDC Registration §5; ).

use crate::oauth::clients::model::{RedirectUri, Registration};
use crate::oauth::error::{Code, OAuthError};
use crate::platform::outbound::{Documents, Outbound, OutboundRefusal, Wanted};
use crate::platform::storage::At;
use serde_json::Value;

pub async fn check(
    documents: &Documents,
    at: At,
    registration: &Registration,
) -> Result<(), OAuthError> {
    let addresses = [
        registration.jwks_uri.as_deref(),
        registration.sector_identifier_uri.as_ref().map(RedirectUri::as_str),
        registration.logout.backchannel_logout_uri.as_ref().map(RedirectUri::as_str),
        registration.about.logo_uri.as_deref(),
    ];
    for url in addresses.into_iter().flatten() {
        let is_long = url.len() > 2048;
        documents.client().check(url).ok().filter(|()| !is_long).ok_or_else(unusable)?;
    }
    check_sector(documents, at, registration).await
}

/// P-045: fetched anew, whoever registers it.
pub async fn check_sector(
    documents: &Documents,
    at: At,
    registration: &Registration,
) -> Result<(), OAuthError> {
    let Some(sector) = &registration.sector_identifier_uri else { return Ok(()) };
    let found = documents.get(at, sector.as_str(), (Wanted::Newer, is_list)).await;
    let listed = found.as_deref().and_then(list).ok_or_else(unusable)?;
    let is_listed = |uri: &str| listed.iter().any(|one| one == uri);
    if registration.redirect_uris.iter().all(|uri| is_listed(uri.as_str())) {
        return Ok(());
    }
    let words = "sector_identifier_uri does not list every redirect URI";
    Err(OAuthError::new(Code::InvalidClientMetadata, words))
}

/// One sentence, whatever is inside: it tells nothing about who answers there (V-085).
fn unusable() -> OAuthError {
    OAuthError::new(Code::InvalidClientMetadata, OutboundRefusal::OUTSIDE)
}

fn is_list(text: &str) -> bool {
    list(text).is_some()
}

/// security.md §0.2
const MOST: usize = 1000;

fn list(text: &str) -> Option<Vec<String>> {
    let all: Vec<Value> = serde_json::from_str(text).ok()?;
    let all: Option<Vec<String>> =
        all.into_iter().take(MOST + 1).map(|one| one.as_str().map(ToOwned::to_owned)).collect();
    all.filter(|all| all.len() <= MOST)
}
