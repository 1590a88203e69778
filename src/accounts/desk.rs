//! With what the journeys of an account are gone: from the first form to the last letter.

use super::create::Making;
use super::model::Document;
use crate::config::{Rate, RateLimit, Registration};
use crate::events::{Actor, Context};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{RequestId, TenantId};
use crate::platform::limits::Limit;
use crate::platform::mail::Post;
use crate::platform::sealing::Sealer;
use crate::platform::storage::Database;
use crate::tenants::directory::Directory;
use std::net::IpAddr;
use std::sync::Arc;

#[derive(Clone)]
pub struct Desk {
    pub database: Database,
    pub sealer: Sealer,
    pub directory: Arc<Directory>,
    pub post: Post,
    /// As the settings of this tenant are now.
    pub making: Arc<dyn Fn(TenantId) -> Result<Making, Failure> + Send + Sync>,
    pub rules: Arc<dyn Fn(TenantId) -> Rules + Send + Sync>,
}

/// What the settings say about it.
#[derive(Clone, Debug)]
pub struct Rules {
    pub registration: Registration,
    pub limits: RateLimit,
}

impl Rules {
    /// For one network address, whatever it asks for.
    pub fn per_network(&self) -> Limit {
        limit(self.limits.register)
    }

    /// For one mailbox.
    pub fn per_mailbox(&self) -> Limit {
        limit(self.limits.password_reset)
    }

    pub fn documents(&self) -> Vec<Document> {
        documents(&self.registration)
    }
}

/// What whoever registers or signs in accepts: those of which place and version are set.
pub fn documents(of: &Registration) -> Vec<Document> {
    let both = [
        ("terms", of.terms_url.as_deref(), of.terms_version.as_deref()),
        ("privacy", of.privacy_url.as_deref(), of.privacy_version.as_deref()),
    ];
    let set = both.into_iter().filter_map(|(name, url, version)| {
        Some(Document { name, url: url?.to_owned(), version: version?.to_owned() })
    });
    set.collect()
}

fn limit(rate: Rate) -> Limit {
    Limit { most: rate.most.into(), window: rate.per }
}

/// Who asks, as far as that can be seen.
#[derive(Clone, Debug)]
pub struct Asker {
    pub ip: IpAddr,
    pub request: Option<RequestId>,
}

impl Asker {
    pub fn context(&self) -> Context {
        Context { actor: Actor::Anybody, request: self.request.clone() }
    }

    /// Whose address it is: a subscriber has a whole /64 of IPv6.
    pub fn network(&self) -> String {
        match self.ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}
