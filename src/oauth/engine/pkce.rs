//! Proof Key for Code Exchange: S256 and nothing else (RFC 7636 §4, RFC 9700 §2.1.1).

use oxide_auth::code_grant::extensions::Pkce;
use oxide_auth::primitives::grant::Value;
use std::borrow::Cow;

/// Under this name the extensions of a grant carry the challenge.
pub(super) const NAME: &str = "pkce";

/// BASE64URL of 32 bytes.
const CHALLENGE: usize = 43;

/// What is kept of a challenge. An absent method would mean `plain`, which is refused.
pub fn challenge(method: Option<&str>, challenge: &str) -> Option<String> {
    let fits = challenge.len() == CHALLENGE && challenge.bytes().all(is_base64url);
    let kept = fits.then(|| {
        Pkce::required().challenge(method.map(Cow::Borrowed), Some(Cow::Borrowed(challenge)))
    });
    kept?.ok()??.into_private_value().ok()?
}

/// Whether this verifier was behind the challenge that was kept.
pub fn is_verified(kept: &str, verifier: &str) -> bool {
    let fits = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_unreserved);
    fits && Pkce::required().verify(Some(value(kept)), Some(Cow::Borrowed(verifier))).is_ok()
}

pub(super) fn value(kept: &str) -> Value {
    Value::private(Some(kept.to_owned()))
}

const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

const fn is_unreserved(byte: u8) -> bool {
    is_base64url(byte) || matches!(byte, b'.' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::secret::Hash;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    // RFC 7636 App. B, P-036
    #[test]
    fn the_example_of_the_specification_is_verified() {
        let kept = challenge(Some("S256"), CHALLENGE).unwrap();
        assert!(is_verified(&kept, VERIFIER));
        assert_eq!(Hash::of(VERIFIER.as_bytes()).base64url(), CHALLENGE);
    }

    //
    #[test]
    fn nothing_is_treated_as_plain() {
        for method in [None, Some("plain"), Some("s256"), Some("S512"), Some("")] {
            assert_eq!(challenge(method, CHALLENGE), None, "{method:?}");
        }
        let long = "a".repeat(129);
        for wrong in [
            &CHALLENGE[..42],
            &format!("{CHALLENGE}a"),
            &long,
            "",
            &format!("{}=", &CHALLENGE[..42]),
        ] {
            assert_eq!(challenge(Some("S256"), wrong), None, "{wrong}");
        }
    }

    // PT-03
    #[test]
    fn another_verifier_is_refused() {
        let kept = challenge(Some("S256"), CHALLENGE).unwrap();
        let (long, foreign) = ("a".repeat(129), format!("{}ä", &VERIFIER[..41]));
        let other = VERIFIER.replace('d', "e");
        for wrong in [CHALLENGE, &other, &VERIFIER[..42], &long, &foreign, ""] {
            assert!(!is_verified(&kept, wrong), "{wrong}");
        }
    }
}
