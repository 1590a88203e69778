//! The parameters of a request, from a query or a form (RFC 6749 §3.1, §3.2).

use super::error::{OAuthError, invalid_request};
use crate::kernel::secret::Secret;

/// security.md §0.2
const MOST: usize = 64;
const LONGEST: usize = 8 * 1024;
const LONGEST_TOKEN: usize = 16 * 1024;

/// These may carry a signed token, and so be longer.
const CARRYING_TOKENS: &[&str] =
    &["request", "client_assertion", "id_token_hint", "token", "subject_token", "actor_token"];

/// Only these may be sent more than once (RFC 8707 §2).
const REPEATABLE: &[&str] = &["resource"];

/// Names and values as they were decoded. What is empty counts as not sent; what is unknown is ignored (P-007).
#[derive(Clone, Default)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub fn new(pairs: Vec<(String, String)>) -> Result<Self, OAuthError> {
        if pairs.len() > MOST {
            return Err(invalid_request("there are more than 64 parameters"));
        }
        let longest = |name: &str| {
            if CARRYING_TOKENS.contains(&name) { LONGEST_TOKEN } else { LONGEST }
        };
        if pairs.iter().any(|(name, value)| value.len() > longest(name) || name.len() > LONGEST) {
            return Err(invalid_request("a parameter is too long"));
        }
        Ok(Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()))
    }

    /// The value, if it was sent once. One that was sent twice has none: nobody may guess which was meant.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.all(name);
        match (found.next(), found.next()) {
            (Some(value), None) => Some(value),
            _ => None,
        }
    }

    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.get(name).map(Secret::new)
    }

    pub fn all<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.0.iter().filter(move |(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }

    /// As they were sent.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// All but these.
    pub fn without(&self, names: &[&str]) -> Result<Self, OAuthError> {
        let others = self.0.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        Self::new(others.cloned().collect())
    }

    /// With this one, instead of whatever it was.
    pub fn with(&self, name: &str, value: &str) -> Result<Self, OAuthError> {
        let mut all = self.without(&[name])?;
        all.0.push((name.to_owned(), value.to_owned()));
        Self::new(all.0)
    }

    pub fn is_repeated(&self, name: &str) -> bool {
        !REPEATABLE.contains(&name) && self.all(name).count() > 1
    }

    /// RFC 6749 §3.2: parameters must not be included more than once (P-216, A-012).
    pub fn refuse_repeated(&self) -> Result<(), OAuthError> {
        match self.0.iter().any(|(name, _)| self.is_repeated(name)) {
            true => Err(invalid_request("a parameter is repeated")),
            false => Ok(()),
        }
    }
}

/// Names only: values may be secrets.
impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        let pairs = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Parameters::new(pairs.collect()).unwrap()
    }

    // P-007, P-216, A-012, A-014
    #[test]
    fn a_repeated_parameter_has_no_value_and_an_empty_one_was_not_sent() {
        let sent = parameters(&[("scope", "a"), ("scope", "b"), ("nonce", ""), ("state", "x")]);
        assert_eq!(sent.get("scope"), None);
        assert!(sent.refuse_repeated().is_err());
        assert_eq!((sent.get("nonce"), sent.get("state")), (None, Some("x")));
        let two = parameters(&[("resource", "https://a"), ("resource", "https://b"), ("x", "")]);
        assert_eq!(two.refuse_repeated(), Ok(()));
        assert_eq!(two.all("resource").count(), 2);
    }

    // A-014, security.md §0.2
    #[test]
    fn there_are_limits() {
        let many = vec![("a".to_owned(), "b".to_owned()); 65];
        assert!(Parameters::new(many).is_err());
        let long = |name: &str, length| Parameters::new(vec![(name.into(), "x".repeat(length))]);
        assert!(long("scope", 8 * 1024).is_ok() && long("scope", 8 * 1024 + 1).is_err());
        assert!(long("client_assertion", 16 * 1024).is_ok());
        assert!(long("client_assertion", 16 * 1024 + 1).is_err());
    }

    // INV-26
    #[test]
    fn a_value_is_never_printed() {
        assert_eq!(format!("{:?}", parameters(&[("code", "planted")])), r#"["code"]"#);
    }
}
