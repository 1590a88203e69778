//! Why did this sign-in fail? What was refused is kept for some days with the difference between what was asked and
//! what is registered, for whoever looks after the application (ADM-10). Nothing of it is a secret.

mod explain;
pub mod model;
mod store;

pub use explain::difference;
pub(crate) use store::STATEMENTS;

use super::clients::model::{Client, Registered};
use super::error::{Code, OAuthError};
use super::ground::Ground;
use super::parameters::Parameters;
use super::realm::Realm;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::{ClientId, TenantId};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::Work;
use model::{Endpoint, RefusedRequest, RefusedRequests};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many of one client are written down in a minute; whoever causes more learns nothing new, and costs nothing.
const MOST_A_MINUTE: u32 = 20;
/// So many of one client are kept.
const KEPT: i64 = 100;
/// When there are more, all are counted anew.
const MOST_COUNTED: usize = 10_000;

/// How many were written down just now, by this node.
#[derive(Default)]
pub struct Pace(Mutex<HashMap<(TenantId, String), (Timestamp, u32)>>);

impl Pace {
    fn admits(&self, tenant: TenantId, client: &str, now: Timestamp) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() >= MOST_COUNTED {
            counted.clear();
        }
        let (begun, count) = counted.entry((tenant, client.to_owned())).or_insert((now, 0));
        if now >= begun.plus(Lifetime::minutes(1)) {
            (*begun, *count) = (now, 0);
        }
        *count += 1;
        *count <= MOST_A_MINUTE
    }
}

/// A request that was refused.
#[derive(Clone, Copy)]
pub enum Request<'a> {
    /// As it came in.
    Sent(&'a Parameters),
    /// It was as it should be, and came to nothing later: the person said no, say.
    Agreed(&'a Client),
}

impl<'a> Request<'a> {
    pub fn client_id(self) -> Option<&'a str> {
        match self {
            Self::Sent(asked) => asked.get("client_id"),
            Self::Agreed(client) => Some(client.id.as_str()),
        }
    }

    /// What stands in it, where that may be what is wrong.
    pub fn sent(self, name: &str) -> Option<&'a str> {
        match self {
            Self::Sent(asked) => asked.get(name),
            Self::Agreed(_) => None,
        }
    }
}

/// Writes down one refusal. Never in the way of the answer: what cannot be written is logged.
pub async fn note<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    (endpoint, reference): (Endpoint, &str),
    (request, error): (Request<'_>, &OAuthError),
) {
    // Asked for with prompt=none, this is an answer and no mistake: nobody is signed in.
    if error.code == Code::LoginRequired {
        return;
    }
    if let Err(failure) = keep(ground, realm, (endpoint, reference), (request, error)).await {
        tracing::warn!(%failure, reference, "a refused request could not be written down");
    }
}

async fn keep<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    (endpoint, reference): (Endpoint, &str),
    (request, error): (Request<'_>, &OAuthError),
) -> Result<(), Failure> {
    let known = match request {
        Request::Sent(asked) => known(ground, realm, asked).await?,
        Request::Agreed(_) => None,
    };
    let client = match (request, &known) {
        (Request::Agreed(client), _) => client.id.to_string(),
        (Request::Sent(_), known) => {
            known.as_ref().map_or_else(String::new, |it| it.client.id.to_string())
        }
    };
    if !ground.refusals.admits(realm.at.tenant, &client, realm.now()) {
        return Ok(());
    }
    let findings = match (request, &known) {
        (Request::Sent(asked), Some(known)) => difference(endpoint, asked, &known.client),
        _ => Vec::new(),
    };
    let refused = RefusedRequest {
        client,
        reference: reference.to_owned(),
        made_at: realm.now(),
        endpoint,
        error: error.code.wire().to_owned(),
        reason: error.description().to_owned(),
        findings,
    };
    let kept: Done<()> = ground
        .database
        .write(realm.at, async |work: &mut Work| Ok(work.keep_refused(&refused, KEPT).await?))
        .await;
    unrefused(kept)
}

async fn known<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    asked: &Parameters,
) -> Result<Option<Arc<Registered>>, Failure> {
    let Some(id) = asked.get("client_id").and_then(ClientId::parse) else { return Ok(None) };
    ground.clients.find(&ground.database, realm.at, &id).await
}
