//! The key of an application that proves who it is by assertions (RFC 7523 §2.2): `vestibule dev` has one for its demo.

use super::generate::{Made, generate, p256};
use super::jwt::Signer;
use super::model::{Algorithm, JwkSet};
use super::pair::lend;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Chance;
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// On P-256, for ES256.
pub struct OwnKey(Made);

impl OwnKey {
    pub fn fresh(chance: &dyn Chance) -> Result<Self, Failure> {
        generate(Algorithm::Es256, 0, chance).map(Self)
    }

    /// From a private JWK, as `private_jwk` writes it.
    pub fn read(jwk: &Value) -> Option<Self> {
        let scalar = BASE64URL_NOPAD.decode(jwk.get("d")?.as_str()?.as_bytes()).ok()?;
        let scalar: Zeroizing<[u8; 32]> = Zeroizing::new(scalar.try_into().ok()?);
        p256(&scalar).ok().map(Self)
    }

    /// For whoever is to be the application: it has the private member in it (RFC 7518 §6.2.2).
    pub fn private_jwk(&self) -> Value {
        let mut jwk = json!(self.0.jwk);
        let scalar = self.0.private.split_last_chunk::<32>().map(|(_, scalar)| scalar);
        if let (Some(members), Some(scalar)) = (jwk.as_object_mut(), scalar) {
            members.insert("d".into(), BASE64URL_NOPAD.encode(scalar).into());
        }
        jwk
    }

    /// For its registration.
    pub fn public_set(&self) -> String {
        json!(JwkSet { keys: vec![self.0.jwk.clone()] }).to_string()
    }

    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, Failure> {
        let pair = lend(TenantId::PLATFORM, &self.0.jwk, &self.0.private)?;
        Signer::new(pair).sign(typ, claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::foreign::{Trust, read};
    use crate::keys::generate::tests::Seeded;

    // RFC 7523 §2.2
    #[test]
    fn a_key_is_read_back_and_signs_for_its_public_half() {
        let key = OwnKey::fresh(&Seeded::new(7)).unwrap();
        let again = OwnKey::read(&key.private_jwk()).unwrap();
        let token = again.sign("JWT", &json!({ "sub": "cli_1" })).unwrap();
        let jwks = key.public_set();
        assert!(!jwks.contains("\"d\""), "{jwks}");
        let trust = Trust::Keys { jwks: &jwks, algorithm: Some("ES256") };
        assert_eq!(read(&token, trust, &["JWT"]).unwrap()["sub"], "cli_1");
        assert!(OwnKey::read(&json!({ "d": "AAAA" })).is_none());
    }
}
