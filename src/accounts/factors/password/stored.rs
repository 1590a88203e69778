//! A hash as it is kept: our own, and those of accounts that come from elsewhere.
//!
//! | made by | form |
//! |---|---|
//! | us, and everybody who writes PHC strings | `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`, also `argon2i`, `argon2d`, `v=16` |
//! | PHC, passlib | `$pbkdf2-sha256$i=600000,l=32$salt$tag`, `$pbkdf2-sha256$29000$salt$tag`, also `-sha512`, `-sha1` or none |
//! | PHC, passlib | `$scrypt$ln=16,r=8,p=1$salt$tag` |
//! | bcrypt | `$2b$12$…`, also `$2a$`, `$2y$` |
//! | Django | `pbkdf2_sha256$…`, `pbkdf2_sha1$…`, `scrypt$…`, `argon2$argon2id$…`, `bcrypt$…`, `bcrypt_sha256$…` |
//! | OpenLDAP | `{PBKDF2-SHA256}10000$salt$tag`, also `-SHA512`, `-SHA1` or none; `{ARGON2}`, `{CRYPT}` or `{BCRYPT}` before one of the above |

use super::argon2id::{Cost, Recipe, Variant, Version};
use super::forms;
use std::fmt;

/// It was read, and checking a password against it costs no more than is allowed.
#[derive(Clone)]
pub struct Stored {
    text: String,
    pub(super) kind: Kind,
}

#[derive(Clone)]
pub(super) enum Kind {
    Argon2 { recipe: Recipe, salt: Vec<u8>, tag: Vec<u8> },
    Pbkdf2 { digest: Digest, iterations: u32, salt: Vec<u8>, tag: Vec<u8> },
    Scrypt { log_n: u8, r: u32, p: u32, salt: Vec<u8>, tag: Vec<u8> },
    Bcrypt { text: String, before: Before },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digest {
    Sha1,
    Sha256,
    Sha512,
}

impl Digest {
    const fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// What happens to a password before bcrypt gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    /// Django: SHA-256 in hex, so that no more than 72 bytes arrive.
    Sha256,
}

/// Why a text is no hash against which passwords are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the password hash has no form that is known here")]
    Unknown,
    #[error("the password hash is malformed")]
    Malformed,
    /// Whoever brings hashes along must not be able to keep us busy with them (R-PWS-02, A-196).
    #[error("the password hash costs more to check than is allowed")]
    TooDear,
}

/// All known forms are shorter.
const LONGEST: usize = 512;
/// Fewer bytes could be met by chance; more are in no known form.
const TAG_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
const MOST_SALT_BYTES: usize = 128;
/// RFC 9106 §3.1.
const FEWEST_ARGON2_SALT_BYTES: usize = 8;

const MOST_MEMORY_KIB: u64 = 128 * 1024;
const MOST_ITERATIONS: u32 = 10;
const MOST_LANES: u32 = 4;
const MOST_PBKDF2_ROUNDS: u64 = 2_000_000;
/// Of all `p` rounds together.
const MOST_SCRYPT_KIB: u64 = 256 * 1024;

/// As many random bytes as RFC 9106 §4 advises.
pub(super) const SALT_BYTES: usize = 16;
const OUR_TAG_BYTES: usize = 32;

impl Stored {
    /// A kept text that is refused fits no password: whoever checks one passes `None` on in its place.
    ///
    /// # Errors
    /// If it is none of the forms above, or beyond the bounds.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        if text.len() > LONGEST {
            return Err(Unreadable::Malformed);
        }
        let kind = forms::read(text)?;
        kind.bounded()?;
        Ok(Self { text: text.to_owned(), kind })
    }

    pub(super) fn made(cost: Cost, salt: &[u8], tag: &[u8]) -> Self {
        let recipe = our(cost);
        let kind = Kind::Argon2 { recipe, salt: salt.to_vec(), tag: tag.to_vec() };
        Self { text: forms::write(cost, salt, tag), kind }
    }

    /// Costs what a hash of ours costs, and no password fits it but by chance.
    pub(super) fn dummy(cost: Cost) -> Self {
        Self::made(cost, &[0; SALT_BYTES], &[0; OUR_TAG_BYTES])
    }

    /// For the database.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is what we would make now.
    pub(super) fn is_current(&self, cost: Cost) -> bool {
        let Kind::Argon2 { recipe, salt, tag } = &self.kind else { return false };
        *recipe == our(cost) && salt.len() >= SALT_BYTES && tag.len() >= OUR_TAG_BYTES
    }
}

pub(super) const fn our(cost: Cost) -> Recipe {
    Recipe { variant: Variant::Id, version: Version::V19, cost }
}

/// An empty tag of the length that ours have.
pub(super) const fn empty_tag() -> [u8; OUR_TAG_BYTES] {
    [0; OUR_TAG_BYTES]
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(password hash, {} bytes)", self.text.len())
    }
}

impl Kind {
    /// Asked before anything is allocated or computed (FZ-20).
    fn bounded(&self) -> Result<(), Unreadable> {
        let is_allowed = match self {
            Self::Argon2 { recipe, salt, tag } => {
                Self::sizes(FEWEST_ARGON2_SALT_BYTES, salt, tag)?;
                recipe.cost.is_possible()?;
                recipe.cost.is_allowed()
            }
            Self::Pbkdf2 { digest, iterations, salt, tag } => {
                Self::sizes(1, salt, tag)?;
                let blocks = tag.len().div_ceil(digest.bytes()) as u64;
                *iterations > 0 && u64::from(*iterations) * blocks <= MOST_PBKDF2_ROUNDS
            }
            Self::Scrypt { log_n, r, p, salt, tag } => {
                Self::sizes(1, salt, tag)?;
                let kib = scrypt_kib(*log_n, *r).ok_or(Unreadable::TooDear)?;
                kib <= MOST_MEMORY_KIB && kib.saturating_mul((*p).into()) <= MOST_SCRYPT_KIB
            }
            // Its cost was looked at while it was read.
            Self::Bcrypt { .. } => true,
        };
        if is_allowed { Ok(()) } else { Err(Unreadable::TooDear) }
    }

    fn sizes(fewest: usize, salt: &[u8], tag: &[u8]) -> Result<(), Unreadable> {
        let is_whole =
            TAG_BYTES.contains(&tag.len()) && (fewest..=MOST_SALT_BYTES).contains(&salt.len());
        if is_whole { Ok(()) } else { Err(Unreadable::Malformed) }
    }
}

impl Cost {
    fn is_possible(self) -> Result<(), Unreadable> {
        let has_room = self.memory_kib >= self.parallelism.saturating_mul(8);
        let is_possible = self.iterations > 0 && self.parallelism > 0 && has_room;
        if is_possible { Ok(()) } else { Err(Unreadable::Malformed) }
    }

    fn is_allowed(self) -> bool {
        u64::from(self.memory_kib) <= MOST_MEMORY_KIB
            && self.iterations <= MOST_ITERATIONS
            && self.parallelism <= MOST_LANES
    }
}

/// 128·N·r bytes (RFC 7914 §2).
fn scrypt_kib(log_n: u8, r: u32) -> Option<u64> {
    let n = 1_u64.checked_shl(log_n.into())?;
    Some(n.checked_mul(r.into())?.checked_mul(128)?.div_ceil(1024))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(text: &str) -> Unreadable {
        Stored::parse(text).unwrap_err()
    }

    // FZ-20, A-196
    #[test]
    fn what_would_cost_too_much_is_refused_before_anything_is_computed() {
        let (salt, tag) = ("c2FsdHNhbHRzYWx0c2FsdA", "Sh1LF6dsajp2YjljvL/T0Tk68lSWQP232iGGbb+Qa5Y");
        for form in [
            format!("$argon2id$v=19$m=4194304,t=1,p=1${salt}${tag}"),
            format!("$argon2id$v=19$m=4294967295,t=1,p=1${salt}${tag}"),
            format!("$argon2id$v=19$m=64,t=11,p=1${salt}${tag}"),
            format!("$argon2id$v=19$m=64,t=1,p=5${salt}${tag}"),
            format!("$pbkdf2-sha256$i=2000001,l=32${salt}${tag}"),
            format!("$scrypt$ln=18,r=8,p=1${salt}${tag}"),
            format!("$scrypt$ln=14,r=8,p=17${salt}${tag}"),
            format!("$scrypt$ln=63,r=8,p=1${salt}${tag}"),
            "$2b$15$8v4UC.huBDV8VVZJzWgRtejV90IkFhGaa3tgS3Dj.DGl2DrCSBJSu".to_owned(),
        ] {
            assert_eq!(refused(&form), Unreadable::TooDear, "{form}");
        }
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        let (salt, tag) = ("c2FsdHNhbHRzYWx0c2FsdA", "Sh1LF6dsajp2YjljvL/T0Tk68lSWQP232iGGbb+Qa5Y");
        for form in [
            String::new(),
            "password".to_owned(),
            "{SSHA}c2FsdHNhbHRzYWx0c2FsdA".to_owned(),
            format!("$argon2x$v=19$m=64,t=1,p=1${salt}${tag}"),
            "$2x$04$8v4UC.huBDV8VVZJzWgRtejV90IkFhGaa3tgS3Dj.DGl2DrCSBJSu".to_owned(),
            "!".to_owned(),
        ] {
            assert_eq!(refused(&form), Unreadable::Unknown, "{form}");
        }
        for form in [
            format!("$argon2id$v=18$m=64,t=1,p=1${salt}${tag}"),
            format!("$argon2id$v=19$m=64,t=0,p=1${salt}${tag}"),
            format!("$argon2id$v=19$m=7,t=1,p=1${salt}${tag}"),
            format!("$argon2id$v=19$m=64,t=1${salt}${tag}"),
            format!("$argon2id$v=19$m=64,t=1,p=1,keyid=a${salt}${tag}"),
            format!("$argon2id$v=19$m=+64,t=1,p=1${salt}${tag}"),
            format!("$argon2id$v=19$m=64,t=1,p=1$c2FsdA${tag}"),
            format!("$argon2id$v=19$m=64,t=1,p=1${salt}$"),
            format!("$argon2id$v=19$m=64,t=1,p=1${salt}$Sh1LF6dsajp2"),
            format!("$argon2id$v=19$m=64,t=1,p=1${salt}${tag}${tag}"),
            format!("$argon2id$v=19$m=64,t=1,p=1${salt}${}", "A".repeat(500)),
            format!("$pbkdf2-sha256$i=1,l=31${salt}${tag}"),
            "$2b$03$8v4UC.huBDV8VVZJzWgRtejV90IkFhGaa3tgS3Dj.DGl2DrCSBJSu".to_owned(),
            "$2b$04$8v4UC".to_owned(),
        ] {
            assert_eq!(refused(&form), Unreadable::Malformed, "{form}");
        }
    }

    #[test]
    fn what_we_make_is_what_we_read() {
        let cost = Cost { memory_kib: 19_456, iterations: 2, parallelism: 1 };
        let made = Stored::made(cost, &[7; 16], &[9; 32]);
        assert_eq!(
            made.as_str(),
            "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk"
        );
        let read = Stored::parse(made.as_str()).unwrap();
        assert!(read.is_current(cost));
        assert!(!read.is_current(Cost { iterations: 3, ..cost }));
        assert!(!format!("{read:?}").contains("BwcH"));
    }

    proptest! {
        // FZ-20
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,80}", head in prop::sample::select(vec![
            "", "$argon2id$v=19$m=64,t=1,p=1$", "$2b$04$", "pbkdf2_sha256$", "{PBKDF2}", "$scrypt$ln=", "scrypt$",
            "$pbkdf2-sha512$i=1,l=64$", "bcrypt_sha256$", "{CRYPT}", "{ARGON2}", "argon2$",
        ])) {
            let _ = Stored::parse(&format!("{head}{text}"));
        }
    }
}
