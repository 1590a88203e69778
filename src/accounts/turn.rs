//! An account changes its state. Whoever may not stay is signed out everywhere in the same commit (INV-09).

use super::model::{LastAdministrator, NoTurn, Status, Turn, User, Users};
use super::roles::spare_the_last;
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::No;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::platform::storage::{At, Database, Work};
use crate::sessions::end::{Reason, end_all};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such account")]
    Nobody,
    #[error(transparent)]
    NoTurn(#[from] NoTurn),
    #[error(transparent)]
    Last(#[from] LastAdministrator),
}

pub async fn turn(
    database: &Database,
    at: At,
    (id, turn): (&UserId, Turn),
    context: &Context,
) -> Result<User, No<Refusal>> {
    database.write(at, async |work: &mut Work| turn_in(work, (id, turn), context).await).await
}

/// The same, as a part of something greater. Refresh families end with the event, by a listener.
pub async fn turn_in(
    work: &mut Work,
    (id, turn): (&UserId, Turn),
    context: &Context,
) -> Result<User, No<Refusal>> {
    let before = work.user(id).await?.ok_or(No::Refused(Refusal::Nobody))?;
    let status = before.status.after(turn, work.now());
    let status = status.map_err(|reason| No::Refused(reason.into()))?;
    if !status.may_sign_in() {
        spare_the_last(work, id).await.map_err(|no| match no {
            No::Refused(last) => No::Refused(last.into()),
            No::Failed(failure) => No::Failed(failure),
        })?;
    }
    let proven = (turn == Turn::Verify).then(|| work.now());
    let email_verified_at = before.email_verified_at.or(proven);
    let user = User { email_verified_at, status, ..before.clone() };
    match turn {
        Turn::Delete => work.erase_user(&user).await?,
        _ => work.keep_user(&user).await?,
    }
    if !status.may_stay() {
        end_all(work, id, Reason::AccountClosed, context).await?;
    }
    work.record(&event(&before, status, turn), context);
    Ok(user)
}

fn event(before: &User, status: Status, turn: Turn) -> Event {
    let user = before.id.clone();
    match status {
        Status::Active if turn == Turn::Verify => Event::UserVerified { user },
        Status::Active | Status::PendingVerification { .. } => {
            Event::UserActivated { user, before: Name::new(before.status.as_str()) }
        }
        Status::Locked { .. } => Event::UserLocked { user },
        Status::Suspended { .. } => Event::UserSuspended { user },
        Status::Deactivated { .. } => Event::UserDeactivated { user },
        Status::Deleted { .. } => Event::UserDeleted { user },
    }
}
