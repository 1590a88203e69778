//! The first administrator, by a link that works once and only while there is none (experience.md §1.6); and a way
//! back in for somebody who has lost theirs.

use super::create::Making;
use super::desk::{Asker, Desk};
use super::links::mint;
use super::model::{
    Links, OwnWords, PasswordHashes, Profile, Purpose, Role, Roles, Status, User, Users,
};
use super::register::{Dead, look, wider};
use super::roles;
use super::set_password::{self, Undone};
use crate::events::{Actor, Context, Event, Events};
use crate::kernel::email::Email;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::platform::storage::{At, Database, Work};

/// There is one rescue for whoever runs the server: this one is not it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is an administrator already")]
pub struct HasOne;

/// Whom a link of setup is for.
const SETUP: &str = "setup";

pub async fn has_administrator(database: &Database, at: At) -> Result<bool, Failure> {
    let read = async |work: &mut Work| work.has_administrator().await;
    database.read(at, read).await
}

/// A newer link voids those before it.
pub async fn link(database: &Database, at: At) -> Result<Secret, No<HasOne>> {
    let make = async |work: &mut Work| {
        if work.has_administrator().await? {
            return Err(No::Refused(HasOne));
        }
        Ok(mint(work, (Purpose::Setup, SETUP), None).await?)
    };
    database.write(at, make).await
}

/// Nobody is signed in by it: it only lets somebody choose a password.
pub async fn rescue(
    database: &Database,
    at: At,
    user: &UserId,
    context: &Context,
) -> Result<Secret, Failure> {
    let make = async |work: &mut Work| {
        work.record(&Event::RecoveryRequested { user: user.clone() }, context);
        Ok(mint(work, (Purpose::Recovery, user.as_str()), None).await?)
    };
    let done: Done<Secret> = database.write(at, make).await;
    unrefused(done)
}

/// Whether the link may still be used; looking uses nothing up.
pub async fn is_open(desk: &Desk, at: At, token: &Secret) -> Result<Result<(), Dead>, Failure> {
    if let Err(dead) = look(desk, at, (Purpose::Setup, token)).await? {
        return Ok(Err(dead));
    }
    let has_one = has_administrator(&desk.database, at).await?;
    Ok(if has_one { Err(Dead::Used) } else { Ok(()) })
}

/// What was typed.
pub struct First {
    pub email: Email,
    pub name: String,
    pub password: Secret,
}

pub async fn complete(
    desk: &Desk,
    at: At,
    (token, first): (&Secret, &First),
    asker: &Asker,
) -> Result<User, No<Undone>> {
    if let Err(dead) = is_open(desk, at, token).await? {
        return Err(No::Refused(Undone::Dead(dead)));
    }
    let making: Making = (desk.making)(at.tenant)?;
    let words = OwnWords::of([first.email.as_str(), &first.name]);
    let made = set_password::make(&making, at, (&first.password, None, words)).await;
    let hash = made.map_err(wider::<Undone, _>)?;
    let hashed = Purpose::Setup.hash(token);
    let complete = async |work: &mut Work| {
        // Asked first: whoever becomes one at the same time waits, or is waited for.
        let is_first = work.some_administrators().await?.is_empty();
        let used = work.use_link(&hashed, Purpose::Setup).await?;
        if !is_first || used.is_none() {
            return Err(No::Refused(Undone::Dead(Dead::Used)));
        }
        let now = work.now();
        let user = User {
            id: UserId::new(work),
            email: first.email.clone(),
            name: first.name.clone(),
            made_at: now,
            email_verified_at: Some(now),
            status: Status::Active,
            username: None,
            profile: Profile::default(),
            changed_at: now,
        };
        if !work.add_user(&user).await? {
            return Err(No::Refused(Undone::Taken));
        }
        work.keep_password(&user.id, hash.as_str()).await?;
        let actor = Actor::User { user: user.id.clone() };
        let context = Context { actor, request: asker.request.clone() };
        work.record(&Event::UserCreated { user: user.id.clone() }, &context);
        roles::give(work, (&user.id, Role::Owner), &context).await?;
        work.record(&Event::SetupCompleted { user: user.id.clone() }, &context);
        Ok(user)
    };
    desk.database.write(at, complete).await
}
