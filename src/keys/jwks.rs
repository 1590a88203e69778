//! The key set of somebody else, before it is kept: public keys only, none of them weak (RFC 7517 §5; A-113).

use super::jwt::decode;
use super::strict;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
    VerificationAlgorithm,
};
use serde_json::{Map, Value};

/// security.md §0.2
pub const MOST_KEYS: usize = 20;
const LONGEST: usize = 64 * 1024;
const DEEPEST: usize = 8;

const SMALLEST_RSA: usize = 2048;
const LARGEST_RSA: usize = 8192;

/// Members of private and symmetric keys (RFC 7518 §6.2.2, §6.3.2, §6.4).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub enum UnfitKeys {
    Form,
    Size,
    Secret,
    Weak,
    Ambiguous,
}

impl UnfitKeys {
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Form => {
                "a JWK Set is one JSON object with an array named keys, and no member twice"
            }
            Self::Size => "a JWK Set has 1 to 20 keys, one of them of use, and at most 64 KiB",
            Self::Secret => "a JWK Set of a client has public keys alone",
            Self::Weak => {
                "a key is RSA with 2048 to 8192 bits, on P-256 or P-384, or Ed25519, and whole"
            }
            Self::Ambiguous => "two keys agree in kid, kty, use and alg",
        }
    }
}

/// Keys of a kind that nobody here knows are allowed beside, but one must be of use.
///
/// # Errors
/// What is wrong with the first key that is wrong.
pub fn check(jwks: &str) -> Result<(), UnfitKeys> {
    if jwks.len() > LONGEST {
        return Err(UnfitKeys::Size);
    }
    let set = strict::object(jwks.as_bytes(), DEEPEST).ok_or(UnfitKeys::Form)?;
    let keys = set.get("keys").and_then(Value::as_array).ok_or(UnfitKeys::Form)?;
    let keys: Option<Vec<_>> = keys.iter().map(Value::as_object).collect();
    let keys = keys.ok_or(UnfitKeys::Form)?;
    if keys.len() > MOST_KEYS {
        return Err(UnfitKeys::Size);
    }
    let mut usable = 0;
    for key in &keys {
        usable += usize::from(is_usable(key)?);
    }
    for (place, key) in keys.iter().enumerate() {
        if keys.iter().skip(place + 1).any(|other| is_same_name(key, other)) {
            return Err(UnfitKeys::Ambiguous);
        }
    }
    if usable == 0 { Err(UnfitKeys::Size) } else { Ok(()) }
}

fn is_same_name(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    ["kid", "kty", "use", "alg"].iter().all(|name| one.get(*name) == other.get(*name))
}

fn is_usable(key: &Map<String, Value>) -> Result<bool, UnfitKeys> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let kind = text("kty").ok_or(UnfitKeys::Form)?;
    if kind == "oct" || PRIVATE.iter().any(|name| key.contains_key(*name)) {
        return Err(UnfitKeys::Secret);
    }
    let part = |name| text(name).and_then(decode).ok_or(UnfitKeys::Weak);
    match (kind, text("crv")) {
        ("RSA", _) => rsa(&part("n")?, &part("e")?),
        ("EC", Some("P-256")) => point(&ECDSA_P256_SHA256_FIXED, &part("x")?, &part("y")?),
        ("EC", Some("P-384")) => point(&ECDSA_P384_SHA384_FIXED, &part("x")?, &part("y")?),
        ("EC", _) => Err(UnfitKeys::Weak),
        ("OKP", Some("Ed25519")) => parsed(&ED25519, &part("x")?),
        _ => Ok(false),
    }
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<bool, UnfitKeys> {
    let first = modulus.iter().position(|byte| *byte != 0).ok_or(UnfitKeys::Weak)?;
    let modulus = modulus.get(first..).unwrap_or_default();
    let leading = modulus.first().map_or(0, |byte| byte.leading_zeros());
    let bits = modulus.len() * 8 - usize::try_from(leading).unwrap_or(0);
    let is_odd = modulus.last().is_some_and(|byte| byte % 2 == 1);
    // 3 to 2^32, and odd: with 1 everybody signs.
    let exponent = exponent.iter().fold(0_u64, |e, byte| e.saturating_mul(256) + u64::from(*byte));
    let is_fit = (3..=u64::from(u32::MAX)).contains(&exponent) && exponent % 2 == 1;
    if (SMALLEST_RSA..=LARGEST_RSA).contains(&bits) && is_odd && is_fit {
        Ok(true)
    } else {
        Err(UnfitKeys::Weak)
    }
}

fn point(curve: &'static dyn VerificationAlgorithm, x: &[u8], y: &[u8]) -> Result<bool, UnfitKeys> {
    parsed(curve, &[&[4][..], x, y].concat())
}

/// The engine refuses what is no point of the curve.
fn parsed(algorithm: &'static dyn VerificationAlgorithm, key: &[u8]) -> Result<bool, UnfitKeys> {
    ParsedPublicKey::new(algorithm, key).map(|_| true).map_err(|_| UnfitKeys::Weak)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::generate::generate;
    use crate::keys::generate::tests::{RSA, Seeded};
    use crate::keys::model::Algorithm;
    use data_encoding::BASE64URL_NOPAD;
    use serde_json::json;

    fn set(keys: &[Value]) -> String {
        json!({ "keys": keys }).to_string()
    }

    fn of(key: &Value) -> Result<(), UnfitKeys> {
        check(&set(std::slice::from_ref(key)))
    }

    fn ec() -> Value {
        let made = generate(Algorithm::Es256, 2048, &Seeded::new(3)).unwrap();
        serde_json::to_value(made.jwk).unwrap()
    }

    fn with(mut key: Value, name: &str, value: Value) -> Value {
        key[name] = value;
        key
    }

    // RFC 7517 §5, RFC 7518 §6
    #[test]
    fn good_public_keys_are_taken_and_strange_ones_beside_them() {
        let rsa = serde_json::to_value(&RSA.jwk).unwrap();
        assert_eq!(of(&rsa), Ok(()));
        assert_eq!(of(&ec()), Ok(()));
        let strange = json!({ "kty": "OKP", "crv": "X25519", "x": "AAAA" });
        assert_eq!(check(&set(&[ec(), strange.clone()])), Ok(()));
        assert_eq!(of(&strange), Err(UnfitKeys::Size));
    }

    // A-113
    #[test]
    fn a_set_with_a_bad_key_is_refused_as_a_whole() {
        let rsa = serde_json::to_value(&RSA.jwk).unwrap();
        let number = |bytes: &[u8]| json!(BASE64URL_NOPAD.encode(bytes));
        for (wrong, why) in [
            (json!({ "kty": "oct", "k": "AAAA" }), UnfitKeys::Secret),
            (with(ec(), "d", json!("AAAA")), UnfitKeys::Secret),
            (with(rsa.clone(), "p", json!("AAAA")), UnfitKeys::Secret),
            (with(rsa.clone(), "n", number(&[0xff; 128])), UnfitKeys::Weak),
            (with(rsa.clone(), "n", number(&[0; 300])), UnfitKeys::Weak),
            (with(rsa.clone(), "n", number(&[0xff; 1025])), UnfitKeys::Weak),
            (with(rsa.clone(), "e", number(&[1])), UnfitKeys::Weak),
            (with(rsa.clone(), "e", number(&[2])), UnfitKeys::Weak),
            (with(rsa, "n", json!("not base64!")), UnfitKeys::Weak),
            (with(ec(), "crv", json!("P-192")), UnfitKeys::Weak),
            (with(ec(), "x", number(&[7; 32])), UnfitKeys::Weak),
            (with(ec(), "x", number(&[7; 31])), UnfitKeys::Weak),
            (json!({ "kty": "EC", "crv": "P-256" }), UnfitKeys::Weak),
            (json!({ "kid": "x" }), UnfitKeys::Form),
            (json!("x"), UnfitKeys::Form),
        ] {
            assert_eq!(of(&wrong), Err(why), "{wrong}");
            assert_eq!(check(&set(&[ec(), wrong])), Err(why));
        }
    }

    // A-085, A-113, security.md §0.2
    #[test]
    fn a_set_has_one_reading_and_a_bound() {
        let many: Vec<Value> = (0..21).map(|n| with(ec(), "kid", json!(n.to_string()))).collect();
        assert_eq!(check(&set(&many)), Err(UnfitKeys::Size));
        assert_eq!(check(&set(&many[..20])), Ok(()));
        assert_eq!(check(&set(&[ec(), ec()])), Err(UnfitKeys::Ambiguous));
        let twice = format!(r#"{{"keys":[],"keys":[{}]}}"#, ec());
        for wrong in [twice.as_str(), "", "[]", "{}", "<html>", r#"{"keys":{}}"#] {
            assert_eq!(check(wrong), Err(UnfitKeys::Form), "{wrong}");
        }
        assert_eq!(check(&set(&[])), Err(UnfitKeys::Size));
        assert_eq!(check(&" ".repeat(70_000)), Err(UnfitKeys::Size));
    }
}
