//! A refresh family: one live leaf, a retry for a lost answer, and death by reuse (RFC 9700 §4.14.2; D-02, D-03).

use super::Grant;
use crate::kernel::ids::{ClientId, GrantId};
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    pub grant: Grant,
    /// How often it was rotated. The live token carries this number.
    pub generation: i64,
    /// Of the live token; none where no refresh token was issued.
    pub live: Option<Hash>,
    /// Of the one before, and the answer it was exchanged for.
    pub previous: Option<Hash>,
    pub retry: Option<Retry>,
    /// It does not slide.
    pub ends_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// The answer that may have been lost on its way, sealed under the token it was given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Of the request: the same one gets the same answer.
    pub request: Hash,
    pub answer: Vec<u8>,
    /// Of the access token in it.
    pub jti: String,
    pub ends_at: Timestamp,
}

/// One step on: from the live generation to the next.
#[derive(Clone, Debug)]
pub struct Rotated {
    pub grant: GrantId,
    pub from: i64,
    pub live: Hash,
    pub next: Hash,
    pub retry: Retry,
}

/// What a presented refresh token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshVerdict {
    Fresh,
    /// The same request again: the same answer again.
    Retried(Vec<u8>),
    /// Another client's. The family stays: a stranger ends nobody's session.
    NotYours,
    /// Revoked, over, or never handed out.
    Dead,
    /// A second use that no retry explains: somebody has a copy.
    Replayed,
}

impl Family {
    /// `generation` is from a header whose MAC was right: we have made this very text.
    pub fn presented_by(
        &self,
        client: &ClientId,
        (generation, hash): (i64, &Hash),
        request: &Hash,
        now: Timestamp,
    ) -> RefreshVerdict {
        if self.grant.client != *client {
            return RefreshVerdict::NotYours;
        }
        if self.revoked_at.is_some() || now >= self.ends_at || generation > self.generation {
            return RefreshVerdict::Dead;
        }
        if generation == self.generation {
            let is_live = self.live.as_ref() == Some(hash);
            return if is_live { RefreshVerdict::Fresh } else { RefreshVerdict::Dead };
        }
        let is_previous = generation == self.generation - 1 && self.previous.as_ref() == Some(hash);
        match &self.retry {
            Some(retry) if is_previous && retry.request == *request && now < retry.ends_at => {
                RefreshVerdict::Retried(retry.answer.clone())
            }
            _ => RefreshVerdict::Replayed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::token::model::trial::{at, client, grant};

    fn family() -> Family {
        let retry = Retry {
            request: Hash::of(b"request"),
            answer: b"answer".to_vec(),
            jti: "j".into(),
            ends_at: at(30),
        };
        Family {
            grant: grant(),
            generation: 2,
            live: Some(Hash::of(b"r2")),
            previous: Some(Hash::of(b"r1")),
            retry: Some(retry),
            ends_at: at(1_000),
            revoked_at: None,
        }
    }

    fn verdict(family: &Family, token: (i64, &[u8]), request: &[u8], now: i64) -> RefreshVerdict {
        let hash = Hash::of(token.1);
        family.presented_by(&client(1), (token.0, &hash), &Hash::of(request), at(now))
    }

    // D-02, A-060, A-061, PT-11
    #[test]
    fn the_same_request_gets_the_same_answer_for_a_while_and_then_ends_the_family() {
        let family = family();
        assert_eq!(verdict(&family, (2, b"r2"), b"request", 999), RefreshVerdict::Fresh);
        let answer = RefreshVerdict::Retried(b"answer".to_vec());
        assert_eq!(verdict(&family, (1, b"r1"), b"request", 29), answer);
        for (token, request, now) in [
            ((1, &b"r1"[..]), &b"request"[..], 30),
            ((1, b"r1"), b"another", 1),
            ((0, b"r0"), b"request", 1),
        ] {
            assert_eq!(verdict(&family, token, request, now), RefreshVerdict::Replayed);
        }
        let seen = Family { retry: None, ..family };
        assert_eq!(verdict(&seen, (1, b"r1"), b"request", 1), RefreshVerdict::Replayed);
    }

    // INV-36: over, revoked, from a future that was lost, or another client's
    #[test]
    fn a_dead_family_stays_dead_and_a_stranger_does_not_end_one() {
        let family = family();
        assert_eq!(verdict(&family, (2, b"r2"), b"request", 1_000), RefreshVerdict::Dead);
        assert_eq!(verdict(&family, (3, b"r3"), b"request", 1), RefreshVerdict::Dead);
        assert_eq!(verdict(&family, (2, b"x"), b"request", 1), RefreshVerdict::Dead);
        let hash = Hash::of(b"r0");
        let stranger = family.presented_by(&client(2), (0, &hash), &hash, at(1));
        assert_eq!(stranger, RefreshVerdict::NotYours);
        let revoked = Family { revoked_at: Some(at(0)), ..family };
        assert_eq!(verdict(&revoked, (2, b"r2"), b"request", 1), RefreshVerdict::Dead);
        assert_eq!(verdict(&revoked, (1, b"r1"), b"request", 1), RefreshVerdict::Dead);
    }
}
