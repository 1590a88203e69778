//! What "Example accounts" remembers: who is signed in there, and the codes on their way.

use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::Timestamp;
use std::collections::VecDeque;

/// What it calls the server, and what both know: like everything in development, no secret.
pub const CLIENT: &str = "vestibule-dev";
pub const SECRET: &str = "everybody-knows-this-secret";

/// Whoever somebody says they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub is_verified: bool,
    pub groups: Vec<String>,
    /// When they said so.
    pub since: Timestamp,
}

impl Person {
    /// Whoever has the same address is the same person there.
    pub fn subject(&self) -> String {
        Hash::of(self.email.to_lowercase().as_bytes()).base64url()
    }
}

/// What the server asked with (OIDC Core §3.1.2.1).
#[derive(Clone, Debug)]
pub struct Asked {
    pub state: String,
    pub nonce: String,
    pub challenge: String,
    pub redirect_uri: String,
    pub login_hint: String,
    /// Whoever is signed in there is to say so anew: `prompt=login`, or longer ago than `max_age`.
    pub fresh_since: Option<Timestamp>,
}

impl Asked {
    pub fn is_enough(&self, person: &Person) -> bool {
        self.fresh_since.is_none_or(|since| person.since >= since)
    }
}

/// Somebody between the form and the token.
pub struct Arrival {
    pub asked: Asked,
    pub person: Person,
}

impl Arrival {
    /// RFC 7636 §4.6: for whoever asked, and for nobody else.
    pub fn is_of(&self, redirect_uri: &str, verifier: &str) -> bool {
        self.asked.redirect_uri == redirect_uri
            && self.asked.challenge == Hash::of(verifier.as_bytes()).base64url()
    }
}

/// A few things by secret names. The oldest makes room.
pub struct Few<T>(VecDeque<(Secret, T)>);

const MOST: usize = 100;

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Few<T> {
    pub fn add(&mut self, name: Secret, thing: T) {
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((name, thing));
    }

    pub fn get(&self, name: &Secret) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, thing)| thing)
    }

    /// Once.
    pub fn take(&mut self, name: &Secret) -> Option<T> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        self.0.remove(place).map(|(_, thing)| thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_things_are_kept_and_each_is_taken_once() {
        let mut few = Few::default();
        for number in 0..=MOST {
            few.add(Secret::new(number.to_string()), number);
        }
        assert_eq!(few.get(&Secret::new("0")), None, "the oldest made room");
        assert_eq!(few.get(&Secret::new("1")), Some(&1));
        assert_eq!(few.take(&Secret::new("1")), Some(1));
        assert_eq!(few.take(&Secret::new("1")), None);
    }
}
