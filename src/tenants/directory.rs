//! Which tenant a request is for: by the host it came to, else by the path. Answered from memory.

use super::model::{Tenant, Tenants};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::uri::{Host, Origin};
use crate::platform::storage::{At, Database, Work};
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::Arc;

/// What others keep in memory about tenants is read anew when this topic is raised.
pub const TOPIC: &str = "tenants";

/// All tenants that may be served, as of the last look.
pub struct Directory {
    public_url: Origin,
    known: ArcSwap<Known>,
}

#[derive(Default)]
struct Known {
    by_host: HashMap<Host, Arc<Tenant>>,
    by_slug: HashMap<String, Arc<Tenant>>,
    all: Vec<Arc<Tenant>>,
}

/// A tenant, and the path as that tenant's own routes know it; `None` where it is the request's own.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub tenant: Arc<Tenant>,
    pub path: Option<String>,
}

impl Directory {
    pub fn new(public_url: Origin) -> Self {
        Self { public_url, known: ArcSwap::default() }
    }

    pub async fn refresh(&self, database: &Database, at: At) -> Result<(), Failure> {
        let tenants = database.read(at, async |work: &mut Work| work.tenants().await).await?;
        self.replace(tenants);
        Ok(())
    }

    fn replace(&self, tenants: Vec<Tenant>) {
        let mut known = Known::default();
        for tenant in
            tenants.into_iter().filter(|tenant| tenant.disabled_at.is_none()).map(Arc::new)
        {
            for host in &tenant.hosts {
                known.by_host.insert(host.clone(), Arc::clone(&tenant));
            }
            if tenant.hosts.is_empty() {
                known.by_slug.insert(tenant.slug.to_string(), Arc::clone(&tenant));
            }
            known.all.push(tenant);
        }
        self.known.store(Arc::new(known));
    }

    pub const fn public_url(&self) -> &Origin {
        &self.public_url
    }

    /// Is this a host of ours at all?
    pub fn is_ours(&self, host: &Host) -> bool {
        host == self.public_url.host() || self.known.load().by_host.contains_key(host)
    }

    pub fn all(&self) -> Vec<Arc<Tenant>> {
        self.known.load().all.clone()
    }

    pub fn get(&self, id: TenantId) -> Option<Arc<Tenant>> {
        self.known.load().all.iter().find(|tenant| tenant.id == id).cloned()
    }

    /// A tenant has one issuer: with a host of its own it is not found by its path, and the default one
    /// only without a path.
    pub fn find(&self, host: &Host, path: &str) -> Option<Found> {
        let known = self.known.load();
        if let Some(tenant) = known.by_host.get(host) {
            return (!names_tenant(path)).then(|| Found { tenant: Arc::clone(tenant), path: None });
        }
        if host != self.public_url.host() {
            return None;
        }
        let Some((slug, path)) = named(path) else {
            let tenant = known.by_slug.get(super::model::DEFAULT)?;
            return Some(Found { tenant: Arc::clone(tenant), path: None });
        };
        let tenant = known.by_slug.get(slug).filter(|tenant| !tenant.is_default())?;
        Some(Found { tenant: Arc::clone(tenant), path: Some(path) })
    }
}

/// Documents whose location has the issuer's path behind it (RFC 8414 §3.1).
const BEFORE_PATH: [&str; 2] =
    ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

fn names_tenant(path: &str) -> bool {
    named(path).is_some()
}

/// `/t/acme/jwks` is `/jwks` of acme, and so is the well-known document before `/t/acme`.
fn named(path: &str) -> Option<(&str, String)> {
    for document in BEFORE_PATH {
        let slug = path.strip_prefix(document).and_then(|rest| rest.strip_prefix("/t/"));
        if let Some(slug) = slug {
            return Some((slug, document.to_owned()));
        }
    }
    let rest = path.strip_prefix("/t/")?;
    let (slug, path) = rest.split_once('/').unwrap_or((rest, ""));
    Some((slug, format!("/{path}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::time::Timestamp;
    use crate::tenants::model::Slug;

    fn directory() -> Directory {
        let directory = Directory::new(Origin::parse("https://id.example.com").unwrap());
        let tenant = |number: u8, slug: &str, host: Option<&str>| Tenant {
            id: TenantId::parse(&format!("ten_0000000{number}")).unwrap(),
            slug: Slug::parse(slug).unwrap(),
            name: slug.into(),
            hosts: host.iter().filter_map(|host| Host::parse(host, "https")).collect(),
            made_at: Timestamp::default(),
            disabled_at: (slug == "gone").then(Timestamp::default),
        };
        directory.replace(vec![
            tenant(0, "default", None),
            tenant(1, "acme", None),
            tenant(2, "own", Some("login.own.example")),
            tenant(3, "gone", None),
        ]);
        directory
    }

    fn find(host: &str, path: &str) -> Option<(String, Option<String>)> {
        let found = directory().find(&Host::parse(host, "https").unwrap(), path)?;
        Some((found.tenant.slug.to_string(), found.path))
    }

    // product.md §3, INV-24
    #[test]
    fn a_tenant_is_found_by_its_path_or_its_host_and_only_by_that() {
        let some = |slug: &str, path: Option<&str>| Some((slug.into(), path.map(str::to_owned)));
        assert_eq!(find("id.example.com", "/jwks"), some("default", None));
        assert_eq!(find("id.example.com", "/t/acme/jwks"), some("acme", Some("/jwks")));
        assert_eq!(find("id.example.com", "/t/acme"), some("acme", Some("/")));
        assert_eq!(find("login.own.example", "/jwks"), some("own", None));
        assert_eq!(find("id.example.com", "/t/own/jwks"), None, "it has a host of its own");
        assert_eq!(find("id.example.com", "/t/default/jwks"), None, "one issuer, one address");
        assert_eq!(find("login.own.example", "/t/acme/jwks"), None);
        assert_eq!(find("other.example", "/jwks"), None);
        assert_eq!(find("id.example.com", "/t/gone/jwks"), None, "disabled");
        assert_eq!(find("id.example.com", "/t//jwks"), None);
    }

    // RFC 8414 §3.1
    #[test]
    fn a_well_known_document_stands_before_the_path_of_its_issuer() {
        let document = "/.well-known/oauth-authorization-server";
        assert_eq!(
            find("id.example.com", &format!("{document}/t/acme")),
            Some(("acme".into(), Some(document.into())))
        );
        assert_eq!(find("id.example.com", document), Some(("default".into(), None)));
    }

    // OIDC Discovery §3
    #[test]
    fn an_issuer_is_the_prefix_of_its_urls() {
        let directory = directory();
        let issuers: Vec<_> =
            directory.all().iter().map(|tenant| tenant.issuer(directory.public_url())).collect();
        assert_eq!(
            issuers,
            [
                "https://id.example.com",
                "https://id.example.com/t/acme",
                "https://login.own.example"
            ]
        );
    }
}
