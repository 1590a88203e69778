//! Secrets of clients: made by us with 256 bits, so a plain hash keeps them (INV-30; P-227 for the sealed ones).

use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSecret {
    pub hash: Hash,
    /// The secret itself under a seal, where signatures are checked with it (client_secret_jwt).
    pub sealed: Option<Vec<u8>>,
    pub made_at: Timestamp,
    /// Set on the old one while a change is under way.
    pub ends_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretCheck {
    Right,
    Wrong,
}

impl ClientSecret {
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.ends_at.is_none_or(|ends_at| now < ends_at)
    }

    /// Against all that live, always all of them: no answer comes sooner than another (INV-31).
    pub fn check(known: &[Self], presented: &Secret, now: Timestamp) -> SecretCheck {
        let hash = presented.hash();
        let right = known.iter().filter(|secret| secret.hash == hash && secret.is_live(now));
        if right.count() > 0 { SecretCheck::Right } else { SecretCheck::Wrong }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 6749 §2.3.1: a secret is changed without a gap
    #[test]
    fn two_secrets_are_valid_during_a_change() {
        let at = Timestamp::from_seconds;
        let secret = |text: &str, ends_at| ClientSecret {
            hash: Secret::new(text).hash(),
            sealed: None,
            made_at: at(0),
            ends_at,
        };
        let known = [secret("old", Some(at(10))), secret("new", None)];
        let check = |text: &str, now| ClientSecret::check(&known, &Secret::new(text), at(now));
        assert_eq!((check("old", 9), check("new", 9)), (SecretCheck::Right, SecretCheck::Right));
        assert_eq!((check("old", 10), check("new", 10)), (SecretCheck::Wrong, SecretCheck::Right));
        assert_eq!(check("older", 0), SecretCheck::Wrong);
    }
}
