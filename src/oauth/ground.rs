//! What the use cases of the protocol stand on, put together once (house, "units of work").

use super::behind::Askers;
use super::clients::known::KnownClients;
use super::clients::model::Client;
use super::clients::throttle::Failures;
use super::credential::{CredentialKeys, Credentials};
use super::realm::Realm;
use super::refused::Pace;
use super::subject::Subjects;
use super::token::model::Principal;
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
    /// Those who ask the database about tokens at this instant.
    pub askers: Askers,
}

/// The accounts, as far as the protocol asks about them.
pub trait People {
    async fn standing(&self, work: &mut Work, user: &UserId) -> Result<Standing, Failure>;

    /// The same for several, and what is known of them. Who is unknown is not among them.
    async fn people(&self, work: &mut Work, users: &[UserId]) -> Result<Vec<Person>, Failure>;

    /// Their roles and groups.
    async fn belonging(&self, work: &mut Work, user: &UserId) -> Result<Belonging, Failure>;
}

/// As the accounts have them.
pub struct Accounts;

impl People for Accounts {
    async fn standing(&self, work: &mut Work, user: &UserId) -> Result<Standing, Failure> {
        Ok(work.user(user).await?.map_or(Standing::Gone, |user| Standing::of(&user)))
    }

    async fn people(&self, work: &mut Work, users: &[UserId]) -> Result<Vec<Person>, Failure> {
        let found = work.users_of(users).await?;
        let person = |user: User| Person {
            id: user.id.clone(),
            standing: Standing::of(&user),
            user: Some(user),
        };
        Ok(found.into_iter().map(person).collect())
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

impl Standing {
    fn of(user: &User) -> Self {
        match user.status {
            Status::Active => Self::Active { not_before: None },
            _ => Self::Gone,
        }
    }

    /// Who they are to something that they granted then.
    pub const fn since(self, granted_at: Timestamp) -> Principal {
        match self {
            Self::Active { not_before } => Principal::Person { granted_at, not_before },
            Self::Gone => Principal::Nobody,
        }
    }
}

/// Somebody behind a grant.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub standing: Standing,
    pub user: Option<User>,
}

impl<M, P: People> Ground<M, P> {
    /// Roles and groups, where they are to be told.
    pub async fn belonging(
        &self,
        realm: &Realm,
        user: &UserId,
        is_told: bool,
    ) -> Result<Belonging, Failure> {
        if !is_told {
            return Ok(Belonging::default());
        }
        let read = async |work: &mut Work| self.people.belonging(work, user).await;
        self.database.read(realm.at, read).await
    }
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
