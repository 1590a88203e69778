//! A name that somebody chose for themselves, in one spelling.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Small letters, digits, dots, hyphens and underscores. It holds no `@`, so it is never taken for an address,
/// and no `:`, so that nothing built from it can be taken apart wrongly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username(String);

const LENGTH: std::ops::RangeInclusive<usize> = 2..=64;

impl Username {
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > *LENGTH.end() * 4 {
            return None;
        }
        let normal = text.nfkc().collect::<String>().to_lowercase();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
        let begins = normal.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        (LENGTH.contains(&normal.len()) && begins && normal.bytes().all(fits))
            .then_some(Self(normal))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ACC-01, A-123: one person, one spelling
    #[test]
    fn a_username_has_one_spelling() {
        for same in ["ada.o", " Ada.O ", "\u{ff21}da.o"] {
            assert_eq!(Username::parse(same).unwrap().as_str(), "ada.o");
        }
        let long = "a".repeat(65);
        for odd in ["", "a", ".ada", "ada@b", "a:b", "a b", "ädä", "a\u{0}b", "ada/..", &long] {
            assert_eq!(Username::parse(odd), None, "{odd:?}");
        }
    }
}
