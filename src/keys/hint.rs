//! ID tokens of ours that come back as a hint (OIDC Core §3.1.2.1): over, perhaps, and signed by a key that is gone.

use super::jwt::{names_key, read_with};
use super::model::SigningKeys;
use crate::kernel::failure::Failure;
use crate::platform::storage::{At, Database, Work};
use serde_json::{Map, Value};

const TYPE: &str = "JWT";

/// The claims, if this issuer signed them. What a revoked key signed is worth nothing: it may have been stolen.
pub async fn read(
    database: &Database,
    at: At,
    (issuer, token): (&str, &str),
) -> Result<Option<Map<String, Value>>, Failure> {
    let Some(kid) = names_key(token) else { return Ok(None) };
    let known = database.read(at, async |work: &mut Work| work.public_keys().await).await?;
    let key = known.iter().find(|key| key.jwk.kid == kid && key.revoked_at.is_none());
    let claims = key.and_then(|key| read_with(&key.jwk, token, TYPE).ok());
    Ok(claims.filter(|claims| claims.get("iss").and_then(Value::as_str) == Some(issuer)))
}
