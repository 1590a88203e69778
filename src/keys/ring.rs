//! The ring: the signing keys of every tenant, parsed, and which of them is to be used at an instant.

use super::jwt::Signer;
use super::model::{Algorithm, JwkSet, Kid, SigningKey, Succession};
use super::pair::{Pair, install, lend};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{KeyId, TenantId};
use crate::kernel::time::{Lifetime, Timestamp};
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The keys of all tenants, ready to sign and to verify. Cheap to read, copied when it changes.
pub struct KeyRing {
    tenants: ArcSwap<HashMap<TenantId, Arc<Bunch>>>,
}

/// The keys of one tenant.
struct Bunch {
    successions: Vec<(Algorithm, Succession)>,
    keys: Vec<(KeyId, Arc<Pair>)>,
}

/// How long a key has signed, and will.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reign {
    pub algorithm: Algorithm,
    pub since: Timestamp,
    pub until: Option<Timestamp>,
}

/// A key as it comes out of the seal.
pub struct Unsealed {
    pub key: SigningKey,
    pub private: Zeroizing<Vec<u8>>,
}

impl KeyRing {
    pub fn new() -> Self {
        install();
        Self { tenants: ArcSwap::default() }
    }

    /// Replaces the tenant's keys by these. A key that was held before is not parsed again.
    ///
    /// # Errors
    /// If a private half is damaged or is not the one its row speaks of; then nothing has changed.
    pub fn hold(&self, tenant: TenantId, unsealed: Vec<Unsealed>) -> Result<(), Failure> {
        let (mut rows, mut keys) = (Vec::new(), Vec::new());
        for Unsealed { key, private } in unsealed {
            if key.tenant != tenant {
                return Err(Failure::broken(format!("key {} is of another tenant", key.life.id)));
            }
            keys.push((key.life.id.clone(), lend(tenant, &key.jwk, &private)?));
            rows.push(key);
        }
        let successions =
            Algorithm::ALL.map(|algorithm| (algorithm, Succession::of(&rows, algorithm)));
        let bunch = Arc::new(Bunch { successions: successions.into(), keys });
        self.change(|tenants| {
            tenants.insert(tenant, Arc::clone(&bunch));
        });
        Ok(())
    }

    pub fn forget(&self, tenant: TenantId) {
        self.change(|tenants| {
            tenants.remove(&tenant);
        });
    }

    fn change(&self, edit: impl Fn(&mut HashMap<TenantId, Arc<Bunch>>)) {
        self.tenants.rcu(|tenants| {
            let mut tenants = HashMap::clone(tenants);
            edit(&mut tenants);
            tenants
        });
    }

    pub fn holds(&self, tenant: TenantId) -> bool {
        self.tenants.load().contains_key(&tenant)
    }

    /// The key that signs for this tenant at this instant.
    ///
    /// # Errors
    /// If the tenant has no key of this algorithm, which the schedule does not let happen.
    pub fn signer(
        &self,
        tenant: TenantId,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<Signer, Failure> {
        let bunch = self.tenants.load().get(&tenant).cloned();
        let signer = bunch.and_then(|bunch| {
            let life = bunch.succession(algorithm)?.signer(now)?;
            bunch.pair(&life.id)
        });
        let missing = || Failure::broken(format!("tenant {tenant} has no {algorithm} key"));
        signer.map(Signer::new).ok_or_else(missing)
    }

    /// The key a token of this tenant may be verified with.
    pub(super) fn verifier(
        &self,
        tenant: TenantId,
        kid: &Kid,
        (now, skew): (Timestamp, Lifetime),
    ) -> Option<Arc<Pair>> {
        let bunch = self.tenants.load().get(&tenant).cloned()?;
        let (id, pair) = bunch.keys.iter().find(|(_, pair)| pair.jwk().kid == *kid)?;
        let accepted = bunch.succession(pair.jwk().alg)?.accepts(id, now, skew);
        accepted.then(|| Arc::clone(pair))
    }

    /// What is published for this tenant at this instant, the signing keys first within their algorithm.
    pub fn jwks(&self, tenant: TenantId, now: Timestamp) -> Option<JwkSet> {
        let bunch = self.tenants.load().get(&tenant).cloned()?;
        let published = bunch.successions.iter().flat_map(|(_, keys)| keys.published(now));
        let pairs = published.filter_map(|life| bunch.pair(&life.id));
        Some(JwkSet { keys: pairs.map(|pair| pair.jwk().clone()).collect() })
    }

    /// For each algorithm: since when the oldest key of any tenant has been signing, and when the first one
    /// hands over to another.
    pub fn reigns(&self, now: Timestamp) -> Vec<Reign> {
        let tenants = self.tenants.load();
        let of = |algorithm| {
            let all = tenants.values().filter_map(move |bunch| bunch.succession(algorithm));
            let signing = all.filter_map(|keys| Some((keys, keys.signer(now)?)));
            let reigns = signing.map(|(keys, life)| Reign {
                algorithm,
                since: life.activates_at,
                until: keys.next(now).map(|next| next.activates_at),
            });
            reigns.reduce(|one, other| Reign {
                algorithm,
                since: one.since.min(other.since),
                until: [one.until, other.until].into_iter().flatten().min(),
            })
        };
        Algorithm::ALL.into_iter().filter_map(of).collect()
    }

    /// The next instant at which `jwks` or `signer` answer differently by themselves.
    pub fn changes_at(&self, tenant: TenantId, after: Timestamp) -> Option<Timestamp> {
        let bunch = self.tenants.load().get(&tenant).cloned()?;
        bunch.successions.iter().filter_map(|(_, keys)| keys.changes_at(after)).min()
    }
}

impl Default for KeyRing {
    fn default() -> Self {
        Self::new()
    }
}

impl Bunch {
    fn succession(&self, algorithm: Algorithm) -> Option<&Succession> {
        self.successions.iter().find(|(of, _)| *of == algorithm).map(|(_, keys)| keys)
    }

    fn pair(&self, id: &KeyId) -> Option<Arc<Pair>> {
        self.keys.iter().find(|(held, _)| held == id).map(|(_, pair)| Arc::clone(pair))
    }
}

#[cfg(test)]
mod tests {
    use crate::keys::model::{Jwk, JwkSet, PublicKey};

    #[test]
    fn a_jwk_has_its_public_members_and_no_other() {
        let (crv, x, y) = ("P-256".into(), "eA".into(), "eQ".into());
        let jwk = Jwk::of(PublicKey::Ec { crv, x, y });
        let text = serde_json::to_string(&jwk).unwrap();
        assert_eq!(
            text,
            format!(
                r#"{{"kid":"{}","alg":"ES256","use":"sig","kty":"EC","crv":"P-256","x":"eA","y":"eQ"}}"#,
                jwk.kid
            )
        );
        assert_eq!(serde_json::from_str::<Jwk>(&text).unwrap(), jwk);
        let set = JwkSet { keys: vec![jwk] };
        assert_eq!(serde_json::to_string(&set).unwrap(), format!(r#"{{"keys":[{text}]}}"#));
    }
}
