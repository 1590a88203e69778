//! What must never be printed, and what is kept in its place.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A text that no log, error or debug output shows. It is wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself: only for the one who is to have it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn hash(&self) -> Hash {
        Hash::of(self.0.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(secret, {} bytes)", self.0.len())
    }
}

/// Takes the same time whatever the two contain (INV-31).
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

/// SHA-256.
#[derive(Clone, Copy, Default)]
pub struct Hash([u8; 32]);

impl Hash {
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of several parts, each preceded by its length, so that no two lists of parts read the same (PT-19).
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// Only of 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    pub fn base64url(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Hash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Hash {}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let shown = format!("{:?}", Secret::new("walk-through-hall"));
        assert_eq!(shown, "(secret, 17 bytes)");
    }

    // PT-19
    #[test]
    fn parts_that_join_to_the_same_text_hash_apart() {
        let (one, two) = ([&b"ab"[..], b"c"], [&b"a"[..], b"bc"]);
        assert_ne!(Hash::of_parts(one), Hash::of_parts(two));
        assert_ne!(Hash::of_parts([&b""[..]]), Hash::of_parts([&b""[..], b""]));
    }
}
