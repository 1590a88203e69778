//! `[managed]`: what only the configuration file may change.

use super::key::keys;
use super::section::section;
use super::setting::{Setting, Wrong, quoted};
use std::fmt;

section! {
    /// What only the configuration may change, not the tenants.
    pub struct Managed = "managed" at managed {
        /// Settings that tenants may not override: names, or the beginning of names and an asterisk.
        lock: Vec<Pattern> = Vec::new(), Live;
    }
}

impl Managed {
    /// Whether tenants must leave the key of this name alone.
    pub fn locks(&self, name: &str) -> bool {
        self.lock.iter().any(|pattern| pattern.fits(name))
    }
}

/// The name of a key, or its beginning and `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    pub fn fits(&self, name: &str) -> bool {
        self.0.strip_suffix('*').map_or(self.0 == name, |start| name.starts_with(start))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Setting for Pattern {
    fn kind() -> String {
        "the name of a setting that tenants have".to_owned()
    }

    fn sample() -> &'static str {
        "jwt.*"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let pattern = Self(text.trim().to_owned());
        let is_known = keys().any(|key| key.tenant && pattern.fits(key.name));
        if is_known { Ok(pattern) } else { Err(Wrong::label("no such setting")) }
    }

    fn show(&self) -> String {
        quoted(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::trial::host;

    #[test]
    fn a_lock_holds_for_what_its_pattern_fits() {
        let managed =
            host("managed.lock = [\"jwt.rsa_bits\", \"jwt.r*\"]").loaded().settings.managed;
        assert!(managed.locks("jwt.rsa_bits") && managed.locks("jwt.rotation"));
        assert!(!managed.locks("jwt.algorithms") && !managed.locks("rotation"));
    }

    #[test]
    fn a_lock_on_what_no_tenant_can_change_is_a_mistake() {
        for pattern in ["server.*", "jwt.clock_skew", "jwt.rotate", ""] {
            let problems = host(&format!("managed.lock = [\"{pattern}\"]")).sentences();
            assert_eq!(problems.len(), 1, "{pattern}");
        }
    }
}
