//! Scope: a list of tokens, in the order in which they were asked for (RFC 6749 §3.3).

use serde::{Deserialize, Serialize};
use std::fmt;

/// security.md §0.2
const MOST_TOKENS: usize = 64;
const LONGEST_TOKEN: usize = 128;

/// No token is in it twice, and its order never changes: what is granted reads as it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Vec<String>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope has at most 64 tokens of at most 128 characters, with single spaces between them")]
pub struct MalformedScope;

impl Scope {
    pub fn parse(text: &str) -> Result<Self, MalformedScope> {
        let mut tokens: Vec<String> = Vec::new();
        for token in text.split(' ').filter(|token| !token.is_empty()) {
            if token.len() > LONGEST_TOKEN || !token.bytes().all(is_allowed) {
                return Err(MalformedScope);
            }
            if !tokens.iter().any(|known| known == token) {
                tokens.push(token.to_owned());
            }
        }
        if tokens.len() > MOST_TOKENS { Err(MalformedScope) } else { Ok(Self(tokens)) }
    }

    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|mine| mine == token)
    }

    /// What of this is also in the other (PT-01).
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        self.only(|token| other.contains(token))
    }

    /// Both, this one first.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let new = other.0.iter().filter(|token| !self.contains(token));
        Self(self.0.iter().chain(new).cloned().collect())
    }

    #[must_use]
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|token| keep(token)).cloned().collect())
    }

    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().all(|token| other.contains(token))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// %x21 / %x23-5B / %x5D-7E
const fn is_allowed(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl TryFrom<String> for Scope {
    type Error = MalformedScope;

    fn try_from(text: String) -> Result<Self, MalformedScope> {
        Self::parse(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    // RFC 6749 §3.3
    #[test]
    fn a_scope_keeps_its_order_and_repeats_nothing() {
        assert_eq!(scope("openid  b a b openid").to_string(), "openid b a");
        assert_eq!(scope("").to_string(), "");
    }

    // P-035, A-063: syntax and limits
    #[test]
    fn a_malformed_scope_is_refused() {
        let long = "a".repeat(129);
        let many = (0..65).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        for wrong in ["a\"b", "a\\b", "ä", "a\tb", "a\nb", "\0", long.as_str(), many.as_str()] {
            assert_eq!(Scope::parse(wrong), Err(MalformedScope), "{wrong:?}");
        }
    }

    // PT-01, INV-05
    #[test]
    fn what_is_within_two_scopes_is_within_each() {
        let (asked, allowed) = (scope("openid profile admin"), scope("profile email openid"));
        let granted = asked.within(&allowed);
        assert_eq!(granted.to_string(), "openid profile");
        assert!(granted.is_within(&asked) && granted.is_within(&allowed));
        assert!(!asked.is_within(&allowed));
        assert!(Scope::default().is_within(&granted));
    }
}
