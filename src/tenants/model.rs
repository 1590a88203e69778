//! A tenant: an organisation with its own keys, people, clients, limits and audit chain.

use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::time::Timestamp;
use crate::kernel::uri::{Host, Origin};
use std::collections::BTreeMap;

/// The slug of the one that is always there; its issuer is the public URL itself.
pub const DEFAULT: &str = "default";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    pub slug: Slug,
    pub name: String,
    /// Host names of its own; the first is the one of its issuer.
    pub hosts: Vec<Host>,
    pub made_at: Timestamp,
    pub disabled_at: Option<Timestamp>,
}

impl Tenant {
    pub fn is_default(&self) -> bool {
        self.slug.0 == DEFAULT
    }

    /// What stands before the paths of its pages.
    pub fn base(&self) -> String {
        match self.hosts.first() {
            None if !self.is_default() => format!("/t/{}", self.slug),
            _ => String::new(),
        }
    }

    /// OIDC Discovery §3: identical to the prefix of its URLs.
    pub fn issuer(&self, public_url: &Origin) -> String {
        match self.hosts.first() {
            Some(host) => format!("{}://{host}", public_url.scheme()),
            None if self.is_default() => public_url.as_str().to_owned(),
            None => format!("{public_url}/t/{}", self.slug),
        }
    }
}

/// The name of a tenant in URLs: 1 to 40 of a–z, 0–9 and hyphens between them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    pub fn parse(text: &str) -> Result<Self, NameRefused> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let ends_well = !text.starts_with('-') && !text.ends_with('-');
        if (1..=40).contains(&text.len()) && text.bytes().all(allowed) && ends_well {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameRefused::Slug)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Slug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A display name: 1 to 128 characters, none of them a control or a change of direction.
pub fn display_name(text: &str) -> Result<String, NameRefused> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let text = text.trim();
    let fits = (1..=128).contains(&text.chars().count());
    if fits && !text.chars().any(|c| c.is_control() || turns(c)) {
        Ok(text.to_owned())
    } else {
        Err(NameRefused::Display)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameRefused {
    #[error("a slug has 1 to 40 of a-z, 0-9 and hyphens between them")]
    Slug,
    #[error("a name has 1 to 128 characters and no control characters")]
    Display,
}

/// Why a tenant cannot be made as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Taken {
    #[error("there is a tenant {0} already; choose another slug")]
    Slug(Slug),
    #[error("the host {0} belongs to a tenant already")]
    Host(Host),
}

pub trait Tenants {
    /// All, disabled ones too, oldest first.
    async fn tenants(&mut self) -> Result<Vec<Tenant>, Failure>;

    /// False when the slug is taken.
    async fn add_tenant(&mut self, tenant: &Tenant) -> Result<bool, Failure>;

    /// False when the host is taken, by this tenant or another.
    async fn map_host(&mut self, host: &Host) -> Result<bool, Failure>;
}

/// What the tenant at hand has set for itself, by the names of the configuration.
pub trait TenantSettings {
    async fn settings(&mut self) -> Result<BTreeMap<String, String>, Failure>;
    async fn set(&mut self, name: &str, value: &str) -> Result<(), Failure>;
    /// Back to what the configuration says. False when nothing was set.
    async fn unset(&mut self, name: &str) -> Result<bool, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_plain() {
        for good in ["acme", "a", "a-1", "0"] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
        let long = "a".repeat(41);
        for bad in ["", "-a", "a-", "A", "a_b", "a/b", "a.b", "ä", "a%2f", long.as_str()] {
            assert_eq!(Slug::parse(bad), Err(NameRefused::Slug), "{bad}");
        }
    }

    // security.md limits: display strings
    #[test]
    fn a_name_cannot_turn_the_text_around() {
        assert_eq!(display_name("  Acme Ltd ").as_deref(), Ok("Acme Ltd"));
        for bad in ["", " ", "a\u{202e}b", "a\nb", "\u{2067}"] {
            assert!(display_name(bad).is_err(), "{bad:?}");
        }
    }
}
