//! An e-mail address in one canonical form, so that one mailbox has one account however it is spelled.

use std::fmt;
use unicode_normalization::UnicodeNormalization;
use url::Host;

/// Local part and domain. NFKC and small letters: nobody runs two mailboxes that differ in case, and full-width
/// letters are typed by accident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

/// RFC 5321 §4.5.3.1, less the angle brackets.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

impl Email {
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST * 2 {
            return None;
        }
        let normal: String = text.nfkc().flat_map(char::to_lowercase).collect();
        let (local, domain) = normal.rsplit_once('@')?;
        let is_odd = |c: char| c.is_control() || c.is_whitespace() || "\"(),:;<>@[\\]".contains(c);
        if !(1..=LONGEST_LOCAL).contains(&local.len()) || local.chars().any(is_odd) {
            return None;
        }
        let Host::Domain(domain) = Host::parse(domain).ok()? else { return None };
        let address = format!("{local}@{domain}");
        (address.len() <= LONGEST && !domain.ends_with('.')).then_some(Self(address))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the last `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(text: &str) -> Option<String> {
        Email::parse(text).map(|email| email.to_string())
    }

    //
    #[test]
    fn one_mailbox_has_one_spelling() {
        for same in [
            "ada@example.test",
            " Ada@Example.TEST ",
            "\u{ff41}\u{ff44}\u{ff41}\u{ff20}example.test",
            "ADA@EXAMPLE.test\n",
        ] {
            assert_eq!(parsed(same).as_deref(), Some("ada@example.test"), "{same:?}");
        }
        assert_eq!(parsed("ada@b\u{fc}cher.test").as_deref(), Some("ada@xn--bcher-kva.test"));
        assert_ne!(parsed("ada+a@example.test"), parsed("ada@example.test"));
    }

    #[test]
    fn what_is_no_address_is_none() {
        let (long, longer) = (format!("{}@a.test", "a".repeat(65)), "a".repeat(100_000));
        for wrong in [
            "",
            "ada",
            "@a.test",
            "ada@",
            "a b@a.test",
            "a\0@a.test",
            "a@b@a.test",
            "ada@a.test.",
            "<ada@a.test>",
            "ada@[127.0.0.1]",
            "ada@127.0.0.1",
            "ada@a_\u{0}.test",
            &long,
            &longer,
        ] {
            assert_eq!(parsed(wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_its_own(text in "\\PC{0,20}@\\PC{0,20}") {
            if let Some(once) = parsed(&text) {
                prop_assert_eq!(parsed(&once), Some(once));
            }
        }
    }
}
