//! Somebody is in groups because of what a provider says of them, by its rules: planned, and then applied.

use super::follow::Effect;
use super::model::{Assertion, MappedGroups, Provider};
use crate::accounts::groups::{Refusal, add, remove};
use crate::accounts::model::{Group, Groups, Members};
use crate::events::Context;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::platform::storage::Work;

/// Nothing is written. A group that a rule names and nobody made is not made by it.
pub(super) async fn plan(
    work: &mut Work,
    provider: &Provider,
    (user, assertion): (&UserId, &Assertion),
) -> Result<Vec<Effect>, Failure> {
    let wanted = provider.settings.mapping.groups(&assertion.claims);
    let mapped = work.mapped_groups(user, &provider.slug).await?;
    let held = match wanted.is_empty() {
        true => Vec::new(),
        false => work.belonging_of(user).await?.groups,
    };
    let mut effects = Vec::new();
    for name in &wanted {
        effects.push(match work.group_named(name).await? {
            Some(group) if held.contains(name) => Effect::IsIn(group),
            Some(group) => Effect::Joins(group),
            None => {
                let why = "there is no such group".to_owned();
                Effect::Unfit { what: format!("group {name}"), why }
            }
        });
    }
    let over = mapped.into_iter().filter(|group| !wanted.contains(&group.name));
    effects.extend(over.map(Effect::Leaves));
    Ok(effects)
}

pub(super) async fn join(
    work: &mut Work,
    provider: &Provider,
    (user, group): (&UserId, &Group),
    context: &Context,
) -> Result<(), Failure> {
    match add(work, (&group.name, user), context).await {
        Ok(_) => work.note_mapped_into(user, &group.id, &provider.slug).await,
        Err(No::Failed(failure)) => Err(failure),
        Err(No::Refused(why)) => {
            tracing::warn!(provider = %provider.slug, %user, group = %group.id, %why, "not added");
            Ok(())
        }
    }
}

/// They stay while another provider says so too.
pub(super) async fn leave(
    work: &mut Work,
    provider: &Provider,
    (user, group): (&UserId, &Group),
    context: &Context,
) -> Result<(), Failure> {
    work.forget_mapped_into(user, &group.id, &provider.slug).await?;
    if work.is_mapped_into(user, &group.id).await? {
        return Ok(());
    }
    match remove(work, (&group.name, user), context).await {
        Ok(_) | Err(No::Refused(Refusal::NoGroup(_))) => Ok(()),
        Err(No::Refused(why)) => Err(Failure::broken(why.to_string())),
        Err(No::Failed(failure)) => Err(failure),
    }
}
