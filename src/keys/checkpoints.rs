//! Signing and reading the checkpoints of the audit chain: the port of `events/`, implemented with our keys.

use super::jwt::{names_key, read_with};
use super::model::{Algorithm, Former, SigningKeys};
use super::ring::KeyRing;
use crate::events::model::chain::Claims;
use crate::events::model::{CheckpointSigner, CheckpointVerifier};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{At, Database, Work};
use serde_json::{Map, Value, json};

/// No token of another type passes for a checkpoint (RFC 8725 §3.11).
const TYPE: &str = "audit-checkpoint+jwt";

/// The keys of one tenant: those that sign now, and the public halves of all times.
pub struct Checkpoints<'a> {
    /// None where only reading is asked for.
    pub ring: Option<&'a KeyRing>,
    pub algorithm: Algorithm,
    pub known: Vec<Former>,
}

impl<'a> Checkpoints<'a> {
    pub async fn of(
        database: &Database,
        at: At,
        ring: Option<&'a KeyRing>,
        algorithm: Algorithm,
    ) -> Result<Self, Failure> {
        let known = database.read(at, async |work: &mut Work| work.public_keys().await).await?;
        Ok(Self { ring, algorithm, known })
    }
}

impl CheckpointSigner for Checkpoints<'_> {
    /// Rare, so it is signed here and not on the pool.
    async fn sign(&self, claims: &Claims) -> Result<String, Failure> {
        let reading = || Failure::broken("these keys are for reading checkpoints, not for signing");
        let ring = self.ring.ok_or_else(reading)?;
        let signer = ring.signer(claims.tenant, self.algorithm, claims.at)?;
        let claims = json!({
            "tenant": claims.tenant.as_str(),
            "sequence": claims.sequence,
            "hash": claims.hash.hex(),
            "at": claims.at.micros(),
        });
        signer.sign(TYPE, &claims)
    }
}

impl CheckpointVerifier for Checkpoints<'_> {
    /// What a key signed after its revocation is worth nothing: it may have been stolen.
    fn claims(&self, token: &str) -> Option<Claims> {
        let kid = names_key(token)?;
        let key = self.known.iter().find(|former| former.jwk.kid == kid)?;
        let claims = read(&read_with(&key.jwk, token, TYPE).ok()?)?;
        key.revoked_at.is_none_or(|revoked| claims.at < revoked).then_some(claims)
    }
}

fn read(claims: &Map<String, Value>) -> Option<Claims> {
    Some(Claims {
        tenant: TenantId::parse(claims.get("tenant")?.as_str()?)?,
        sequence: claims.get("sequence")?.as_i64()?,
        hash: Hash::from_hex(claims.get("hash")?.as_str()?)?,
        at: Timestamp::from_micros(claims.get("at")?.as_i64()?),
    })
}
