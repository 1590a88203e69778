//! Clients in memory: a request asks the database only for one that is not here yet (house rules, §7).

use super::model::{Clients, Registered};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, TenantId};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::{At, Database, Work};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Whoever changes a client raises this topic of its tenant.
pub const TOPIC: &str = "clients";

/// A node that has not looked for so long asks the database instead: it may have missed a change.
const FRESH: Lifetime = Lifetime::seconds(10);

/// When there are more, all go, and those in use come back.
const MOST: usize = 4096;

#[derive(Default)]
pub struct KnownClients(RwLock<Known>);

#[derive(Default)]
struct Known {
    /// Rises with each change that was seen: what was read before it is not kept after it.
    generation: u64,
    looked_at: Option<Timestamp>,
    clients: HashMap<(TenantId, ClientId), Arc<Registered>>,
}

impl KnownClients {
    /// With its secrets, ended ones too. One that nobody registered is not remembered as such: it could be
    /// registered the next moment.
    pub async fn find(
        &self,
        database: &Database,
        at: At,
        id: &ClientId,
    ) -> Result<Option<Arc<Registered>>, Failure> {
        let key = (at.tenant, id.clone());
        let (generation, known) = self.kept(&key, at.now);
        if known.is_some() {
            return Ok(known);
        }
        let found = database.read(at, async |work: &mut Work| work.client(id).await).await?;
        let found = found.map(Arc::new);
        if let Some(found) = &found {
            self.keep(key, found, generation);
        }
        Ok(found)
    }

    /// What was seen at a look: the clients of these tenants have changed.
    pub fn looked(&self, at: Timestamp, changed: impl IntoIterator<Item = TenantId>) {
        for tenant in changed {
            self.forget(tenant);
        }
        self.0.write().unwrap_or_else(PoisonError::into_inner).looked_at = Some(at);
    }

    /// The clients of this tenant are read anew.
    pub fn forget(&self, tenant: TenantId) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.generation += 1;
        known.clients.retain(|(of, _), _| *of != tenant);
    }

    fn kept(&self, key: &(TenantId, ClientId), now: Timestamp) -> (u64, Option<Arc<Registered>>) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = known.looked_at.is_some_and(|looked| now < looked.plus(FRESH));
        let found = known.clients.get(key).filter(|_| is_fresh).cloned();
        (known.generation, found)
    }

    fn keep(&self, key: (TenantId, ClientId), found: &Arc<Registered>, generation: u64) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.generation != generation {
            return;
        }
        if known.clients.len() >= MOST {
            known.clients.clear();
        }
        known.clients.insert(key, Arc::clone(found));
    }
}
