//! Tokens that others signed, checked with keys that others gave us (RFC 7515 §5.2, RFC 8725 §3.1).

use super::jwks::MOST_KEYS;
use super::jwt::{Disbelief, Parts, decode};
use super::strict;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

/// What its signature is checked with. Public keys and secrets never take each other's place (D-13).
#[derive(Clone, Copy)]
pub enum Trust<'a> {
    /// A JWK Set, as text, and the one algorithm that was registered for it, if there is one.
    Keys {
        jwks: &'a str,
        algorithm: Option<&'a str>,
    },
    Secret {
        secret: &'a [u8],
        algorithm: Option<&'a str>,
    },
}

/// What it claims to be, before anything was checked: only to find out whose keys to check it with.
pub fn claimed_subject(token: &str) -> Option<String> {
    let parts = Parts::of(token).ok()?;
    let claims = strict::object(&decode(parts.payload)?, strict::DEEPEST)?;
    claims.get("sub")?.as_str().map(ToOwned::to_owned)
}

/// The claims of a token whose signature is right. `types` are the values of `typ` that it may name; it may
/// also name none.
pub fn read(
    token: &str,
    trust: Trust<'_>,
    types: &[&str],
) -> Result<Map<String, Value>, Disbelief> {
    super::pair::install();
    let parts = Parts::of(token)?;
    let header = parts.header()?;
    if ["crit", "b64", "zip"].iter().any(|name| header.contains_key(*name)) {
        return Err(Disbelief::Malformed);
    }
    check_type(&header, types)?;
    let named = header.get("alg").and_then(Value::as_str).ok_or(Disbelief::WrongAlgorithm)?;
    let kid = header.get("kid").map(|kid| kid.as_str().ok_or(Disbelief::UnknownKey)).transpose()?;
    let (key, algorithm) = match trust {
        Trust::Secret { secret, algorithm } => {
            let spoken = symmetric(named).filter(|_| algorithm.is_none_or(|only| only == named));
            (DecodingKey::from_secret(secret), spoken.ok_or(Disbelief::WrongAlgorithm)?)
        }
        Trust::Keys { jwks, algorithm } => {
            if algorithm.is_some_and(|only| only != named) {
                return Err(Disbelief::WrongAlgorithm);
            }
            chosen(jwks, named, kid)?
        }
    };
    let right =
        jsonwebtoken::crypto::verify(parts.signature, parts.signed.as_bytes(), &key, algorithm);
    if !right.unwrap_or(false) {
        return Err(Disbelief::WrongSignature);
    }
    decode(parts.payload)
        .and_then(|json| strict::object(&json, strict::DEEPEST))
        .ok_or(Disbelief::Malformed)
}

fn check_type(header: &Map<String, Value>, types: &[&str]) -> Result<(), Disbelief> {
    let Some(named) = header.get("typ") else { return Ok(()) };
    let named = named.as_str().ok_or(Disbelief::WrongType)?.to_ascii_lowercase();
    let plain = named.strip_prefix("application/").unwrap_or(&named);
    let fits = types.iter().any(|one| one.eq_ignore_ascii_case(plain));
    fits.then_some(()).ok_or(Disbelief::WrongType)
}

/// The one key of the set that the header names; without a name, the one that fits its algorithm.
fn chosen(
    jwks: &str,
    named: &str,
    kid: Option<&str>,
) -> Result<(DecodingKey, Algorithm), Disbelief> {
    let set: Value = serde_json::from_str(jwks).map_err(|_| Disbelief::UnknownKey)?;
    let keys = set.get("keys").and_then(Value::as_array).ok_or(Disbelief::UnknownKey)?;
    // A key of a kind that we do not know is none.
    let known = keys.iter().take(MOST_KEYS);
    let known = known.filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    let mine = known.filter(is_for_signatures);
    let mut mine =
        mine.filter(|key| kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid)));
    let fitting = mine.find_map(|key| Some((spoken_by(&key, named)?, key)));
    let (algorithm, key) = fitting.ok_or(Disbelief::UnknownKey)?;
    let decoding = DecodingKey::from_jwk(&key).map_err(|_| Disbelief::UnknownKey)?;
    Ok((decoding, algorithm))
}

fn is_for_signatures(key: &Jwk) -> bool {
    let used = key.common.public_key_use.as_ref();
    let operations = key.common.key_operations.as_ref();
    used.is_none_or(|used| *used == PublicKeyUse::Signature)
        && operations.is_none_or(|some| some.contains(&KeyOperations::Verify))
}

/// The key's own algorithm binds; without one, its type says which it may be used with.
fn spoken_by(key: &Jwk, named: &str) -> Option<Algorithm> {
    let own = key.common.key_algorithm.map(|own| own.to_string());
    if own.is_some_and(|own| own != named) {
        return None;
    }
    let fitting: &[(&str, Algorithm)] = match &key.algorithm {
        AlgorithmParameters::RSA(_) => &[
            ("RS256", Algorithm::RS256),
            ("RS384", Algorithm::RS384),
            ("RS512", Algorithm::RS512),
            ("PS256", Algorithm::PS256),
            ("PS384", Algorithm::PS384),
            ("PS512", Algorithm::PS512),
        ],
        AlgorithmParameters::EllipticCurve(parts) => match parts.curve {
            EllipticCurve::P256 => &[("ES256", Algorithm::ES256)],
            EllipticCurve::P384 => &[("ES384", Algorithm::ES384)],
            _ => &[],
        },
        AlgorithmParameters::OctetKeyPair(_) => &[("EdDSA", Algorithm::EdDSA)],
        // A secret in a set of public keys is no key.
        _ => &[],
    };
    fitting.iter().find(|(name, _)| *name == named).map(|(_, algorithm)| *algorithm)
}

fn symmetric(named: &str) -> Option<Algorithm> {
    match named {
        "HS256" => Some(Algorithm::HS256),
        "HS384" => Some(Algorithm::HS384),
        "HS512" => Some(Algorithm::HS512),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::generate::generate;
    use crate::keys::generate::tests::{RSA, Seeded};
    use crate::keys::model::{Algorithm as Ours, JwkSet};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];

    fn signed(header: &Header, key: &EncodingKey) -> String {
        super::super::pair::install();
        encode(header, &json!({ "sub": "cli_1" }), key).unwrap()
    }

    fn by_secret(token: &str) -> Result<Map<String, Value>, Disbelief> {
        read(token, Trust::Secret { secret: b"0123456789abcdef", algorithm: None }, &TYPES)
    }

    // D-13, A-080, A-081, A-088
    #[test]
    fn a_secret_and_a_public_key_never_take_each_others_place() {
        let secret = EncodingKey::from_secret(b"0123456789abcdef");
        let token = signed(&Header::new(Algorithm::HS256), &secret);
        assert_eq!(by_secret(&token).unwrap()["sub"], "cli_1");
        let jwks = serde_json::to_string(&JwkSet { keys: vec![RSA.jwk.clone()] }).unwrap();
        for key in [jwks.as_bytes(), b""] {
            let forged = signed(&Header::new(Algorithm::HS256), &EncodingKey::from_secret(key));
            let trust = Trust::Keys { jwks: &jwks, algorithm: None };
            assert_eq!(read(&forged, trust, &TYPES), Err(Disbelief::UnknownKey));
        }
        let only = Trust::Secret { secret: b"0123456789abcdef", algorithm: Some("HS512") };
        assert_eq!(read(&token, only, &TYPES), Err(Disbelief::WrongAlgorithm));
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some("at+jwt".into());
        assert_eq!(by_secret(&signed(&header, &secret)), Err(Disbelief::WrongType));
    }

    // P-046
    #[test]
    fn the_registered_key_decides_and_not_the_header() {
        let made = generate(Ours::Es256, 2048, &Seeded::new(3)).unwrap();
        let jwks = serde_json::to_string(&JwkSet { keys: vec![made.jwk.clone()] }).unwrap();
        let trust = |algorithm| Trust::Keys { jwks: &jwks, algorithm };
        let key = EncodingKey::from_ec_der(&made.private);
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("Client-Authentication+JWT".into());
        let token = signed(&header, &key);
        assert_eq!(read(&token, trust(None), &TYPES).unwrap()["sub"], "cli_1");
        assert!(read(&token, trust(Some("ES256")), &TYPES).is_ok());
        assert_eq!(read(&token, trust(Some("PS256")), &TYPES), Err(Disbelief::WrongAlgorithm));
        header.kid = Some("another".into());
        assert_eq!(read(&signed(&header, &key), trust(None), &TYPES), Err(Disbelief::UnknownKey));
        let stranger = generate(Ours::Es256, 2048, &Seeded::new(4)).unwrap();
        let forged =
            signed(&Header::new(Algorithm::ES256), &EncodingKey::from_ec_der(&stranger.private));
        assert_eq!(read(&forged, trust(None), &TYPES), Err(Disbelief::WrongSignature));
        for garbage in ["", "a.b", "a.b.c.d.e", "e30.e30."] {
            assert!(read(garbage, trust(None), &TYPES).is_err(), "{garbage}");
        }
    }
}
