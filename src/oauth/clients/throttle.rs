//! How often proof of a client may fail from one address: failures are counted, a busy application's successes
//! are not (security.md §0.2; A-045). The count is in the database, so it holds for all nodes together.

use super::model::FailedProofs;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::{ClientId, TenantId};
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::oauth::realm::Realm;
use crate::platform::storage::{Database, Work};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many failures there may be in how long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    pub most: u32,
    pub per: Lifetime,
}

/// Who has failed too often, as far as this node has seen: nothing needs to be asked for anybody else.
pub struct Failures {
    allowed: Box<dyn Fn() -> Allowed + Send + Sync>,
    blocked: Mutex<HashMap<(TenantId, [u8; 32]), Timestamp>>,
}

/// One client at one address; every unknown client at an address is the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket(Hash);

/// Until then nothing is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocked {
    pub until: Timestamp,
}

/// When there are more, all go: each is blocked again by its next failure.
const MOST: usize = 65_536;

impl Bucket {
    pub fn of(client: Option<&ClientId>, realm: &Realm) -> Self {
        let client = client.map_or("", ClientId::as_str);
        let from = realm.from.as_deref().unwrap_or_default();
        Self(Hash::of_parts([client.as_bytes(), from.as_bytes()]))
    }
}

impl Failures {
    pub fn new(allowed: impl Fn() -> Allowed + Send + Sync + 'static) -> Self {
        Self { allowed: Box::new(allowed), blocked: Mutex::default() }
    }

    /// From memory alone.
    pub fn blocked(&self, realm: &Realm, bucket: &Bucket) -> Option<Blocked> {
        let blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        let until = blocked.get(&(realm.at.tenant, *bucket.0.bytes())).copied();
        until.filter(|until| realm.now() < *until).map(|until| Blocked { until })
    }

    /// One more. Answers whether it was one too many.
    pub async fn count(
        &self,
        database: &Database,
        realm: &Realm,
        bucket: &Bucket,
    ) -> Result<Option<Blocked>, Failure> {
        let Allowed { most, per } = (self.allowed)();
        let (begins_at, until) = window(realm.now(), per);
        let counted: Done<i64> = database
            .write(realm.at, async |work: &mut Work| {
                Ok(work.count_failure(&bucket.0, (begins_at, until)).await?)
            })
            .await;
        if unrefused(counted)? <= i64::from(most) {
            return Ok(None);
        }
        let mut blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        if blocked.len() >= MOST {
            blocked.clear();
        }
        blocked.insert((realm.at.tenant, *bucket.0.bytes()), until);
        Ok(Some(Blocked { until }))
    }
}

/// All nodes count in the same stretches of time.
fn window(now: Timestamp, per: Lifetime) -> (Timestamp, Timestamp) {
    let per = per.max(Lifetime::seconds(1));
    let begun = now.micros() - now.micros().rem_euclid(per.as_micros());
    let begins_at = Timestamp::from_micros(begun);
    (begins_at, begins_at.plus(per))
}
