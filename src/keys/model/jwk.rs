//! Public keys as the world sees them: JSON Web Keys (RFC 7517), named by their thumbprint (RFC 7638).

use crate::kernel::secret::Hash;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// What we sign with. There is no symmetric one, and there shall be none in this type (D-13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    #[serde(rename = "RS256")]
    Rs256,
    #[serde(rename = "ES256")]
    Es256,
}

impl Algorithm {
    pub const ALL: [Self; 2] = [Self::Rs256, Self::Es256];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }

    /// Case matters (RFC 7515 §4.1.1).
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of a key in JWKS and JWS: its thumbprint, so that the same key never has two.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kid(Arc<str>);

impl Kid {
    /// RFC 7638 §3.1. Our members are base64url or fixed words, so nothing needs escaping.
    pub fn of(key: &PublicKey) -> Self {
        let canonical = match key {
            PublicKey::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            PublicKey::Ec { crv, x, y } => {
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
        };
        Self(Hash::of(canonical.as_bytes()).base64url().into())
    }

    /// 43 characters of base64url: any other text names no key of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (text.len() == 43 && text.bytes().all(plain)).then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Public members only: there is no field for a private one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
pub enum PublicKey {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Ec { crv: String, x: String, y: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Use {
    #[serde(rename = "sig")]
    Signature,
}

/// One entry of the JWKS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    pub kid: Kid,
    pub alg: Algorithm,
    r#use: Use,
    #[serde(flatten)]
    pub key: PublicKey,
}

impl Jwk {
    pub fn of(key: PublicKey) -> Self {
        let alg = match key {
            PublicKey::Rsa { .. } => Algorithm::Rs256,
            PublicKey::Ec { .. } => Algorithm::Es256,
        };
        Self { kid: Kid::of(&key), alg, r#use: Use::Signature, key }
    }
}

/// The document behind `jwks_uri` (RFC 7517 §5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    pub keys: Vec<Jwk>,
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7638 §3.1: the example and its thumbprint.
    #[test]
    fn a_kid_is_the_thumbprint_of_the_key() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let jwk = Jwk::of(PublicKey::Rsa { n: n.into(), e: "AQAB".into() });
        assert_eq!(jwk.kid.as_str(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert_eq!(Kid::parse(jwk.kid.as_str()), Some(jwk.kid));
    }

    #[test]
    fn a_name_of_another_form_is_no_kid() {
        let long = "a".repeat(10_240);
        for wrong in ["", "../../../dev/null", "' OR 1=1 --", "\0", long.as_str()] {
            assert_eq!(Kid::parse(wrong), None, "{wrong}");
        }
    }
}
