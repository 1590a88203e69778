//! A new password by whoever knows the present one; the session it was changed from goes on.

use super::desk::{Asker, Desk};
use super::factors::password::{Stored, Verdict};
use super::model::{Breach, Candidate, OwnWords, PasswordHashes, User, Users};
use super::register::wider;
use super::set_password::{self, Setting, Way};
use crate::events::{Actor, Context};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::secret::Secret;
use crate::platform::limits::{Limit, count};
use crate::platform::storage::{At, Work};
use crate::sessions::model::Session;

#[derive(Debug, PartialEq, Eq)]
pub enum Unchanged {
    Mismatch,
    /// Too many tries with a wrong present one.
    Full,
    TooLong,
    Weak(Vec<Breach>),
}

impl From<set_password::Refusal> for Unchanged {
    fn from(refusal: set_password::Refusal) -> Self {
        match refusal {
            set_password::Refusal::TooLong => Self::TooLong,
            set_password::Refusal::Weak(why) => Self::Weak(why),
        }
    }
}

/// Whoever found a browser open does not guess for long.
const TRIES: Limit = Limit::hourly(10);

/// Whether somebody who is signed in knows the present password: asked before what matters is changed.
pub async fn vouch(
    desk: &Desk,
    at: At,
    (user, present): (&UserId, &Secret),
) -> Result<(User, String), No<Unchanged>> {
    let find = async |work: &mut Work| {
        if count(work, ("present password", user.as_str()), TRIES).await?.is_err() {
            return Err(No::Refused(Unchanged::Full));
        }
        Ok((work.user(user).await?, work.password_of(user).await?))
    };
    let (found, kept) = desk.database.write(at, find).await?;
    let mismatch = || No::Refused(Unchanged::Mismatch);
    let candidate = Candidate::new(present).map_err(|_| mismatch())?;
    let making = (desk.making)(at.tenant)?;
    let stored = kept.as_deref().and_then(|kept| Stored::parse(kept).ok());
    let verdict = making.passwords.verify(stored, candidate, making.cost).await?;
    match (verdict, found, kept) {
        (Verdict::Right | Verdict::RightButRehash, Some(user), Some(kept))
            if user.status.may_sign_in() =>
        {
            Ok((user, kept))
        }
        _ => Err(mismatch()),
    }
}

pub async fn change(
    desk: &Desk,
    at: At,
    (session, present, new): (&Session, &Secret, &Secret),
    asker: &Asker,
) -> Result<(), No<Unchanged>> {
    let (user, kept) = vouch(desk, at, (&session.user, present)).await?;
    let making = (desk.making)(at.tenant)?;
    let words = OwnWords::of([user.email.as_str(), &user.name]);
    let made = set_password::make(&making, at, (new, Some(&user.id), words)).await;
    let hash = made.map_err(wider::<Unchanged, _>)?;
    let actor = Actor::User { user: user.id.clone() };
    let context = Context { actor, request: asker.request.clone() };
    let change = async |work: &mut Work| {
        // It was right a moment ago, and nobody has changed it since.
        let present: Result<_, Failure> = work.password_of(&user.id).await;
        if present?.as_deref() != Some(&kept) {
            return Err(No::Refused(Unchanged::Mismatch));
        }
        let (policy, sealer) = (&making.policy, &desk.sealer);
        let setting = Setting { way: Way::Changed, spared: Some(&session.id), policy, sealer };
        Ok(set_password::set(work, (&user, &hash), &setting, &context).await?)
    };
    desk.database.write(at, change).await
}
