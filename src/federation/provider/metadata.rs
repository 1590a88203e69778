//! What a provider publishes of itself: fetched once an hour, its keys again when an unknown one signed.

use super::bridge::Bridge;
use super::{Asking, Trouble, token};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::outbound::{Client, Outbound};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
    CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};

pub(super) type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What the library has no field for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct More {
    /// RFC 9207 §3
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    /// RP-Initiated Logout §2.1
    #[serde(default)]
    pub(super) end_session_endpoint: Option<String>,
}

impl AdditionalProviderMetadata for More {}

/// What is remembered of a provider.
#[derive(Default)]
pub struct Known(Mutex<Option<Arc<Document>>>);

pub(super) struct Document {
    pub(super) metadata: Metadata,
    read_at: Timestamp,
    pub(super) keys: CoreJsonWebKeySet,
    keys_read_at: Timestamp,
}

const FRESH: Lifetime = Lifetime::hours(1);
/// F-25: whatever kids come, keys are not asked for more often.
const KEYS_AGAIN_AFTER: Lifetime = Lifetime::minutes(1);

impl Known {
    fn get(&self) -> Option<Arc<Document>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, document: Document) -> Arc<Document> {
        let document = Arc::new(document);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&document));
        document
    }
}

/// What `provider add` and `provider test` find at an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: Option<String>,
    /// Those that can be checked with a published key.
    pub algorithms: Vec<String>,
    pub keys: usize,
    pub names_itself: bool,
    pub ends_sessions: bool,
}

pub async fn find(outbound: &Client, issuer: &str) -> Result<Found, Trouble> {
    let metadata = discover(outbound, issuer).await?;
    let listed = metadata.id_token_signing_alg_values_supported().iter();
    let named =
        listed.filter_map(|one| serde_json::to_value(one).ok()?.as_str().map(str::to_owned));
    let more = metadata.additional_metadata();
    Ok(Found {
        authorization_endpoint: metadata.authorization_endpoint().to_string(),
        token_endpoint: metadata.token_endpoint().map(ToString::to_string).unwrap_or_default(),
        userinfo_endpoint: metadata.userinfo_endpoint().map(ToString::to_string),
        algorithms: named.filter(|name| token::is_asymmetric(name)).collect(),
        keys: metadata.jwks().keys().len(),
        names_itself: more.authorization_response_iss_parameter_supported,
        ends_sessions: more.end_session_endpoint.is_some(),
    })
}

/// The document must be the issuer's own, and each address in it one that may be asked.
async fn discover(outbound: &Client, issuer: &str) -> Result<Metadata, Trouble> {
    let issuer = IssuerUrl::new(issuer.to_owned())
        .map_err(|_| Trouble::Untrusted("its issuer is not a URL".into()))?;
    let found = Metadata::discover_async(issuer, &Bridge(outbound)).await;
    let metadata = found.map_err(|e| Trouble::Unreachable(told(&e)))?;
    let token = metadata.token_endpoint().map(|url| url.as_str());
    let token = token.ok_or_else(|| Trouble::Untrusted("it has no token endpoint".into()))?;
    let userinfo = metadata.userinfo_endpoint().map(|url| url.as_str());
    let all = [Some(metadata.authorization_endpoint().as_str()), Some(token), userinfo];
    for url in all.into_iter().flatten() {
        outbound.check(url).map_err(|why| Trouble::Untrusted(format!("{url}: {why}")))?;
    }
    Ok(metadata)
}

/// The last cause, without what came over the wire.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text.chars().take(300).collect()
}

pub(super) async fn known(asking: &Asking<'_>) -> Result<Arc<Document>, Trouble> {
    let old = asking.known.get();
    if let Some(document) = old.as_ref().filter(|one| asking.now < one.read_at.plus(FRESH)) {
        return Ok(Arc::clone(document));
    }
    match discover(asking.outbound, &asking.settings.issuer).await {
        Ok(metadata) => {
            let keys = metadata.jwks().clone();
            let (read_at, keys_read_at) = (asking.now, asking.now);
            Ok(asking.known.keep(Document { metadata, read_at, keys, keys_read_at }))
        }
        // What it said before holds while it says nothing.
        Err(Trouble::Unreachable(why)) => old.ok_or(Trouble::Unreachable(why)),
        Err(trouble) => Err(trouble),
    }
}

/// `None` where they were asked for a moment ago.
pub(super) async fn with_new_keys(
    asking: &Asking<'_>,
    document: &Document,
) -> Result<Option<Arc<Document>>, Trouble> {
    if asking.now < document.keys_read_at.plus(KEYS_AGAIN_AFTER) {
        return Ok(None);
    }
    let bridge = Bridge(asking.outbound);
    let keys = CoreJsonWebKeySet::fetch_async(document.metadata.jwks_uri(), &bridge);
    let keys = keys.await.map_err(|e| Trouble::Unreachable(told(&e)))?;
    let (metadata, read_at) = (document.metadata.clone(), document.read_at);
    Ok(Some(asking.known.keep(Document { metadata, read_at, keys, keys_read_at: asking.now })))
}
