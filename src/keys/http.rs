//! GET /jwks (RFC 7517 §5): the bytes are prepared once per change.

use super::model::SigningKey;
use super::ring::{KeyRing, Unsealed};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::sealing::{Purpose, Sealer};
use crate::platform::storage::{At, Database, Work};
use crate::platform::web::document::{Document, Freshness};
use crate::tenants::http::CurrentTenant;
use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::collections::HashMap;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The JWKS of every tenant, ready to send.
pub struct PublishedKeys {
    ring: Arc<KeyRing>,
    ready: ArcSwap<HashMap<TenantId, Ready>>,
}

#[derive(Clone)]
struct Ready {
    document: Document,
    /// By itself, as keys come to their end.
    changes_at: Option<Timestamp>,
}

impl PublishedKeys {
    pub fn new(ring: Arc<KeyRing>) -> Self {
        Self { ring, ready: ArcSwap::default() }
    }

    /// Read a tenant's keys, hold them in the ring, and prepare what is published.
    pub async fn load(
        &self,
        (database, sealer): (&Database, &Sealer),
        at: At,
        keys: Vec<SigningKey>,
        max_age: Lifetime,
    ) -> Result<(), Failure> {
        let unsealed = database
            .read(at, async |work: &mut Work| {
                let mut unsealed = Vec::with_capacity(keys.len());
                for key in keys {
                    let kid = key.jwk.kid.as_str();
                    let private =
                        sealer.open(work, Purpose::SigningKey, kid, &key.sealed.0).await?;
                    unsealed.push(Unsealed { key, private: Zeroizing::new(private) });
                }
                Ok(unsealed)
            })
            .await?;
        self.ring.hold(at.tenant, unsealed)?;
        self.prepare(at, max_age)
    }

    /// Prepare again, if a key has come or gone by itself since.
    pub fn keep_up(&self, at: At, max_age: Lifetime) -> Result<(), Failure> {
        let changes_at = self.ready.load().get(&at.tenant).and_then(|ready| ready.changes_at);
        match changes_at {
            Some(changes_at) if changes_at <= at.now => self.prepare(at, max_age),
            _ => Ok(()),
        }
    }

    fn prepare(&self, at: At, max_age: Lifetime) -> Result<(), Failure> {
        let missing = || Failure::broken(format!("no keys are held for {}", at.tenant));
        let keys = self.ring.jwks(at.tenant, at.now).ok_or_else(missing)?;
        let bytes = serde_json::to_vec(&keys)
            .map_err(|e| Failure::broken("the JWKS has no JSON form").because(e))?;
        let seconds = u32::try_from(max_age.as_seconds()).unwrap_or(u32::MAX);
        let ready = Ready {
            document: Document::new("application/json", bytes, Freshness::Seconds(seconds))
                .for_all_origins(),
            changes_at: self.ring.changes_at(at.tenant, at.now),
        };
        self.ready.rcu(|all| {
            let mut all = HashMap::clone(all);
            all.insert(at.tenant, ready.clone());
            all
        });
        Ok(())
    }

    pub fn document(&self, tenant: TenantId) -> Option<Document> {
        self.ready.load().get(&tenant).map(|ready| ready.document.clone())
    }
}

pub fn routes(published: Arc<PublishedKeys>) -> Router {
    let answer = move |CurrentTenant(tenant): CurrentTenant, request: Request| {
        let document = published.document(tenant.id);
        async move { answer(document, request.headers()) }
    };
    Router::new().route("/jwks", get(answer))
}

fn answer(document: Option<Document>, headers: &HeaderMap) -> Response {
    match document {
        Some(document) => document.answer(headers),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
