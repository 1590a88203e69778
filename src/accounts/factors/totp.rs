//! Codes of an authenticator app (RFC 6238): SHA-1, six digits, half a minute, as every app knows them.

use crate::kernel::secret::Secret;
use crate::kernel::time::Timestamp;
use data_encoding::BASE32_NOPAD;
use qrcode::{Color, QrCode};
use std::fmt::Write;
use totp_rs::{Algorithm, Builder, Totp};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

pub const SEED_BYTES: usize = 20;
const STEP: i64 = 30;
/// A phone's clock may be this many steps off, either way.
const DRIFT: i64 = 1;

/// What app and server share.
pub struct Seed(Zeroizing<Vec<u8>>);

impl Seed {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it.
    pub fn spelled(&self) -> Secret {
        Secret::new(BASE32_NOPAD.encode(&self.0))
    }

    /// What an app reads from the picture.
    pub fn address(&self, issuer: &str, account: &str) -> Secret {
        let quoted = |text: &str| {
            byte_serialize(text.replace(':', " ").as_bytes())
                .collect::<String>()
                .replace('+', "%20")
        };
        let (issuer, account) = (quoted(issuer), quoted(account));
        let seed = self.spelled();
        Secret::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period=30",
            seed.reveal()
        ))
    }

    /// Which half minute this is the code of, of those that may still come.
    pub fn step_of(&self, code: &str, after: i64, now: Timestamp) -> Option<i64> {
        let here = now.seconds().div_euclid(STEP);
        let totp = self.totp();
        let mut steps = (here - DRIFT)..=(here + DRIFT);
        steps.find(|step| {
            let second = u64::try_from(step * STEP).unwrap_or_default();
            *step > after && totp.check(code, second).is_some()
        })
    }

    /// What the app shows now.
    pub fn code(&self, now: Timestamp) -> String {
        let second = u64::try_from(now.seconds()).unwrap_or_default();
        self.totp().generate(second).to_string()
    }

    fn totp(&self) -> Totp {
        let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6);
        builder.with_skew(0).with_secret(self.0.to_vec()).build_noncompliant()
    }
}

/// What was typed, as the app shows it: people group digits.
pub fn normal(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// A picture of a text: the side of a square, and the dark squares of it as a path of an SVG.
pub struct Picture {
    pub side: usize,
    pub path: String,
}

/// `None` for a text that fits no picture.
pub fn picture(text: &Secret) -> Option<Picture> {
    let code = QrCode::new(text.reveal().as_bytes()).ok()?;
    let side = code.width();
    let mut path = String::new();
    for (place, _) in code.to_colors().iter().enumerate().filter(|(_, c)| **c == Color::Dark) {
        // Writing to a String cannot fail.
        let _ = write!(path, "M{} {}h1v1h-1z", place % side, place / side);
    }
    Some(Picture { side, path })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::time::Lifetime;

    fn seed() -> Seed {
        Seed::new(*b"12345678901234567890")
    }

    // RFC 6238 appendix B, cut to six digits
    #[test]
    fn codes_are_those_of_the_rfc() {
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")]
        {
            assert_eq!(seed().code(Timestamp::from_seconds(second)), code);
        }
    }

    // one step either way, and none twice
    #[test]
    fn a_code_is_good_for_one_step_either_way_and_once() {
        let now = Timestamp::from_seconds(1_111_111_109);
        let here = 1_111_111_109 / 30;
        for (steps, is_good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = seed().code(now.plus(Lifetime::seconds(30 * steps)));
            let found = seed().step_of(&code, 0, now);
            assert_eq!(found, is_good.then_some(here + steps), "{steps}");
            assert_eq!(seed().step_of(&code, here + steps, now), None, "taken already");
        }
        for wrong in ["", "08180", "0818040", "+81804", "०८१८०४", "08180a"] {
            assert_eq!(seed().step_of(wrong, 0, now), None, "{wrong}");
        }
        assert_eq!(normal(" 081 804-"), "081804");
    }

    #[test]
    fn an_app_reads_whose_it_is() {
        let address = seed().address("Acme: \"a&b\"", "ada+x@example.test");
        assert_eq!(
            address.reveal(),
            "otpauth://totp/Acme%20%20%22a%26b%22:ada%2Bx%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%20%22a%26b%22&algorithm=SHA1&digits=6&period=30"
        );
        let picture = picture(&address).unwrap();
        assert!(picture.path.starts_with("M0 0h1v1h-1z") && picture.side > 40);
    }
}
