//! What the use cases of the protocol stand on, put together once (house, "units of work").

use super::clients::known::KnownClients;
use super::clients::model::Client;
use super::clients::throttle::Failures;
use super::credential::{CredentialKeys, Credentials};
use super::realm::Realm;
use super::refused::Pace;
use super::subject::Subjects;
use crate::accounts::model::{Belonging, Members, Status, User, Users};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::{Chance, Moment};
use crate::kernel::time::Timestamp;
use crate::platform::outbound::Documents;
use crate::platform::sealing::Sealer;
use crate::platform::storage::{Database, Work};
use std::sync::Arc;

pub struct Ground<M, P> {
    pub database: Database,
    pub sealer: Sealer,
    pub chance: Arc<dyn Chance>,
    pub credentials: CredentialKeys,
    pub subjects: Subjects,
    pub clients: Arc<KnownClients>,
    pub failures: Failures,
    pub refusals: Pace,
    /// What clients publish: their keys, for one.
    pub documents: Documents,
    /// Signs what is issued.
    pub minter: M,
    /// Knows who may still have tokens.
    pub people: P,
}

/// The accounts, as far as the protocol asks about them.
pub trait People {
    async fn standing(&self, work: &mut Work, user: &UserId) -> Result<Standing, Failure>;

    /// What is known of somebody.
    async fn person(&self, work: &mut Work, user: &UserId) -> Result<Option<User>, Failure>;

    /// Their roles and groups.
    async fn belonging(&self, work: &mut Work, user: &UserId) -> Result<Belonging, Failure>;
}

/// As the accounts have them.
pub struct Accounts;

impl People for Accounts {
    async fn standing(&self, work: &mut Work, user: &UserId) -> Result<Standing, Failure> {
        let found = work.user(user).await?;
        let is_active = found.is_some_and(|user| user.status == Status::Active);
        Ok(if is_active { Standing::Active { not_before: None } } else { Standing::Gone })
    }

    async fn person(&self, work: &mut Work, user: &UserId) -> Result<Option<User>, Failure> {
        work.user(user).await
    }

    async fn belonging(&self, work: &mut Work, user: &UserId) -> Result<Belonging, Failure> {
        work.belonging_of(user).await
    }
}

/// Whether tokens may be issued for a person (INV-09).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Active {
        /// What was granted earlier is refused: everything was signed out then.
        not_before: Option<Timestamp>,
    },
    /// Unknown, deleted, disabled, locked: all the same here.
    Gone,
}

impl<M, P> Ground<M, P> {
    pub async fn credentials(&self, realm: &Realm) -> Result<Credentials, Failure> {
        self.credentials.of(&self.database, &self.sealer, realm.at).await
    }

    /// Who the person is to this client, wherever it can read it (P-221).
    pub async fn subject(
        &self,
        realm: &Realm,
        client: &Client,
        user: &UserId,
    ) -> Result<String, Failure> {
        self.subjects.of((&self.database, &self.sealer), realm.at, (client, user)).await
    }

    /// The instant of the request, with randomness: for what is made between units of work.
    pub fn moment(&self, realm: &Realm) -> RequestMoment {
        RequestMoment::new(realm.now(), Arc::clone(&self.chance))
    }
}

pub struct RequestMoment {
    now: Timestamp,
    chance: Arc<dyn Chance>,
}

impl RequestMoment {
    pub const fn new(now: Timestamp, chance: Arc<dyn Chance>) -> Self {
        Self { now, chance }
    }
}

impl Moment for RequestMoment {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes);
        bytes
    }
}
