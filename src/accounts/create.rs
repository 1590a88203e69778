//! Somebody gets an account, made by whoever runs the server.

use super::factors::password::{BreachList, Cost, Passwords};
use super::model::{
    Breach, Candidate, OwnWords, PasswordHashes, Policy, Profile, Status, User, Username, Users,
};
use crate::events::{Context, Event, Events};
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::moment::{Ambient, Moment};
use crate::kernel::secret::Secret;
use crate::platform::storage::{At, Database, Work};
use std::sync::Arc;

/// With what accounts are made.
pub struct Making {
    pub database: Database,
    pub ambient: Ambient,
    pub passwords: Passwords,
    pub policy: Policy,
    pub list: Arc<BreachList>,
    pub cost: Cost,
}

#[derive(Clone, Debug)]
pub struct NewUser {
    pub email: Email,
    pub name: String,
    pub password: Secret,
    pub mailbox: Mailbox,
}

/// Whether it is known whose mailbox it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailbox {
    Unproven,
    Proven,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0} has an account already")]
    Taken(Email),
    #[error("the password has too many characters")]
    TooLong,
    #[error("the password is not one that is allowed")]
    Weak(Vec<Breach>),
}

/// The password is judged and hashed before anything is written.
pub async fn create(
    making: &Making,
    at: At,
    wanted: &NewUser,
    context: &Context,
) -> Result<User, No<Refusal>> {
    let candidate = Candidate::new(&wanted.password).map_err(|_| No::Refused(Refusal::TooLong))?;
    let question = super::factors::password::Question {
        policy: making.policy.clone(),
        words: OwnWords::of([wanted.email.as_str(), &wanted.name]),
        list: Arc::clone(&making.list),
        before: Vec::new(),
    };
    let breaches = making.passwords.judge(candidate.clone(), question).await?;
    if !breaches.is_empty() {
        return Err(No::Refused(Refusal::Weak(breaches)));
    }
    let hash = making.passwords.hash(candidate, making.cost, making.ambient.random()).await?;
    let keep = async |work: &mut Work| add(work, wanted, hash.as_str(), context).await;
    making.database.write(at, keep).await
}

async fn add(
    work: &mut Work,
    wanted: &NewUser,
    hash: &str,
    context: &Context,
) -> Result<User, No<Refusal>> {
    let now = work.now();
    let user = User {
        id: UserId::new(work),
        email: wanted.email.clone(),
        username: None,
        name: wanted.name.clone(),
        profile: Profile::default(),
        made_at: now,
        changed_at: now,
        email_verified_at: (wanted.mailbox == Mailbox::Proven).then_some(now),
        status: Status::Active,
    };
    if !work.add_user(&user).await? {
        return Err(No::Refused(Refusal::Taken(user.email)));
    }
    work.keep_password(&user.id, hash).await?;
    work.record(&Event::UserCreated { user: user.id.clone() }, context);
    Ok(user)
}

/// A page of people, in the order in which they came.
pub async fn list(database: &Database, at: At, after: &str) -> Result<Vec<User>, Failure> {
    database.read(at, async |work: &mut Work| work.users(after, PAGE).await).await
}

pub const PAGE: i64 = 500;

/// By id, address or username.
pub async fn find(database: &Database, at: At, name: &str) -> Result<Option<User>, Failure> {
    let find = async |work: &mut Work| {
        if let Some(id) = UserId::parse(name) {
            return work.user(&id).await;
        }
        if let Some(email) = Email::parse(name) {
            return work.user_of_email(&email).await;
        }
        match Username::parse(name) {
            Some(username) => work.user_of_username(&username).await,
            None => Ok(None),
        }
    };
    database.read(at, find).await
}
