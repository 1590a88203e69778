//! A key parsed once, and how jsonwebtoken comes to sign with it: it is handed a name instead of a key.
//!
//! jsonwebtoken asks a process-wide provider, a plain function, for a signer, and parses the key for every
//! signature unless that function knows better. Ours looks the name up among the keys that are held.

use super::model::{Algorithm, Jwk, Kid, PublicKey};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use arc_swap::ArcSwap;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, aws_lc};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{DecodingKey, EncodingKey};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

/// Both halves of one key, parsed, and bound to its algorithm.
pub(super) struct Pair {
    jwk: Jwk,
    private: Private,
    public: ParsedPublicKey,
    handle: Vec<u8>,
}

enum Private {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl Pair {
    /// From PKCS#8 in DER.
    pub(super) fn parse(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, Failure> {
        let rejected = |cause: aws_lc_rs::error::KeyRejected| {
            Failure::broken(format!("this is no {algorithm} key")).because(cause)
        };
        let (private, point) = match algorithm {
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(rejected)?;
                let point = pair.public_key().as_ref().to_vec();
                (Private::Rsa(pair), point)
            }
            Algorithm::Es256 => {
                let chosen = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let pair = EcdsaKeyPair::from_pkcs8(chosen, pkcs8).map_err(rejected)?;
                let point = pair.public_key().as_ref().to_vec();
                (Private::Ec(pair), point)
            }
        };
        let public = match algorithm {
            Algorithm::Rs256 => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, point),
            Algorithm::Es256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point),
        };
        let jwk = Jwk::of(private.public()?);
        Ok(Self { jwk, private, public: public.map_err(rejected)?, handle: Vec::new() })
    }

    pub(super) const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// What jsonwebtoken takes for a private key.
    pub(super) fn encoding_key(&self) -> EncodingKey {
        match self.jwk.alg {
            Algorithm::Rs256 => EncodingKey::from_rsa_der(&self.handle),
            Algorithm::Es256 => EncodingKey::from_ec_der(&self.handle),
        }
    }

    /// What jsonwebtoken takes for a public key.
    pub(super) fn decoding_key(&self) -> DecodingKey {
        match self.jwk.alg {
            Algorithm::Rs256 => DecodingKey::from_rsa_der(&self.handle),
            Algorithm::Es256 => DecodingKey::from_ec_der(&self.handle),
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        // aws-lc-rs draws the nonce of ECDSA (and needs nothing for RSA PKCS#1 v1.5) from its own generator,
        // whatever is handed in: a nonce must not be left to a caller.
        let random = SystemRandom::new();
        match &self.private {
            Private::Rsa(pair) => {
                let mut signed = vec![0; pair.public_modulus_len()];
                let outcome = pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signed);
                outcome.map_err(signature::Error::from_source)?;
                Ok(signed)
            }
            Private::Ec(pair) => {
                let signed = pair.sign(&random, message);
                Ok(signed.map_err(signature::Error::from_source)?.as_ref().to_vec())
            }
        }
    }
}

impl Private {
    fn public(&self) -> Result<PublicKey, Failure> {
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        match self {
            Self::Rsa(pair) => {
                let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                Ok(PublicKey::Rsa { n: text(&parts.n), e: text(&parts.e) })
            }
            Self::Ec(pair) => {
                // SEC 1 §2.3.3: 4, then both coordinates.
                let coordinates = pair.public_key().as_ref().strip_prefix(&[4]);
                let halves = coordinates.and_then(|both| both.split_at_checked(32));
                let (x, y) = halves.ok_or_else(|| Failure::broken("this is no point of P-256"))?;
                Ok(PublicKey::Ec { crv: "P-256".into(), x: text(x), y: text(y) })
            }
        }
    }
}

/// The keys that live in some ring of this process. The rings own them; what they let go fades here.
static LENT: LazyLock<ArcSwap<HashMap<Vec<u8>, Weak<Pair>>>> = LazyLock::new(ArcSwap::default);
static LENDING: Mutex<()> = Mutex::new(());

static PROVIDER: LazyLock<CryptoProvider> = LazyLock::new(|| CryptoProvider {
    signer_factory: signer_for,
    verifier_factory: verifier_for,
    ..aws_lc::DEFAULT_PROVIDER.clone()
});

/// Makes jsonwebtoken ask us. The second time it is refused, and changes nothing.
pub(super) fn install() {
    PROVIDER.install_default().ok();
}

/// Parses the key unless it is lent already, and makes it known to jsonwebtoken.
///
/// # Errors
/// If the private half does not belong to the public one.
pub(super) fn lend(tenant: TenantId, jwk: &Jwk, pkcs8: &[u8]) -> Result<Arc<Pair>, Failure> {
    let handle = handle(tenant, &jwk.kid);
    // One at a time: two equal keys under one handle would let go of it for each other. Never on a request.
    let _turn = LENDING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pair) = lent(&handle) {
        return Ok(pair);
    }
    let pair = Pair::parse(jwk.alg, pkcs8)?;
    if pair.jwk != *jwk {
        let kid = &jwk.kid;
        return Err(Failure::broken(format!("key {kid} has another key's private half")));
    }
    let pair = Arc::new(Pair { handle: handle.clone(), ..pair });
    let mut alive = HashMap::clone(&LENT.load());
    alive.retain(|_, pair| pair.strong_count() > 0);
    alive.insert(handle, Arc::downgrade(&pair));
    LENT.store(Arc::new(alive));
    Ok(pair)
}

/// Tenant and kid (INV-24). No DER, no point and no secret of ours begins with a zero.
fn handle(tenant: TenantId, kid: &Kid) -> Vec<u8> {
    [b"\0", tenant.as_str().as_bytes(), b"/", kid.as_str().as_bytes()].concat()
}

fn lent(handle: &[u8]) -> Option<Arc<Pair>> {
    LENT.load().get(handle).and_then(Weak::upgrade)
}

/// Only for the algorithm the key is bound to.
fn lent_for(algorithm: jsonwebtoken::Algorithm, handle: &[u8]) -> Option<Lent> {
    let pair = lent(handle)?;
    (spoken(pair.jwk.alg) == algorithm).then_some(Lent(pair))
}

pub(super) const fn spoken(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is jsonwebtoken's")]
fn signer_for(
    algorithm: &jsonwebtoken::Algorithm,
    key: &EncodingKey,
) -> Result<Box<dyn JwtSigner>, Error> {
    match lent_for(*algorithm, key.as_bytes()) {
        Some(pair) => Ok(Box::new(pair)),
        None if key.as_bytes().first() == Some(&0) => Err(ErrorKind::InvalidAlgorithm.into()),
        None => (aws_lc::DEFAULT_PROVIDER.signer_factory)(algorithm, key),
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is jsonwebtoken's")]
fn verifier_for(
    algorithm: &jsonwebtoken::Algorithm,
    key: &DecodingKey,
) -> Result<Box<dyn JwtVerifier>, Error> {
    let ours = key.try_get_as_bytes().ok().and_then(|handle| lent_for(*algorithm, handle));
    match ours {
        Some(pair) => Ok(Box::new(pair)),
        None => (aws_lc::DEFAULT_PROVIDER.verifier_factory)(algorithm, key),
    }
}

/// A lent key, as jsonwebtoken wants to see it.
struct Lent(Arc<Pair>);

impl signature::Signer<Vec<u8>> for Lent {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        self.0.sign(message)
    }
}

impl JwtSigner for Lent {
    fn algorithm(&self) -> jsonwebtoken::Algorithm {
        spoken(self.0.jwk.alg)
    }
}

impl signature::Verifier<Vec<u8>> for Lent {
    fn verify(&self, message: &[u8], signed: &Vec<u8>) -> Result<(), signature::Error> {
        self.0.public.verify_sig(message, signed).map_err(signature::Error::from_source)
    }
}

impl JwtVerifier for Lent {
    fn algorithm(&self) -> jsonwebtoken::Algorithm {
        spoken(self.0.jwk.alg)
    }
}
