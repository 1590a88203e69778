//! AES-256-GCM over aws-lc-rs, with the names of a thing as associated data.

use crate::kernel::failure::Failure;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    pub(super) fn new(key: &[u8]) -> Result<Self, Failure> {
        let key = UnboundKey::new(&AES_256_GCM, key)
            .map_err(|_| Failure::broken("a data key has the wrong length"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// The nonce is random: at 2^32 things under one key a repetition is still a chance of 2^-33.
    pub(super) fn seal(
        &self,
        nonce: [u8; NONCE_LEN],
        names: &[&str],
        plain: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(associated(names)),
                &mut sealed,
            )
            .map_err(|_| Failure::broken("could not seal"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub(super) fn open(&self, names: &[&str], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut plain = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length =
            self.0.open_in_place(nonce, Aad::from(associated(names)), &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

/// Each name behind its length, so that no two lists read the same (PT-19).
fn associated(names: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for name in names {
        bytes.extend((name.len() as u64).to_be_bytes());
        bytes.extend(name.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    // INV-30
    #[test]
    fn it_opens_only_under_the_names_it_was_sealed_with() {
        let cipher = Cipher::new(&[7; 32]).unwrap();
        let sealed = cipher.seal([1; 12], &["ten_a", "signing-key"], b"secret").unwrap();
        assert_eq!(
            cipher.open(&["ten_a", "signing-key"], &sealed).as_deref(),
            Some(&b"secret"[..])
        );
        for names in [&["ten_b", "signing-key"][..], &["ten_a", "totp"], &["ten_asigning-key"], &[]]
        {
            assert_eq!(cipher.open(names, &sealed), None);
        }
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(cipher.open(&["ten_a", "signing-key"], &changed), None, "byte {place}");
        }
    }
}
