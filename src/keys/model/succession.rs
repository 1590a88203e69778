//! The keys of one tenant and algorithm, one after the other, and which of them is what at an instant.

use super::{Algorithm, Life, SigningKey};
use crate::kernel::ids::KeyId;
use crate::kernel::time::{Lifetime, Timestamp};

/// What a key is at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Published, does not sign yet.
    Upcoming,
    /// Published, signs.
    Active,
    /// Published for the tokens it has signed.
    Retiring,
    /// No longer published.
    Gone,
    /// Withdrawn by hand, whatever its times say.
    Revoked,
}

#[derive(Clone, Debug, Default)]
pub struct Succession(pub(super) Vec<Life>);

impl Succession {
    pub fn new(lives: Vec<Life>) -> Self {
        Self(lives)
    }

    pub fn of(keys: &[SigningKey], algorithm: Algorithm) -> Self {
        let chosen = keys.iter().filter(|key| key.jwk.alg == algorithm);
        Self(chosen.map(|key| key.life.clone()).collect())
    }

    /// The one key that signs at this instant: the last whose turn has begun.
    ///
    /// There is one whenever any key is left. If no turn has begun (the clock went back, or all before
    /// were revoked), it is the one that comes first.
    pub fn signer(&self, at: Timestamp) -> Option<&Life> {
        let begun = self.alive().filter(|life| life.activates_at <= at).max_by_key(|l| turn(l));
        begun.or_else(|| self.alive().min_by_key(|life| turn(life)))
    }

    pub fn state(&self, life: &Life, at: Timestamp) -> State {
        if life.revoked_at.is_some() {
            return State::Revoked;
        }
        let signer = self.signer(at).map_or(turn(life), turn);
        match turn(life).cmp(&signer) {
            std::cmp::Ordering::Equal => State::Active,
            std::cmp::Ordering::Greater => State::Upcoming,
            std::cmp::Ordering::Less if self.gone_at(life).is_some_and(|gone| gone <= at) => {
                State::Gone
            }
            std::cmp::Ordering::Less => State::Retiring,
        }
    }

    /// What the JWKS shows, the signing key first: some verifiers look no further.
    ///
    /// A key that exists is published, even if the clock says that was later: the clock is wrong then.
    pub fn published(&self, at: Timestamp) -> Vec<&Life> {
        let shown = |life: &&Life| !matches!(self.state(life, at), State::Gone | State::Revoked);
        let mut lives: Vec<&Life> = self.alive().filter(shown).collect();
        lives.sort_by_key(|life| (self.state(life, at) != State::Active, life.generation));
        lives
    }

    /// Whether a token signed by this key is to be believed. Not if its turn has not begun on any clock.
    pub fn accepts(&self, key: &KeyId, at: Timestamp, skew: Lifetime) -> bool {
        let life = self.0.iter().find(|life| life.id == *key);
        life.is_some_and(|life| match self.state(life, at) {
            State::Active | State::Retiring => true,
            State::Upcoming => life.activates_at <= at.plus(skew.times(2)),
            State::Gone | State::Revoked => false,
        })
    }

    /// The next instant at which the answer to `signer` or `published` changes by itself.
    pub fn changes_at(&self, after: Timestamp) -> Option<Timestamp> {
        let begins = self.alive().map(|life| life.activates_at);
        let ends = self.alive().filter_map(|life| self.gone_at(life));
        begins.chain(ends).filter(|at| *at > after).min()
    }

    /// When it stops signing: when the next turn begins. Nothing, as long as no other is to follow.
    pub fn retires_at(&self, life: &Life) -> Option<Timestamp> {
        self.heir(life).map(|heir| heir.activates_at)
    }

    /// Whose turn follows that of this key.
    pub fn heir(&self, life: &Life) -> Option<&Life> {
        self.alive().filter(|other| turn(other) > turn(life)).min_by_key(|other| turn(other))
    }

    /// From when on it is no longer published.
    pub fn gone_at(&self, life: &Life) -> Option<Timestamp> {
        self.retires_at(life).map(|at| at.plus(life.promised.keep))
    }

    /// The next to sign.
    pub fn next(&self, at: Timestamp) -> Option<&Life> {
        self.heir(self.signer(at)?)
    }

    fn alive(&self) -> impl Iterator<Item = &Life> {
        self.0.iter().filter(|life| life.revoked_at.is_none())
    }
}

/// Keys take turns in this order.
fn turn(life: &Life) -> (Timestamp, i64) {
    (life.activates_at, life.generation)
}
