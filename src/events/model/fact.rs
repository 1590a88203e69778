//! What a record may tell of an event.

use crate::kernel::ids::{
    ClientId, EventId, GrantId, GroupId, InitialTokenId, SessionId, TenantId, UserId,
};
use crate::kernel::time::Timestamp;
use std::fmt;

/// What a record may tell. There is no variant that a secret fits (INV-26).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Text(String),
    Texts(Vec<String>),
    Count(i64),
    Time(Timestamp),
    Absent,
}

/// A name that somebody chose: cut with a mark, so that no record grows with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

const LONGEST_NAME: usize = 200;

impl Name {
    pub fn new(text: &str) -> Self {
        if text.chars().nth(LONGEST_NAME).is_none() {
            return Self(text.into());
        }
        Self(text.chars().take(LONGEST_NAME).chain(['…']).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<Name> for Fact {
    fn from(name: Name) -> Self {
        Self::Text(name.0)
    }
}

impl From<Vec<Name>> for Fact {
    fn from(names: Vec<Name>) -> Self {
        Self::Texts(names.into_iter().map(|name| name.0).collect())
    }
}

/// An id says who or what, and no more.
macro_rules! ids {
    ($($id:ty),+) => { $(
        impl From<$id> for Fact {
            fn from(id: $id) -> Self {
                Self::Text(id.to_string())
            }
        }
    )+ };
}

ids!(TenantId, EventId, ClientId, UserId, GroupId, GrantId, SessionId, InitialTokenId);

impl From<i64> for Fact {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<Timestamp> for Fact {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl<T: Into<Fact>> From<Option<T>> for Fact {
    fn from(fact: Option<T>) -> Self {
        fact.map_or(Self::Absent, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    //
    #[test]
    fn a_long_name_is_cut_with_a_mark() {
        let name = Name::new(&"ü".repeat(10_000));
        assert_eq!(name.as_str().chars().count(), LONGEST_NAME + 1);
        assert!(name.as_str().ends_with('…'));
        assert_eq!(Name::new("short").as_str(), "short");
    }
}
