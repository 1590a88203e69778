//! Making a key from the randomness handed in. This is all that the `rsa` crate does here.

use super::model::{Algorithm, Jwk};
use super::pair::Pair;
use crate::kernel::failure::Failure;
use crate::kernel::moment::Chance;
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey;
use rsa::rand_core::{CryptoRng, Error, RngCore, impls};
use zeroize::Zeroizing;

/// A new key: PKCS#8 in DER, wiped when dropped, and what the world may see of it.
pub struct Made {
    pub jwk: Jwk,
    pub private: Zeroizing<Vec<u8>>,
}

/// Takes a tenth of a second and more for RSA: never inside a unit of work.
pub fn generate(
    algorithm: Algorithm,
    rsa_bits: usize,
    chance: &dyn Chance,
) -> Result<Made, Failure> {
    let private = match algorithm {
        Algorithm::Rs256 => rsa_pkcs8(rsa_bits, chance)?,
        Algorithm::Es256 => p256_pkcs8(chance)?,
    };
    let jwk = Pair::parse(algorithm, &private)?.jwk().clone();
    Ok(Made { jwk, private })
}

fn rsa_pkcs8(bits: usize, chance: &dyn Chance) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let fail = || Failure::broken("no RSA key could be made");
    let key = RsaPrivateKey::new(&mut Drawn(chance), bits).map_err(|e| fail().because(e))?;
    let document = key.to_pkcs8_der().map_err(|e| fail().because(e.to_string()))?;
    Ok(Zeroizing::new(document.as_bytes().to_vec()))
}

/// RFC 5208 and RFC 5915: version, id-ecPublicKey with prime256v1, and a private key of 32 bytes to follow.
/// aws-lc-rs makes keys only from its own randomness, but takes a scalar in this form and finds the point.
const P256_HEAD: [u8; 35] = [
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01,
    0x01, 0x04, 0x20,
];

fn p256_pkcs8(chance: &dyn Chance) -> Result<Zeroizing<Vec<u8>>, Failure> {
    // One number in 2^32 is not below the order of the curve; a generator that fails ten times is broken.
    for _ in 0..10 {
        let mut scalar = Zeroizing::new([0; 32]);
        chance.fill(scalar.as_mut());
        if let Ok(made) = p256(&scalar) {
            return Ok(made.private);
        }
    }
    Err(Failure::broken("no P-256 key could be made"))
}

/// The key with this scalar, which stands at the end of its PKCS#8.
pub(super) fn p256(scalar: &[u8; 32]) -> Result<Made, Failure> {
    let private = Zeroizing::new([P256_HEAD.as_slice(), scalar.as_slice()].concat());
    let jwk = Pair::parse(Algorithm::Es256, &private)?.jwk().clone();
    Ok(Made { jwk, private })
}

/// `Chance` in the form that the `rsa` crate asks for.
struct Drawn<'a>(&'a dyn Chance);

impl RngCore for Drawn<'_> {
    fn next_u32(&mut self) -> u32 {
        impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        self.0.fill(dest);
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        self.0.fill(dest);
        Ok(())
    }
}

/// `Chance` is asked for bytes fit for keys.
impl CryptoRng for Drawn<'_> {}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::sync::{LazyLock, Mutex};

    /// A generator of its own for each seed, the same in every run.
    pub(in crate::keys) struct Seeded(Mutex<u64>);

    impl Seeded {
        pub(in crate::keys) fn new(seed: u64) -> Self {
            Self(Mutex::new(seed))
        }
    }

    impl Chance for Seeded {
        fn fill(&self, bytes: &mut [u8]) {
            let mut state = self.0.lock().unwrap();
            for byte in bytes {
                // SplitMix64
                *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                *byte = (mixed ^ (mixed >> 31)).to_le_bytes()[0];
            }
        }
    }

    /// RSA keys are slow to make: one is enough for all tests.
    pub(in crate::keys) static RSA: LazyLock<Made> =
        LazyLock::new(|| generate(Algorithm::Rs256, 2048, &Seeded::new(7)).unwrap());

    #[test]
    fn the_same_randomness_makes_the_same_key() {
        let made = |seed| generate(Algorithm::Es256, 2048, &Seeded::new(seed)).unwrap();
        assert_eq!(made(1).jwk, made(1).jwk);
        assert_ne!(made(1).jwk.kid, made(2).jwk.kid);
    }

    #[test]
    fn a_generator_that_yields_no_key_is_found_out() {
        struct Stuck;
        impl Chance for Stuck {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        assert!(generate(Algorithm::Es256, 2048, &Stuck).is_err());
    }

    #[test]
    fn an_rsa_key_has_the_size_asked_for() {
        assert!(matches!(&RSA.jwk.key, crate::keys::model::PublicKey::Rsa { n, e }
            if n.len() == 342 && e == "AQAB"));
    }
}
