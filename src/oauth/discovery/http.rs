//! The two well-known locations, with the same content (OIDC Discovery §4, RFC 8414 §3); prepared once per change.

use super::Metadata;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
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

/// Clients ask rarely, and should learn of a new endpoint the same hour.
const KEPT: Freshness = Freshness::Seconds(3600);

/// The metadata of every tenant, ready to send.
#[derive(Default)]
pub struct PublishedMetadata {
    ready: ArcSwap<HashMap<TenantId, Document>>,
}

impl PublishedMetadata {
    pub fn prepare(&self, tenant: TenantId, metadata: &Metadata) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(metadata)
            .map_err(|e| Failure::broken("the metadata has no JSON form").because(e))?;
        let document = Document::new("application/json", bytes, KEPT).for_all_origins();
        self.ready.rcu(|all| {
            let mut all = HashMap::clone(all);
            all.insert(tenant, document.clone());
            all
        });
        Ok(())
    }

    pub fn document(&self, tenant: TenantId) -> Option<Document> {
        self.ready.load().get(&tenant).cloned()
    }
}

pub fn routes(published: &Arc<PublishedMetadata>) -> Router {
    let published = Arc::clone(published);
    let answer = move |CurrentTenant(tenant): CurrentTenant, request: Request| {
        let document = published.document(tenant.id);
        async move { answer(document, request.headers()) }
    };
    Router::new()
        .route("/.well-known/openid-configuration", get(answer.clone()))
        .route("/.well-known/oauth-authorization-server", get(answer))
}

fn answer(document: Option<Document>, headers: &HeaderMap) -> Response {
    match document {
        Some(document) => document.answer(headers),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
