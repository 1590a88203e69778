//! Authentication codes, and seals under a secret that only its bearer has (INV-30, D-02, D-17).

use super::cipher::Cipher;
use super::{Purpose, Sealer};
use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::kernel::secret::{Hash, Secret};
use crate::platform::storage::Work;
use aws_lc_rs::hmac;

/// HMAC-SHA-256 under a key of one tenant. It may be remembered once the unit of work that made it is committed.
#[derive(Clone)]
pub struct Mac(hmac::Key);

impl Mac {
    fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    pub fn tag(&self, text: &str) -> Vec<u8> {
        hmac::sign(&self.0, text.as_bytes()).as_ref().to_vec()
    }

    /// Takes the same time wherever the two differ (INV-31).
    pub fn is_right(&self, text: &str, tag: &[u8]) -> bool {
        hmac::verify(&self.0, text.as_bytes(), tag).is_ok()
    }
}

impl Sealer {
    /// The key of the tenant of the unit of work for this purpose; made when it is first asked for.
    pub async fn mac(&self, work: &mut Work, purpose: Purpose) -> Result<Mac, Failure> {
        let (_, key) = self.newest_key(work, purpose).await?;
        Ok(Mac::new(&key))
    }
}

/// Seal under the secret itself: whoever has the database and not the secret reads nothing (PT-22).
pub fn seal_under(
    secret: &Secret,
    names: &[&str],
    moment: &mut impl Moment,
    plain: &[u8],
) -> Result<Vec<u8>, Failure> {
    derived(secret)?.seal(moment.random(), names, plain)
}

/// `None` under another secret or other names.
pub fn open_under(secret: &Secret, names: &[&str], sealed: &[u8]) -> Option<Vec<u8>> {
    derived(secret).ok()?.open(names, sealed)
}

/// The secret has 256 bits of its own; what is stored of it is its plain hash, which says nothing about this one.
fn derived(secret: &Secret) -> Result<Cipher, Failure> {
    let key = Hash::of_parts([&b"sealed under a secret"[..], secret.reveal().as_bytes()]);
    Cipher::new(key.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::time::Timestamp;

    struct Fixed;

    impl Moment for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::default()
        }
        fn random<const N: usize>(&mut self) -> [u8; N] {
            [9; N]
        }
    }

    // PT-22
    #[test]
    fn it_opens_under_the_same_secret_and_names_only() {
        let secret = Secret::new("first");
        let sealed = seal_under(&secret, &["ten_a", "cli_1"], &mut Fixed, b"answer").unwrap();
        let opened =
            |secret: &str, names: &[&str]| open_under(&Secret::new(secret), names, &sealed);
        assert_eq!(opened("first", &["ten_a", "cli_1"]).as_deref(), Some(&b"answer"[..]));
        assert_eq!(opened("second", &["ten_a", "cli_1"]), None);
        assert_eq!(opened("first", &["ten_a", "cli_2"]), None);
    }

    // D-17
    #[test]
    fn a_tag_is_right_for_one_text() {
        let mac = Mac::new(&[1; 32]);
        let tag = mac.tag("vrt.1");
        assert!(mac.is_right("vrt.1", &tag));
        assert!(!mac.is_right("vrt.2", &tag) && !mac.is_right("vrt.1", &tag[..16]));
    }
}
