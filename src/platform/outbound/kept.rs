//! Documents of others, kept for a while: fetched when first needed, one fetch at a time (OIDC Core §10.1.1).

use super::{Client, Outbound, Request};
use crate::kernel::ids::TenantId;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::At;
use arc_swap::ArcSwapOption;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// After so long it is fetched anew.
const FRESH: Lifetime = Lifetime::hours(1);
/// While it cannot be, the old one is used so long.
const USABLE: Lifetime = Lifetime::hours(24);
/// No address is asked more often, whatever comes in (P-044).
const PAUSE: Lifetime = Lifetime::seconds(60);
/// When there are more, all go, and those in use come back.
const MOST: usize = 1024;

pub struct Documents {
    client: Arc<Client>,
    slots: Mutex<HashMap<(TenantId, String), Arc<Slot>>>,
}

#[derive(Default)]
struct Slot {
    kept: ArcSwapOption<Kept>,
    /// When it was last asked for. Whoever holds this asks; the others wait for what comes of it.
    asked_at: tokio::sync::Mutex<Option<Timestamp>>,
}

struct Kept {
    text: Arc<str>,
    fetched_at: Timestamp,
}

/// How new it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// As it is kept.
    Kept,
    /// What is kept lacked something: ask again, unless that was done just now.
    Newer,
}

impl Documents {
    pub fn new(client: Arc<Client>) -> Self {
        Self { client, slots: Mutex::default() }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What is not fit does not replace what is kept. `None` also stands for every failure: the log knows which.
    pub async fn get(
        &self,
        at: At,
        url: &str,
        (wanted, is_fit): (Wanted, fn(&str) -> bool),
    ) -> Option<Arc<str>> {
        let slot = self.slot(at.tenant, url);
        let seen = slot.kept.load_full();
        let is_new = |kept: &Kept| at.now < kept.fetched_at.plus(FRESH);
        match &seen {
            Some(kept) if wanted == Wanted::Kept && is_new(kept) => {
                return Some(Arc::clone(&kept.text));
            }
            _ => {}
        }
        let mut asked_at = slot.asked_at.lock().await;
        if asked_at.is_none_or(|asked| at.now >= asked.plus(PAUSE)) {
            *asked_at = Some(at.now);
            if let Some(text) = self.fetch(at, url).await.filter(|text| is_fit(text)) {
                slot.kept.store(Some(Arc::new(Kept { text, fetched_at: at.now })));
            }
        }
        let kept = slot.kept.load_full()?;
        (at.now < kept.fetched_at.plus(USABLE)).then(|| Arc::clone(&kept.text))
    }

    async fn fetch(&self, at: At, url: &str) -> Option<Arc<str>> {
        let answer = self.client.send(Request::get(url, "application/json")).await;
        let answer = answer.inspect_err(|refusal| {
            tracing::info!(tenant = %at.tenant, url, %refusal, "a document could not be fetched");
        });
        let answer = answer.ok().filter(|answer| answer.status == 200)?;
        std::str::from_utf8(&answer.body).ok().map(Arc::from)
    }

    fn slot(&self, tenant: TenantId, url: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant, url.to_owned());
        if let Some(slot) = slots.get(&key) {
            return Arc::clone(slot);
        }
        if slots.len() >= MOST {
            slots.clear();
        }
        Arc::clone(slots.entry(key).or_default())
    }
}
