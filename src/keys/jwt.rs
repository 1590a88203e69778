//! Signed tokens of our own: made with the key of the moment, read back with the key they name (RFC 7515, RFC 8725).

use super::model::{Algorithm, Jwk, Kid, PublicKey};
use super::pair::{Pair, spoken};
use super::ring::KeyRing;
use super::strict;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::time::{Lifetime, Timestamp};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::DecodingKey;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// security.md §0.2
const LONGEST_TOKEN: usize = 16 * 1024;
const LONGEST_HEADER: usize = 2 * 1024;
const AHEAD: Lifetime = Lifetime::seconds(60);

/// One key, chosen: good for the tokens of one answer. It needs nothing else, so it may go to another thread.
#[derive(Clone)]
pub struct Signer(Arc<Pair>);

impl Signer {
    pub(super) const fn new(pair: Arc<Pair>) -> Self {
        Self(pair)
    }

    pub fn algorithm(&self) -> Algorithm {
        self.0.jwk().alg
    }

    pub fn kid(&self) -> &Kid {
        &self.0.jwk().kid
    }

    /// `typ` says what kind of token it is, so that none passes for another (RFC 8725 §3.11).
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, Failure> {
        let mut header = jsonwebtoken::Header::new(spoken(self.algorithm()));
        header.typ = Some(typ.into());
        header.kid = Some(self.kid().as_str().into());
        let signed = jsonwebtoken::encode(&header, claims, &self.0.encoding_key());
        signed.map_err(|e| Failure::broken("a token could not be signed").because(e))
    }
}

/// What a token must be to be believed here.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    pub tenant: TenantId,
    pub typ: &'a str,
    pub issuer: &'a str,
    pub audience: Option<&'a str>,
    pub age: Age,
    /// How far a clock of ours may be off: so long a token lives on.
    pub clock_skew: Lifetime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// It must not be over.
    Live,
    /// It may be over: an `id_token_hint` (OIDC Core §3.1.2.2). Its key must still be published.
    Any,
}

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disbelief {
    #[error("the token is too long")]
    TooLong,
    #[error("this is not a signed token")]
    Malformed,
    #[error("the token is of another type")]
    WrongType,
    #[error("the token names no published key")]
    UnknownKey,
    #[error("the token names another algorithm than its key has")]
    WrongAlgorithm,
    #[error("the signature is wrong")]
    WrongSignature,
    #[error("a claim is missing or of the wrong kind")]
    WrongClaim,
    #[error("the token is of another issuer")]
    WrongIssuer,
    #[error("the token is for another audience")]
    WrongAudience,
    #[error("the token is over")]
    Over,
    #[error("the token is not valid yet")]
    NotYet,
}

/// The claims of a token that was believed.
#[derive(Clone, Debug)]
pub struct Verified {
    pub kid: Kid,
    pub claims: Map<String, Value>,
}

impl KeyRing {
    /// Reads a token that we signed. The header only names the key; the key says the algorithm (D-13).
    /// jsonwebtoken compares the signature, and nothing else: its own checks would read the clock.
    pub fn verify(
        &self,
        token: &str,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<Verified, Disbelief> {
        let parts = Parts::of(token)?;
        let header = parts.header()?;
        let named = header.get("kid").and_then(Value::as_str).and_then(Kid::parse);
        let kid = named.ok_or(Disbelief::UnknownKey)?;
        let pair = self.verifier(expected.tenant, &kid, (now, expected.clock_skew));
        let pair = pair.ok_or(Disbelief::UnknownKey)?;
        check_header(&header, pair.jwk().alg, expected.typ)?;
        parts.check_signature(&pair.decoding_key(), pair.jwk().alg)?;
        let claims = decode(parts.payload).and_then(|json| strict::object(&json, strict::DEEPEST));
        let claims = claims.ok_or(Disbelief::Malformed)?;
        check_names(&claims, expected)?;
        check_times(&claims, expected, now)?;
        Ok(Verified { kid, claims })
    }
}

/// The claims of a document that outlives its key: only its type and its signature are looked at.
pub(super) fn read_with(
    jwk: &Jwk,
    token: &str,
    typ: &str,
) -> Result<Map<String, Value>, Disbelief> {
    let parts = Parts::of(token)?;
    check_header(&parts.header()?, jwk.alg, typ)?;
    let key = match &jwk.key {
        PublicKey::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
        PublicKey::Ec { x, y, .. } => DecodingKey::from_ec_components(x, y),
    };
    parts.check_signature(&key.map_err(|_| Disbelief::UnknownKey)?, jwk.alg)?;
    let claims = decode(parts.payload).and_then(|json| strict::object(&json, strict::DEEPEST));
    claims.ok_or(Disbelief::Malformed)
}

/// Which key a token names, if it is one.
pub(super) fn names_key(token: &str) -> Option<Kid> {
    let header = Parts::of(token).ok()?.header().ok()?;
    header.get("kid").and_then(Value::as_str).and_then(Kid::parse)
}

/// `header.payload.signature` (RFC 7515 §7.1), and the first two as they were signed.
pub(super) struct Parts<'a> {
    pub(super) signed: &'a str,
    header: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn of(token: &'a str) -> Result<Self, Disbelief> {
        if token.len() > LONGEST_TOKEN {
            return Err(Disbelief::TooLong);
        }
        let split = token.rsplit_once('.').and_then(|(signed, signature)| {
            let (header, payload) = signed.split_once('.')?;
            Some(Self { signed, header, payload, signature })
        });
        split.filter(|parts| !parts.payload.contains('.')).ok_or(Disbelief::Malformed)
    }

    pub(super) fn header(&self) -> Result<Map<String, Value>, Disbelief> {
        if self.header.len() > LONGEST_HEADER {
            return Err(Disbelief::TooLong);
        }
        let header = decode(self.header).and_then(|json| strict::object(&json, strict::DEEPEST));
        header.ok_or(Disbelief::Malformed)
    }

    fn check_signature(&self, key: &DecodingKey, algorithm: Algorithm) -> Result<(), Disbelief> {
        let signed = self.signed.as_bytes();
        let outcome = jsonwebtoken::crypto::verify(self.signature, signed, key, spoken(algorithm));
        outcome.ok().filter(|right| *right).map(|_| ()).ok_or(Disbelief::WrongSignature)
    }
}

/// Without padding, of one alphabet, no bits left over: one text for one sequence of bytes.
pub(super) fn decode(part: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(part.as_bytes()).ok()
}

fn check_header(
    header: &Map<String, Value>,
    algorithm: Algorithm,
    typ: &str,
) -> Result<(), Disbelief> {
    // We use no extension, so there is none that we understand (RFC 7515 §4.1.11).
    if header.contains_key("crit") || header.contains_key("b64") || header.contains_key("zip") {
        return Err(Disbelief::Malformed);
    }
    if header.get("alg").and_then(Value::as_str) != Some(algorithm.as_str()) {
        return Err(Disbelief::WrongAlgorithm);
    }
    let named = header.get("typ").and_then(Value::as_str);
    // A media type: case does not matter, and `application/` may be spelled out (RFC 7515 §4.1.9).
    let plain =
        |text: &str| text.to_ascii_lowercase().trim_start_matches("application/").to_owned();
    let fits = named.is_some_and(|named| plain(named) == plain(typ));
    fits.then_some(()).ok_or(Disbelief::WrongType)
}

fn check_names(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Disbelief> {
    let issuer = claims.get("iss").and_then(Value::as_str).ok_or(Disbelief::WrongClaim)?;
    if issuer != expected.issuer {
        return Err(Disbelief::WrongIssuer);
    }
    if claims.get("sub").is_some_and(|sub| !sub.is_string()) {
        return Err(Disbelief::WrongClaim);
    }
    let audiences = match claims.get("aud") {
        None => Vec::new(),
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => {
            let all: Option<Vec<&str>> = several.iter().map(Value::as_str).collect();
            all.ok_or(Disbelief::WrongClaim)?
        }
        Some(_) => return Err(Disbelief::WrongClaim),
    };
    let meant = expected.audience.is_none_or(|audience| audiences.contains(&audience));
    meant.then_some(()).ok_or(Disbelief::WrongAudience)
}

fn check_times(
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<(), Disbelief> {
    let ends = instant(claims, "exp")?.ok_or(Disbelief::WrongClaim)?;
    for begins in [instant(claims, "iat")?, instant(claims, "nbf")?].into_iter().flatten() {
        if begins > now.plus(AHEAD) {
            return Err(Disbelief::NotYet);
        }
    }
    let over = now >= ends.plus(expected.clock_skew);
    if over && expected.age == Age::Live { Err(Disbelief::Over) } else { Ok(()) }
}

/// We write whole seconds; anything else in a token that we should have signed is wrong (V-103).
fn instant(claims: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, Disbelief> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_i64().filter(|seconds| *seconds >= 0);
    seconds.map(|s| Some(Timestamp::from_seconds(s))).ok_or(Disbelief::WrongClaim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::KeyId;
    use crate::keys::generate::tests::{RSA, Seeded};
    use crate::keys::generate::{Made, generate};
    use crate::keys::model::{Life, Promised, PublicKey, Sealed, SigningKey};
    use crate::keys::ring::Unsealed;
    use serde_json::json;
    use zeroize::Zeroizing;

    const NOW: i64 = 1_700_000_000;

    fn tenant(text: &str) -> TenantId {
        TenantId::parse(text).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(NOW + seconds)
    }

    /// A key that signs from `from` on, seconds after `NOW`; the number tells keys apart.
    fn unsealed(of: TenantId, made: &Made, (number, from): (i64, i64)) -> Unsealed {
        let life = Life {
            id: KeyId::parse(&format!("key_{number:025}0")).unwrap(),
            generation: number,
            published_at: at(from - 3_600),
            activates_at: at(from),
            promised: Promised { max_age: Lifetime::ZERO, keep: Lifetime::seconds(1_000) },
            announced_at: None,
            revoked_at: None,
        };
        let key = SigningKey { tenant: of, life, jwk: made.jwk.clone(), sealed: Sealed(vec![]) };
        Unsealed { key, private: Zeroizing::new(made.private.to_vec()) }
    }

    fn es256(seed: u64) -> Made {
        generate(Algorithm::Es256, 2048, &Seeded::new(seed)).unwrap()
    }

    /// A tenant of its own for each test, with a key of each algorithm.
    fn ring(name: &str) -> (KeyRing, TenantId) {
        let (ring, of) = (KeyRing::new(), tenant(name));
        let keys = vec![unsealed(of, &RSA, (1, 0)), unsealed(of, &es256(1), (2, 0))];
        ring.hold(of, keys).unwrap();
        (ring, of)
    }

    fn expected(tenant: TenantId) -> Expected<'static> {
        Expected {
            tenant,
            typ: "at+jwt",
            issuer: "https://id.example",
            audience: Some("api"),
            age: Age::Live,
            clock_skew: Lifetime::seconds(10),
        }
    }

    fn claims() -> Value {
        json!({"iss": "https://id.example", "sub": "u", "aud": ["api", "b"], "iat": NOW, "exp": NOW + 900})
    }

    fn sign(ring: &KeyRing, of: TenantId, algorithm: Algorithm) -> String {
        ring.signer(of, algorithm, at(0)).unwrap().sign("at+jwt", &claims()).unwrap()
    }

    /// The claims changed by this, and signed by us.
    fn changed(ring: &KeyRing, of: TenantId, name: &str, value: Value) -> String {
        let mut claims = claims();
        claims[name] = value;
        ring.signer(of, Algorithm::Es256, at(0)).unwrap().sign("at+jwt", &claims).unwrap()
    }

    /// Another header before the same claims, signed rightly by the key itself.
    fn headed(ring: &KeyRing, of: TenantId, header: &Value) -> String {
        let signer = ring.signer(of, Algorithm::Es256, at(0)).unwrap();
        let text = |json: &Value| BASE64URL_NOPAD.encode(json.to_string().as_bytes());
        let message = format!("{}.{}", text(header), text(&claims()));
        let key = signer.0.encoding_key();
        let alg = jsonwebtoken::Algorithm::ES256;
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, alg).unwrap();
        format!("{message}.{signature}")
    }

    /// A verifier that has only the JWKS, and another implementation of reading it.
    fn verify_elsewhere(token: &str, key: &PublicKey) -> bool {
        use aws_lc_rs::signature::{
            ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
            UnparsedPublicKey,
        };
        let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (signed, signature) = (signed.as_bytes(), bytes(signature));
        match key {
            PublicKey::Rsa { n, e } => RsaPublicKeyComponents { n: bytes(n), e: bytes(e) }
                .verify(&RSA_PKCS1_2048_8192_SHA256, signed, &signature)
                .is_ok(),
            PublicKey::Ec { x, y, .. } => {
                let point = [vec![4], bytes(x), bytes(y)].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                    .verify(signed, &signature)
                    .is_ok()
            }
        }
    }

    #[test]
    fn what_we_sign_verifies_with_the_published_keys_here_and_elsewhere() {
        let (ring, of) = ring("ten_0000000a");
        for algorithm in Algorithm::ALL {
            let token = sign(&ring, of, algorithm);
            let verified = ring.verify(&token, &expected(of), at(0)).unwrap();
            assert_eq!(Value::Object(verified.claims), claims());
            let jwks = ring.jwks(of, at(0)).unwrap();
            let jwk = jwks.keys.iter().find(|jwk| jwk.kid == verified.kid).unwrap();
            assert!(verify_elsewhere(&token, &jwk.key), "{algorithm}");
            let header = Parts::of(&token).unwrap().header().unwrap();
            let named = json!({"typ": "at+jwt", "alg": algorithm, "kid": verified.kid});
            assert_eq!(Value::Object(header), named);
        }
    }

    #[test]
    fn a_key_is_parsed_once_for_all_rings() {
        let (one, of) = ring("ten_0000000b");
        let (other, _) = ring("ten_0000000b");
        let held = |ring: &KeyRing| ring.signer(of, Algorithm::Rs256, at(0)).unwrap().0;
        assert!(Arc::ptr_eq(&held(&one), &held(&other)));
        drop(one);
        assert!(other.verify(&sign(&other, of, Algorithm::Rs256), &expected(of), at(0)).is_ok());
    }

    // A-091, INV-24: also with the same key in both tenants
    #[test]
    fn a_token_of_another_tenant_is_not_believed() {
        let (ring, of) = ring("ten_0000000c");
        let other = tenant("ten_0000000d");
        ring.hold(other, vec![unsealed(other, &es256(9), (1, 0))]).unwrap();
        let token = sign(&ring, of, Algorithm::Es256);
        let refusal = ring.verify(&token, &expected(other), at(0)).unwrap_err();
        assert_eq!(refusal, Disbelief::UnknownKey);
        assert!(ring.signer(tenant("ten_0000000e"), Algorithm::Es256, at(0)).is_err());
    }

    #[test]
    fn a_row_with_another_keys_private_half_is_found_out() {
        let (ring, of) = (KeyRing::new(), tenant("ten_0000000f"));
        let mut row = unsealed(of, &es256(20), (1, 0));
        row.private = es256(21).private;
        assert!(ring.hold(of, vec![row]).is_err());
        assert!(!ring.holds(of));
    }

    // P-235, A-080, A-081, A-083, A-088, A-089: rightly signed, or signed with what lies about
    #[test]
    fn the_header_decides_nothing() {
        let (ring, of) = ring("ten_0000000g");
        let kid = ring.signer(of, Algorithm::Es256, at(0)).unwrap().kid().clone();
        let head = |name: &str, value: Value| {
            let mut header = json!({"typ": "at+jwt", "alg": "ES256", "kid": kid});
            header[name] = value;
            headed(&ring, of, &header)
        };
        let verify = |token: String| ring.verify(&token, &expected(of), at(0)).map(|_| ());
        assert_eq!(verify(head("typ", json!("application/AT+JWT"))), Ok(()));
        assert_eq!(verify(head("jwk", json!({"kty": "EC"}))), Ok(()));
        for alg in ["none", "None", "", "HS256", "RS256", "PS256", "es256"] {
            assert_eq!(verify(head("alg", json!(alg))), Err(Disbelief::WrongAlgorithm), "{alg}");
        }
        assert_eq!(verify(head("alg", json!(1))), Err(Disbelief::WrongAlgorithm));
        for typ in [json!("JWT"), json!("logout+jwt"), json!(null), json!("jwt+at")] {
            assert_eq!(verify(head("typ", typ)), Err(Disbelief::WrongType));
        }
        for name in ["crit", "b64", "zip"] {
            assert_eq!(verify(head(name, json!(["x"]))), Err(Disbelief::Malformed), "{name}");
        }
        let long = "k".repeat(1_000);
        assert_eq!(verify(head("kid", json!(long))), Err(Disbelief::UnknownKey));
        assert_eq!(verify(head("x", json!("k".repeat(3_000)))), Err(Disbelief::TooLong));
    }

    //
    #[test]
    fn a_token_has_one_spelling() {
        let (ring, of) = ring("ten_0000000h");
        let token = sign(&ring, of, Algorithm::Es256);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        // 64 bytes leave two bits over in the last letter.
        let last = signature.chars().last().unwrap();
        let next = char::from(u8::try_from(last).unwrap() + 1);
        let spilled = format!("{signed}.{}{next}", &signature[..signature.len() - 1]);
        for wrong in [
            format!("{token}="),
            format!("{token}."),
            format!(" {token}"),
            format!("{token}\n"),
            format!("{token}.x.y"),
            format!("{signed}."),
            signed.to_owned(),
            spilled,
            String::new(),
            "..".to_owned(),
            format!("{token}{}", "A".repeat(17 * 1024)),
        ] {
            assert!(ring.verify(&wrong, &expected(of), at(0)).is_err(), "{wrong}");
        }
    }

    //
    #[test]
    fn a_claim_of_the_wrong_kind_is_not_overlooked() {
        let (ring, of) = ring("ten_0000000j");
        let refusal = |name: &str, value: Value| {
            let token = changed(&ring, of, name, value);
            ring.verify(&token, &expected(of), at(0)).unwrap_err()
        };
        for name in ["exp", "iat", "nbf"] {
            for wrong in [json!("1700000900"), json!(1.5), json!(-1), json!(true), json!(null)] {
                assert_eq!(refusal(name, wrong), Disbelief::WrongClaim, "{name}");
            }
            assert_eq!(refusal(name, json!(1_u64 << 63)), Disbelief::WrongClaim, "{name}");
        }
        for wrong in [json!(["api", 1]), json!({"api": 1}), json!(7), json!(null)] {
            assert_eq!(refusal("aud", wrong), Disbelief::WrongClaim);
        }
        assert_eq!(refusal("aud", json!("other")), Disbelief::WrongAudience);
        assert_eq!(refusal("iss", json!(["https://id.example"])), Disbelief::WrongClaim);
        assert_eq!(refusal("iss", json!("https://id.example/")), Disbelief::WrongIssuer);
        assert_eq!(refusal("sub", json!(1)), Disbelief::WrongClaim);
    }

    //
    #[test]
    fn time_is_told_by_the_clock_that_is_handed_in() {
        let (ring, of) = ring("ten_0000000k");
        let token = sign(&ring, of, Algorithm::Es256);
        let verify = |seconds| ring.verify(&token, &expected(of), at(seconds)).map(|_| ());
        assert_eq!(verify(-60), Ok(()));
        assert_eq!(verify(-61), Err(Disbelief::NotYet));
        assert_eq!(verify(909), Ok(()));
        assert_eq!(verify(910), Err(Disbelief::Over));
        let hint = Expected { age: Age::Any, ..expected(of) };
        assert!(ring.verify(&token, &hint, at(5_000)).is_ok());
        let later = changed(&ring, of, "nbf", json!(NOW + 61));
        assert_eq!(ring.verify(&later, &expected(of), at(0)).unwrap_err(), Disbelief::NotYet);
    }

    //
    #[test]
    fn a_token_is_believed_only_while_its_key_signs_or_retires() {
        let (ring, of) = (KeyRing::new(), tenant("ten_0000000m"));
        let keys = || vec![unsealed(of, &es256(3), (1, 0)), unsealed(of, &es256(4), (2, 100))];
        ring.hold(of, keys()).unwrap();
        let kid = |seconds| ring.signer(of, Algorithm::Es256, at(seconds)).unwrap().kid().clone();
        assert_ne!(kid(99), kid(100));
        let token = |seconds| {
            let signer = ring.signer(of, Algorithm::Es256, at(seconds)).unwrap();
            signer.sign("at+jwt", &claims()).unwrap()
        };
        let hint = Expected { age: Age::Any, ..expected(of) };
        let verify = |token: &str, seconds| ring.verify(token, &hint, at(seconds)).map(|_| ());
        let (old, new) = (token(0), token(100));
        assert_eq!(verify(&new, 79), Err(Disbelief::UnknownKey), "20 s are two clocks' error");
        assert_eq!(verify(&new, 80), Ok(()));
        assert_eq!(verify(&old, 1_099), Ok(()));
        assert_eq!(verify(&old, 1_100), Err(Disbelief::UnknownKey));
        assert_eq!(ring.jwks(of, at(1_099)).unwrap().keys.len(), 2);
        assert_eq!(ring.jwks(of, at(1_100)).unwrap().keys.len(), 1);
        assert_eq!(ring.changes_at(of, at(0)), Some(at(100)));
        assert_eq!(ring.changes_at(of, at(100)), Some(at(1_100)));
        ring.forget(of);
        assert_eq!(verify(&new, 100), Err(Disbelief::UnknownKey));
    }
}
