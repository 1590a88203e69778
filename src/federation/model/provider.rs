//! A provider: what it is called, where it is, and how far its word goes.

use super::mapping::Mapping;
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::kernel::time::Timestamp;
use crate::tenants::model::Slug;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name in our URLs, and so in the redirect URI that it knows.
    pub slug: Slug,
    pub settings: Settings,
    pub made_at: Timestamp,
    pub changed_at: Timestamp,
    pub disabled_at: Option<Timestamp>,
}

/// What an administrator said of it, as one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub kind: Kind,
    /// For people: "Google".
    pub label: String,
    pub issuer: String,
    pub client_id: String,
    pub scopes: Vec<String>,
    /// Of ID tokens; any other is refused.
    pub algorithms: Vec<String>,
    pub rule: Rule,
    /// Mail domains for which its word is the owner's.
    pub domains: Vec<String>,
    /// Whoever has an address here is sent to it.
    pub routes: Vec<String>,
    /// Whether somebody unknown gets an account.
    pub makes_accounts: bool,
    /// Google: only people of this organisation.
    pub hosted_domain: Option<String>,
    pub prompt: Option<String>,
    /// Where browsers are sent, for the `form-action` of our pages.
    pub origin: String,
    /// Whose sign-in page shows it; every application's where there is none.
    pub clients: Vec<ClientName>,
    /// When somebody who came from there signs out here.
    #[serde(default)]
    pub sign_out: SignOut,
    #[serde(default)]
    pub mapping: Mapping,
}

/// What becomes of a session at the provider when the one here ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignOut {
    /// Our page offers to end it as well. Whoever an application waits for goes back there.
    #[default]
    Offer,
    /// It ends too: the browser goes there, and comes back.
    Follow,
}

/// A client's id as it stands in a document.
pub type ClientName = String;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Google,
    Microsoft,
    Github,
    Oidc,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
            Self::Github => "github",
            Self::Oidc => "oidc",
        }
    }
}

/// What happens when somebody arrives for the first time and their address belongs to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// Nobody is linked; the owner can do it from their account.
    Never,
    /// The owner proves the account by signing in to it.
    Ask,
    /// It is linked where the provider is the authority for the address.
    Authoritative,
}

impl Rule {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Ask => "ask",
            Self::Authoritative => "authoritative",
        }
    }
}

impl Provider {
    pub const fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Whether the sign-in page of this application shows it.
    pub fn serves(&self, client: Option<&ClientId>) -> bool {
        let listed = &self.settings.clients;
        self.is_active()
            && (listed.is_empty()
                || client.is_some_and(|client| listed.iter().any(|one| one == client.as_str())))
    }

    /// Whether addresses of this domain are signed in there.
    pub fn is_way_for(&self, email: &Email) -> bool {
        self.is_active() && is_among(&self.settings.routes, email)
    }
}

impl Settings {
    /// Whether its word about this address is the owner's. `hosted` is the organisation that Google names.
    pub fn is_authority_for(&self, email: &Email, hosted: Option<&str>) -> bool {
        let is_listed = is_among(&self.domains, email);
        match self.kind {
            Kind::Google => {
                let domain = email.domain();
                is_listed && (domain == GMAIL || hosted.is_some_and(|one| same(one, domain)))
            }
            _ => is_listed,
        }
    }
}

/// The one domain for which Google speaks without naming an organisation.
pub const GMAIL: &str = "gmail.com";

fn is_among(domains: &[String], email: &Email) -> bool {
    domains.iter().any(|domain| same(domain, email.domain()))
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// How it went lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    pub succeeded_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
    pub failure: Option<String>,
}

/// The providers of the tenant at hand.
pub trait Providers {
    async fn provider(&mut self, slug: &Slug) -> Result<Option<Provider>, Failure>;

    /// By name.
    async fn providers(&mut self) -> Result<Vec<Provider>, Failure>;

    async fn sealed_secret(&mut self, slug: &Slug) -> Result<Option<Vec<u8>>, Failure>;

    /// False when the name is taken.
    async fn add_provider(&mut self, provider: &Provider, secret: &[u8]) -> Result<bool, Failure>;

    async fn keep_settings(&mut self, provider: &Provider) -> Result<(), Failure>;

    /// False when there is none of that name.
    async fn disable(&mut self, slug: &Slug, at: Option<Timestamp>) -> Result<bool, Failure>;

    async fn delete_provider(&mut self, slug: &Slug) -> Result<bool, Failure>;

    async fn health(&mut self, slug: &Slug) -> Result<Health, Failure>;

    async fn note_success(&mut self, slug: &Slug) -> Result<(), Failure>;

    async fn note_failure(&mut self, slug: &Slug, why: &str) -> Result<(), Failure>;
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn settings(kind: Kind, domains: &[&str]) -> Settings {
        Settings {
            kind,
            label: "Example".into(),
            issuer: "https://idp.test".into(),
            client_id: "us".into(),
            scopes: Vec::new(),
            algorithms: vec!["RS256".into()],
            rule: Rule::Ask,
            domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
            routes: Vec::new(),
            makes_accounts: true,
            hosted_domain: None,
            prompt: None,
            origin: "https://idp.test".into(),
            clients: Vec::new(),
            sign_out: SignOut::Offer,
            mapping: Mapping::default(),
        }
    }

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    // INV-22: Google is the authority for gmail.com, and for an organisation that it names
    #[test]
    fn google_speaks_for_its_own_domains_alone() {
        let google = settings(Kind::Google, &["gmail.com", "corp.test"]);
        assert!(google.is_authority_for(&email("ada@gmail.com"), None));
        assert!(google.is_authority_for(&email("ada@corp.test"), Some("corp.test")));
        assert!(!google.is_authority_for(&email("ada@corp.test"), None));
        assert!(!google.is_authority_for(&email("ada@corp.test"), Some("other.test")));
        assert!(!google.is_authority_for(&email("ada@other.test"), Some("other.test")));
        assert!(!settings(Kind::Google, &[]).is_authority_for(&email("ada@gmail.com"), None));
    }

    // V-148, A-162: the domain is what stands behind the last @, whole
    #[test]
    fn a_domain_is_compared_whole() {
        let company = settings(Kind::Oidc, &["corp.test"]);
        assert!(company.is_authority_for(&email("ada@CORP.test"), None));
        for other in ["ada@evilcorp.test", "ada@sub.corp.test", "ada@corp.test.evil.test"] {
            assert!(!company.is_authority_for(&email(other), None), "{other}");
        }
        assert_eq!(Email::parse("ada@evil.test@corp.test"), None);
    }
}
