//! A role is given or taken. The last who may administer stays.

use super::model::{LastAdministrator, Role, Roles};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;

/// False when they had it already.
pub async fn give<W: Roles + Events>(
    work: &mut W,
    (user, role): (&UserId, Role),
    context: &Context,
) -> Result<bool, Failure> {
    let is_new = role != Role::User && work.give_role(user, role).await?;
    if is_new {
        let event = Event::RoleAssigned { user: user.clone(), role: Name::new(role.as_str()) };
        work.record(&event, context);
    }
    Ok(is_new)
}

/// False when they did not have it.
pub async fn take<W: Roles + Events>(
    work: &mut W,
    (user, role): (&UserId, Role),
    context: &Context,
) -> Result<bool, No<LastAdministrator>> {
    let roles = work.roles_of(user).await?;
    if role == Role::User || !roles.contains(&role) {
        return Ok(false);
    }
    let still_may = roles.iter().any(|other| *other != role && other.may_administer());
    if role.may_administer() && !still_may {
        spare_the_last(work, user).await?;
    }
    work.take_role(user, role).await?;
    let event = Event::RoleRemoved { user: user.clone(), role: Name::new(role.as_str()) };
    work.record(&event, context);
    Ok(true)
}

/// Asked in the same unit of work before somebody is demoted, suspended, deactivated or deleted.
pub async fn spare_the_last<W: Roles>(
    work: &mut W,
    user: &UserId,
) -> Result<(), No<LastAdministrator>> {
    match work.some_administrators().await?.as_slice() {
        [only] if only == user => Err(No::Refused(LastAdministrator)),
        _ => Ok(()),
    }
}
