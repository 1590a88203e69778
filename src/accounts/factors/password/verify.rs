//! One password against one kept hash. Every comparison takes the same time whatever it compares (INV-31).

use super::argon2id::{Cost, Hasher};
use super::stored::{Before, Digest, Kind, Stored};
use crate::accounts::model::Candidate;
use crate::kernel::failure::Failure;
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::num::NonZeroU32;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// Right, and to be hashed anew: it was made elsewhere, at another cost, or of another spelling.
    RightButRehash,
    Wrong,
}

/// A second try, with the spelling as it was typed, is made only where it differs from the normalised one. So its
/// time tells what was typed, and nothing about what is kept.
pub(super) fn verify(
    engine: &mut impl Hasher,
    stored: &Stored,
    candidate: &Candidate,
    cost: Cost,
) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::Wrong;
    for (number, spelling) in candidate.spellings().enumerate() {
        if fits(engine, &stored.kind, spelling)? && verdict == Verdict::Wrong {
            let is_current = number == 0 && stored.is_current(cost);
            verdict = if is_current { Verdict::Right } else { Verdict::RightButRehash };
        }
    }
    Ok(verdict)
}

/// Whether it is the password, as normalised or as typed.
pub(super) fn fits_any(
    engine: &mut impl Hasher,
    stored: &Stored,
    candidate: &Candidate,
) -> Result<bool, Failure> {
    for spelling in candidate.spellings() {
        if fits(engine, &stored.kind, spelling)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn fits(engine: &mut impl Hasher, kind: &Kind, password: &str) -> Result<bool, Failure> {
    let bytes = password.as_bytes();
    match kind {
        Kind::Argon2 { recipe, salt, tag } => {
            let mut made = Zeroizing::new(vec![0; tag.len()]);
            engine.derive(*recipe, bytes, salt, &mut made)?;
            Ok(made.ct_eq(tag).into())
        }
        Kind::Pbkdf2 { digest, iterations, salt, tag } => {
            let algorithm = match digest {
                Digest::Sha1 => PBKDF2_HMAC_SHA1,
                Digest::Sha256 => PBKDF2_HMAC_SHA256,
                Digest::Sha512 => PBKDF2_HMAC_SHA512,
            };
            let Some(iterations) = NonZeroU32::new(*iterations) else { return Ok(false) };
            Ok(pbkdf2::verify(algorithm, iterations, salt, bytes, tag).is_ok())
        }
        Kind::Scrypt { log_n, r, p, salt, tag } => {
            let params = scrypt::Params::new(*log_n, *r, *p).map_err(unusable)?;
            let mut made = Zeroizing::new(vec![0; tag.len()]);
            scrypt::scrypt(bytes, salt, &params, &mut made).map_err(unusable)?;
            Ok(made.ct_eq(tag).into())
        }
        Kind::Bcrypt { text, before: Before::Nothing } => fits_bcrypt(bytes, text),
        Kind::Bcrypt { text, before: Before::Sha256 } => {
            let hex = Zeroizing::new(HEXLOWER.encode(&Sha256::digest(bytes)));
            fits_bcrypt(hex.as_bytes(), text)
        }
    }
}

/// bcrypt looks at 72 bytes. Whoever made the hash cut there, so we do, or its owner could not come in; the hash
/// of ours that replaces it covers the whole password (R-PWS-04). Elsewhere a NUL ended the password; here a
/// password with one in it fits nothing.
fn fits_bcrypt(password: &[u8], text: &str) -> Result<bool, Failure> {
    let is_right = bcrypt::verify(password, text).map_err(unusable)?;
    Ok(is_right && !password.contains(&0))
}

fn unusable(cause: impl std::fmt::Display) -> Failure {
    Failure::broken("a kept password hash cannot be used").because(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::argon2id::{Engine, Portable};
    use super::*;
    use crate::kernel::secret::Secret;

    const COST: Cost = Cost { memory_kib: 64, iterations: 2, parallelism: 2 };

    fn check(stored: &str, password: &str) -> Verdict {
        let stored = Stored::parse(stored).unwrap_or_else(|error| panic!("{stored}: {error}"));
        let candidate = Candidate::new(&Secret::new(password)).unwrap();
        verify(&mut Engine::default(), &stored, &candidate, COST).unwrap()
    }

    // Made by argon2-cffi 25.1, bcrypt 4.0, passlib 1.7.4, Django 5.2 and Python's hashlib, of `correct horse`.
    const FOREIGN: [&str; 24] = [
        "$argon2id$v=16$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$OrIO9kv58jSieDMEmxvApFv6nWFEesfbEW39oUwQGqw",
        "$argon2i$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$Um2tQKSMO+0XrtzC+8oOj5XIfVYiz90GkcRUBruZJKQ",
        "$argon2i$v=16$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$Q/g7ExRzd4OwBixEclcbxr7bcZNyhXm6Zg3utrfmkiU",
        "$argon2i$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$Q/g7ExRzd4OwBixEclcbxr7bcZNyhXm6Zg3utrfmkiU",
        "$argon2d$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$q8GmWt1VhoIHx6jP1k9sV3hz6bB9V2QssUGRU1eOj/k",
        "$argon2d$v=16$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$jx8zQPbS2uZZaaiayofhEXiIMXyeMYk6krMQewm4CDg",
        "$pbkdf2$1000$0TqntLaWEqIUQmhtrXVOSQ$KBZ6BIAeCkp9b1hxiZ3ux/ccUCg",
        "$pbkdf2-sha256$1000$e4/xfq/Vujem9F7LOef8Xw$q5n4Aseyfnd2/7ex/J7OrkHCyD/Er5hhI9XUp2YwO8U",
        "$pbkdf2-sha512$1000$rZVSCiFkzFlr7T0nZAxhDA$PmY.wy4WIgjYFYjxirCsQLuEP2F48v1sUy1kzeHvZ1G28fq/3UKCgNp.N4emTRxTwhPYcrtzg396gbXFd.S6YQ",
        "$pbkdf2-sha512$i=1000,l=64$c2FsdHNhbHRzYWx0c2FsdA$EHLBej+uEvxlmr0QnHnceg1vM6h1wbwSP5XErh3SmizNDWZsIi28RPGARe0EssjGRoiACzxgHjNvqwJY1zxKig",
        "{PBKDF2}1000$uReidG7tXStFiHFubY2R8g$u4gJJaoXZUMHFX6G95BFQY91pXY",
        "{PBKDF2-SHA256}1000$utf6X4vxvheidE7pnXPuvQ$nyJD4JwbOsiYJgab81R4UJ5h3UVMXyklFFp.D2J3wyY",
        "{PBKDF2-SHA512}1000$z9kbY8xZy/mfkzJmzHlvzQ$RnfSvYyUakkvBHvp4iAqTX5m0Sm9CEfsaEB4ma8pGgGSxlQxJkzZTtrTbgKAh.LaSem0CeB8wF8ABcoW3dszYQ",
        "{ARGON2}$argon2i$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$Um2tQKSMO+0XrtzC+8oOj5XIfVYiz90GkcRUBruZJKQ",
        "{CRYPT}$2b$04$8v4UC.huBDV8VVZJzWgRtejV90IkFhGaa3tgS3Dj.DGl2DrCSBJSu",
        "$scrypt$ln=8,r=8,p=1$N2bM2VuLMWbMGYPQWsvZ2w$fuNdyUNWhyc2C/ITluSEVQu3F6j3P1Kau0NajNJsA4w",
        "$2b$04$8v4UC.huBDV8VVZJzWgRtejV90IkFhGaa3tgS3Dj.DGl2DrCSBJSu",
        "$2y$04$8v4UC.huBDV8VVZJzWgRtejV90IkFhGaa3tgS3Dj.DGl2DrCSBJSu",
        "pbkdf2_sha256$1000$saltsaltsalt12$C+2hGzGMesL5wgeiQcx46xeGGDaxX+EX4cU9Q2czXeM=",
        "pbkdf2_sha1$1000$saltsaltsalt12$M7YQ3RHMJbQBiF3Apfwy9y3OyAw=",
        "bcrypt_sha256$$2b$04$vDjHFu9o539QfvMhxFHlnO4VVOUyvyrH6M8Uwu5Rp7S5WhHi37Vne",
        "bcrypt$$2b$04$Mil8VX71IZU6zRCkY.gTGe9f1UFFTQH.RV2O0x7AooRFI2G8R/g.m",
        "scrypt$1024$saltsaltsalt12$8$5$DxCAFw64KWvnlK4v9HlUV6LJMbHSgjSW6gepWNLqUBpGqmLyxx3y93T1h0IVrAB9+KoFWk5IdSAzFGP5vApYQg==",
        "argon2$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0MTI$MWkgEMtqVVjjDUGs2X5ipYkh/XatEapkW9cC/HijM/A",
    ];

    const OURS: &str = "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$Sh1LF6dsajp2YjljvL/T0Tk68lSWQP232iGGbb+Qa5Y";

    // R-PWS-02
    #[test]
    fn hashes_from_elsewhere_are_understood_and_replaced() {
        for stored in FOREIGN {
            assert_eq!(check(stored, "correct horse"), Verdict::RightButRehash, "{stored}");
            assert_eq!(check(stored, "correct horsf"), Verdict::Wrong, "{stored}");
            assert_eq!(check(stored, ""), Verdict::Wrong, "{stored}");
        }
    }

    #[test]
    fn a_hash_of_ours_is_replaced_only_when_the_cost_has_changed() {
        assert_eq!(check(OURS, "correct horse"), Verdict::Right);
        assert_eq!(check(OURS, "correct horsf"), Verdict::Wrong);
        let stored = Stored::parse(OURS).unwrap();
        let candidate = Candidate::new(&Secret::new("correct horse")).unwrap();
        let dearer = Cost { iterations: 3, ..COST };
        for verdict in [
            verify(&mut Engine::default(), &stored, &candidate, dearer).unwrap(),
            verify(&mut Portable, &stored, &candidate, dearer).unwrap(),
        ] {
            assert_eq!(verdict, Verdict::RightButRehash);
        }
    }

    // R-PWS-04: made by bcrypt 4.0 of 72 times `x`
    #[test]
    fn bcrypt_cut_passwords_and_still_lets_their_owners_in() {
        let stored = "$2b$04$6LWJ1mFER/lvFNxI8EqlwOSpaJsRUfIs2f3lgRBU98KUVbx5iE/b6";
        assert_eq!(check(stored, &"x".repeat(71)), Verdict::Wrong);
        assert_eq!(check(stored, &"x".repeat(72)), Verdict::RightButRehash);
        assert_eq!(check(stored, &"x".repeat(99)), Verdict::RightButRehash);
    }

    //
    #[test]
    fn a_nul_does_not_end_a_password() {
        let bcrypt = "$2b$04$8v4UC.huBDV8VVZJzWgRtejV90IkFhGaa3tgS3Dj.DGl2DrCSBJSu";
        for stored in [bcrypt, OURS] {
            assert_eq!(check(stored, "correct horse\0"), Verdict::Wrong);
            assert_eq!(check(stored, "correct horse\0battery"), Verdict::Wrong);
        }
    }

    // Made by Python's hashlib of the text as it stands here, with a ligature and a full-width digit.
    #[test]
    fn what_was_hashed_elsewhere_without_normalising_fits_as_typed() {
        let stored = "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$+oEoKaE7NQZ4UtZ5DVcZOzbe426mfDMnNapifZOH+KI";
        assert_eq!(check(stored, "\u{fb01}anc\u{e9}\u{ff11}"), Verdict::RightButRehash);
        assert_eq!(check(stored, "fianc\u{e9}1"), Verdict::Wrong);
    }
}
