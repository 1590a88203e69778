//! Groups are made, renamed and deleted, and people come and go.

use super::model::{Group, GroupName, Groups, MOST_GROUPS, Members, Status, Users};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::{GroupId, UserId};
use crate::kernel::moment::Moment;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is a group {0} already")]
    Taken(GroupName),
    #[error("there is no group {0}")]
    NoGroup(GroupName),
    #[error("there is no such account")]
    Nobody,
    #[error("nobody is in more than {MOST_GROUPS} groups; take them out of another first")]
    TooMany,
}

pub async fn create<W: Moment + Groups + Events>(
    work: &mut W,
    name: &GroupName,
    context: &Context,
) -> Result<Group, No<Refusal>> {
    let group = Group { id: GroupId::new(work), name: name.clone() };
    if !work.add_group(&group).await? {
        return Err(No::Refused(Refusal::Taken(name.clone())));
    }
    let event = Event::GroupCreated { group: group.id.clone(), name: told(name) };
    work.record(&event, context);
    Ok(group)
}

/// Who was in it still is. Applications are told the new name from the next token on.
pub async fn rename<W: Groups + Events>(
    work: &mut W,
    (old, new): (&GroupName, &GroupName),
    context: &Context,
) -> Result<Group, No<Refusal>> {
    let group = meant(work, old).await?;
    if old == new {
        return Ok(group);
    }
    let group = Group { name: new.clone(), ..group };
    if !work.rename_group(&group).await? {
        return Err(No::Refused(Refusal::Taken(new.clone())));
    }
    let event = Event::GroupRenamed { group: group.id.clone(), before: told(old), name: told(new) };
    work.record(&event, context);
    Ok(group)
}

pub async fn delete<W: Groups + Events>(
    work: &mut W,
    name: &GroupName,
    context: &Context,
) -> Result<Group, No<Refusal>> {
    let group = meant(work, name).await?;
    work.delete_group(&group.id).await?;
    let event = Event::GroupDeleted { group: group.id.clone(), name: told(name) };
    work.record(&event, context);
    Ok(group)
}

/// False when they are in it already.
pub async fn add<W: Groups + Members + Users + Events>(
    work: &mut W,
    (name, user): (&GroupName, &UserId),
    context: &Context,
) -> Result<bool, No<Refusal>> {
    let group = meant(work, name).await?;
    // Held, so that nobody is added who is being deleted, and two who add at once count each other.
    let person = work.hold_user(user).await?;
    let is_there = |status: &Status| !matches!(status, Status::Deleted { .. });
    if !person.is_some_and(|person| is_there(&person.status)) {
        return Err(No::Refused(Refusal::Nobody));
    }
    let theirs = work.belonging_of(user).await?.groups;
    if theirs.contains(name) {
        return Ok(false);
    }
    if theirs.len() >= MOST_GROUPS {
        return Err(No::Refused(Refusal::TooMany));
    }
    let is_new = work.add_member(&group.id, user).await?;
    if is_new {
        let (user, group) = (user.clone(), group.id);
        work.record(&Event::MemberAdded { user, group, name: told(name) }, context);
    }
    Ok(is_new)
}

/// False when they are not in it.
pub async fn remove<W: Groups + Members + Events>(
    work: &mut W,
    (name, user): (&GroupName, &UserId),
    context: &Context,
) -> Result<bool, No<Refusal>> {
    let group = meant(work, name).await?;
    let was_in = work.remove_member(&group.id, user).await?;
    if was_in {
        let (user, group) = (user.clone(), group.id);
        work.record(&Event::MemberRemoved { user, group, name: told(name) }, context);
    }
    Ok(was_in)
}

async fn meant<W: Groups>(work: &mut W, name: &GroupName) -> Result<Group, No<Refusal>> {
    let found: Result<_, Failure> = work.group_named(name).await;
    found?.ok_or_else(|| No::Refused(Refusal::NoGroup(name.clone())))
}

fn told(name: &GroupName) -> Name {
    Name::new(name.as_str())
}
