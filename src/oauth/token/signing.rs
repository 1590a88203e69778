//! Signing away from the requests: RS256 takes a fifth of a millisecond, and others wait behind it.

use super::issue::Minter;
use crate::kernel::failure::Failure;
use crate::keys::model::Algorithm;
use crate::keys::ring::KeyRing;
use crate::oauth::belief::Verifier;
use crate::oauth::realm::Realm;
use crate::platform::workers::Pool;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The ring, and as many threads as there are cores; whoever finds their queue full is told to come again.
pub struct SigningPool {
    pub ring: Arc<KeyRing>,
    pub pool: Pool,
}

impl Verifier for SigningPool {
    fn access_token(&self, realm: &Realm, token: &str) -> Option<Map<String, Value>> {
        self.ring.access_token(realm, token)
    }
}

impl Minter for SigningPool {
    async fn mint(
        &self,
        realm: &Realm,
        algorithm: Algorithm,
        typ: &str,
        claims: &Map<String, Value>,
    ) -> Result<String, Failure> {
        let signer = self.ring.signer(realm.at.tenant, algorithm, realm.now())?;
        if algorithm == Algorithm::Es256 {
            return signer.sign(typ, claims); // eleven microseconds: the way to a thread costs as much
        }
        let (typ, claims) = (typ.to_owned(), claims.clone());
        self.pool.run(move || signer.sign(&typ, &claims)).await?
    }
}
