//! Who a person is to a client (OIDC Core §8): the same for all, or one name per sector that leads to no other.

use super::clients::model::{Client, SubjectType};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::{TenantId, UserId};
use crate::platform::sealing::mac::Mac;
use crate::platform::sealing::{Purpose, Sealer};
use crate::platform::storage::{At, Database, Work};
use arc_swap::ArcSwap;
use data_encoding::BASE64URL_NOPAD;
use std::collections::HashMap;

/// The keys of pairwise names, read once per tenant.
#[derive(Default)]
pub struct Subjects {
    held: ArcSwap<HashMap<TenantId, Mac>>,
}

impl Subjects {
    pub async fn of(
        &self,
        keys: (&Database, &Sealer),
        at: At,
        (client, user): (&Client, &UserId),
    ) -> Result<String, Failure> {
        match client.registration.subject_type {
            SubjectType::Public => Ok(user.to_string()),
            SubjectType::Pairwise => {
                let mac = self.mac(keys, at).await?;
                let sector = client.registration.sector().unwrap_or_default();
                // Neither holds a space, so no two pairs make one text.
                Ok(BASE64URL_NOPAD.encode(&mac.tag(&format!("{sector} {user}"))))
            }
        }
    }

    async fn mac(&self, (database, sealer): (&Database, &Sealer), at: At) -> Result<Mac, Failure> {
        if let Some(mac) = self.held.load().get(&at.tenant) {
            return Ok(mac.clone());
        }
        let make = async |work: &mut Work| Ok(sealer.mac(work, Purpose::PairwiseSubject).await?);
        let made: Done<Mac> = database.write(at, make).await;
        let mac = unrefused(made)?;
        self.held.rcu(|held| {
            let mut held = HashMap::clone(held);
            held.insert(at.tenant, mac.clone());
            held
        });
        Ok(mac)
    }
}
