//! What is kept in memory follows the database: each second a look, and only what changed is read anew.

use super::open::{House, Role};
use super::protocol::sign_up;
use super::settings;
use crate::admin;
use crate::admin::settings::People;
use crate::config::{Clients, Jwt, Settings};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::oauth::clients::known;
use crate::oauth::discovery::Metadata;
use crate::oauth::resources::model::{Known, Resources};
use crate::platform::storage::revisions::Place;
use crate::platform::storage::{At, Work};
use crate::tenants;
use crate::tenants::model::{Tenant, TenantSettings};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What each tenant has of its own, resolved.
pub type Rooms = HashMap<TenantId, Own>;

#[derive(Clone)]
pub struct Own {
    jwt: Arc<Jwt>,
    clients: Arc<Clients>,
    people: Arc<People>,
    resources: Arc<Known>,
}

impl House {
    /// Exact: a change that is committed anywhere is seen by the next look (house rules, §7).
    pub async fn refresh(&self) -> Result<(), Failure> {
        self.follow().await?.map_or(Ok(()), Err)
    }

    /// Answers the first failure to read a tenant; the others are read all the same, and that one at the next look.
    pub(super) async fn follow(&self) -> Result<Option<Failure>, Failure> {
        let at = self.at();
        let mut seen = self.seen.lock().await;
        let changed: BTreeSet<Place> = seen.look(&self.database, at).await?;
        if changed.iter().any(|(_, topic)| topic == tenants::directory::TOPIC) {
            self.directory.refresh(&self.database, at).await?;
        }
        // Clients are read when they are asked for: what was kept goes, and that is all.
        let (clients, changed): (BTreeSet<Place>, _) =
            changed.into_iter().partition(|(_, topic)| topic == known::TOPIC);
        self.clients.looked(at.now, clients.iter().map(|(tenant, _)| *tenant));
        for place in &clients {
            seen.has_read(place);
        }
        let affected: BTreeSet<TenantId> = changed.iter().map(|(tenant, _)| *tenant).collect();
        let mut first = None;
        for tenant in affected {
            match self.read(At { tenant, ..at }).await {
                Ok(()) => changed.iter().filter(|(of, _)| *of == tenant).for_each(|place| {
                    seen.has_read(place);
                }),
                Err(failure) => first = first.or(Some(failure)),
            }
        }
        for tenant in self.directory.all() {
            let max_age = self.jwt(tenant.id).jwks_max_age;
            self.keys.keep_up(At { tenant: tenant.id, ..at }, max_age)?;
        }
        Ok(first)
    }

    /// Everything of one tenant. Keys that are there before their tenant wait for it.
    async fn read(&self, at: At) -> Result<(), Failure> {
        let Some(tenant) = self.directory.get(at.tenant) else { return Ok(()) };
        let own = self.resolve(at).await?;
        let keys = self.making.keys(at).await?;
        let parts = (&self.database, &self.sealer);
        self.keys.load(parts, at, keys, own.jwt.jwks_max_age).await?;
        self.describe(&tenant, &own)
    }

    /// What the tenant has set, over what the configuration says.
    async fn resolve(&self, at: At) -> Result<Own, Failure> {
        let judged = self.judge(at, &self.settings.load()).await?;
        let known = self.database.read(at, async |work: &mut Work| work.resources().await).await?;
        let own = Own {
            jwt: Arc::new(judged.jwt),
            clients: Arc::new(judged.clients),
            people: Arc::new(judged.people),
            resources: Arc::new(Known::new(known)),
        };
        self.rooms.rcu(|rooms| {
            let mut rooms = HashMap::clone(rooms);
            rooms.insert(at.tenant, own.clone());
            rooms
        });
        Ok(own)
    }

    async fn judge(&self, at: At, settings: &Settings) -> Result<admin::settings::Own, Failure> {
        let own = self.database.read(at, async |work: &mut Work| work.settings().await).await?;
        admin::settings::of_tenant(settings, &own)
            .map_err(|wrong| Failure::broken(format!("settings of tenant {}: {wrong}", at.tenant)))
    }

    /// Before a new configuration counts: does it go with what each tenant has set for itself?
    pub(super) async fn suits_all(&self, new: &Settings) -> Result<(), Failure> {
        for tenant in self.directory.all() {
            self.judge(At { tenant: tenant.id, now: self.ambient.now() }, new).await?;
        }
        Ok(())
    }

    fn describe(&self, tenant: &Tenant, own: &Own) -> Result<(), Failure> {
        let issuer = tenant.issuer(self.directory.public_url());
        let sign_up = sign_up(&self.settings.load());
        let algorithms = own.jwt.algorithms.iter().map(|algorithm| algorithm.as_str()).collect();
        self.metadata
            .prepare(tenant.id, &Metadata::of(&issuer, algorithms, (&own.clients, sign_up)))
    }

    /// What holds for a tenant; what the configuration says, while it is not read yet.
    pub fn jwt(&self, tenant: TenantId) -> Arc<Jwt> {
        let known = self.rooms.load().get(&tenant).map(|own| Arc::clone(&own.jwt));
        known.unwrap_or_else(|| Arc::new(self.settings.load().jwt.clone()))
    }

    /// The same, of what concerns applications.
    pub fn clients_of(&self, tenant: TenantId) -> Arc<Clients> {
        let known = self.rooms.load().get(&tenant).map(|own| Arc::clone(&own.clients));
        known.unwrap_or_else(|| Arc::new(self.settings.load().clients.clone()))
    }

    /// The same, of what concerns people.
    pub fn people_of(&self, tenant: TenantId) -> Arc<People> {
        let known = self.rooms.load().get(&tenant).map(|own| Arc::clone(&own.people));
        known.unwrap_or_else(|| Arc::new(People::of(&self.settings.load())))
    }

    /// The APIs of a tenant; none, while they are not read yet.
    pub fn resources_of(&self, tenant: TenantId) -> Arc<Known> {
        let known = self.rooms.load().get(&tenant).map(|own| Arc::clone(&own.resources));
        known.unwrap_or_default()
    }

    /// What the schedule asks for, tenant by tenant.
    pub async fn rotate_keys(&self) -> Result<(), Failure> {
        let context = self.context(&Role::Server);
        for tenant in self.directory.all() {
            let at = At { tenant: tenant.id, now: self.ambient.now() };
            let policy = settings::policy(&self.jwt(tenant.id));
            self.making.go_on(at, &policy, &context).await?;
        }
        Ok(())
    }

    /// After the configuration changed: what it means for each tenant.
    pub async fn resolve_all(&self) -> Result<(), Failure> {
        for tenant in self.directory.all() {
            self.resolve(At { tenant: tenant.id, now: self.ambient.now() }).await?;
        }
        Ok(())
    }

    /// And everything that follows from it.
    pub async fn read_all(&self) -> Result<(), Failure> {
        for tenant in self.directory.all() {
            self.read(At { tenant: tenant.id, now: self.ambient.now() }).await?;
        }
        Ok(())
    }
}
