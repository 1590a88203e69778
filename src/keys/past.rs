//! Tokens that we signed once, whenever that was: their key may be published no more (RP-Logout §2).

use super::jwt::{names_key, read_with};
use super::model::SigningKeys;
use crate::kernel::failure::Failure;
use serde_json::{Map, Value};

/// The claims, where type and signature are right; what they say is for the caller to judge. A key that was
/// revoked may have been stolen: what it signed is worth nothing.
pub async fn read_past<W: SigningKeys>(
    work: &mut W,
    token: &str,
    typ: &str,
) -> Result<Option<Map<String, Value>>, Failure> {
    let Some(kid) = names_key(token) else { return Ok(None) };
    let known = work.public_keys().await?;
    let key = known.iter().find(|former| former.jwk.kid == kid && former.revoked_at.is_none());
    Ok(key.and_then(|former| read_with(&former.jwk, token, typ).ok()))
}
