//! What stands behind tokens, codes and refresh tokens, as the database has it at this instant. Those who ask at once
//! are asked about together: a statement for each table, however many they are.

use super::clients::model::{Client, Clients};
use super::ground::{Ground, People, Person};
use super::realm::Realm;
use super::token::model::{Codes, Denials, Family, Grants, Principal, StoredCode};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, GrantId, UserId};
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Together, Work};
use std::collections::BTreeSet;

/// Those who ask now.
pub type Askers = Together<Question, Behind>;

/// What one asks for; what is not named is not looked for.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Was this access token revoked by itself?
    pub jti: Option<String>,
    pub client: Option<ClientId>,
    pub grant: Option<GrantId>,
    /// The code of this grant.
    pub code: Option<GrantId>,
    /// Somebody, where it is not whoever granted.
    pub user: Option<UserId>,
}

#[derive(Clone, Debug, Default)]
pub struct Behind {
    pub is_denied: bool,
    pub client: Option<Client>,
    pub family: Option<Family>,
    pub code: Option<StoredCode>,
    /// Whoever granted, or was asked for; nobody where they are unknown.
    pub person: Option<Person>,
}

impl Behind {
    /// For whom something would be issued that was granted then.
    pub fn principal(&self, granted_at: Timestamp) -> Principal {
        self.person.as_ref().map_or(Principal::Nobody, |person| person.standing.since(granted_at))
    }
}

impl<M, P: People> Ground<M, P> {
    pub async fn behind(&self, realm: &Realm, question: Question) -> Result<Behind, Failure> {
        let people = &self.people;
        let read = async |work: &mut Work, asked: Vec<Question>| look(people, work, &asked).await;
        self.askers.ask((&self.database, realm.at), question, read).await
    }
}

async fn look<P: People>(
    people: &P,
    work: &mut Work,
    asked: &[Question],
) -> Result<Vec<Behind>, Failure> {
    let denied = work.denied(&distinct(asked, |one| one.jti.as_ref())).await?;
    let clients = work.clients_of(&distinct(asked, |one| one.client.as_ref())).await?;
    let families = work.families(&distinct(asked, |one| one.grant.as_ref())).await?;
    let codes = work.codes(&distinct(asked, |one| one.code.as_ref())).await?;
    let found = asked.iter().map(|one| Behind {
        is_denied: one.jti.as_ref().is_some_and(|jti| denied.contains(jti)),
        client: one.client.as_ref().and_then(|id| clients.iter().find(|c| c.id == *id)).cloned(),
        family: one
            .grant
            .as_ref()
            .and_then(|id| families.iter().find(|f| f.grant.id == *id))
            .cloned(),
        code: one.code.as_ref().and_then(|id| codes.iter().find(|c| c.grant.id == *id)).cloned(),
        person: None,
    });
    let mut found: Vec<Behind> = found.collect();
    let whose: Vec<Option<UserId>> = asked.iter().zip(&found).map(whose).collect();
    let known = people.people(work, &distinct(&whose, Option::as_ref)).await?;
    for (one, id) in found.iter_mut().zip(whose) {
        one.person = known.iter().find(|person| Some(&person.id) == id.as_ref()).cloned();
    }
    Ok(found)
}

fn whose((question, behind): (&Question, &Behind)) -> Option<UserId> {
    let family = behind.family.as_ref().map(|family| &family.grant);
    let grant = family.or_else(|| behind.code.as_ref().map(|code| &code.grant));
    grant.map(|grant| &grant.user).or(question.user.as_ref()).cloned()
}

fn distinct<'a, T, K: Clone + Ord + 'a>(
    all: &'a [T],
    key: impl Fn(&'a T) -> Option<&'a K>,
) -> Vec<K> {
    let keys: BTreeSet<&K> = all.iter().filter_map(key).collect();
    keys.into_iter().cloned().collect()
}
