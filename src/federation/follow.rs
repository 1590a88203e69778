//! An account follows what a provider says of its owner, by the rules of the provider: planned first, which is the
//! preview, and then applied, in the commit of the sign-in.

use super::belong;
use super::model::{Assertion, MappedGroups, MappedRoles, Mapping, Provider};
use crate::accounts::model::{
    Attribute, AttributeSchema, AttributeSchemas, Changes, Group, LastAdministrator, Role, Roles,
    User, Users,
};
use crate::accounts::roles::{give, take};
use crate::accounts::update::{Change, Editor, What, apply as set};
use crate::events::{Actor, Context, Event, Events, Name};
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::platform::storage::Work;
use crate::tenants::model::display_name;

/// What follows the address of a provider.
pub(super) const EMAIL: &str = "email";

/// What becomes of one thing that a rule names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Becomes {
        what: String,
        before: String,
        after: String,
    },
    Stays {
        what: String,
        value: String,
    },
    /// It stays as it is, because what the provider said does not fit.
    Unfit {
        what: String,
        why: String,
    },
    Gives(Role),
    Takes(Role),
    /// They have it by hand, or by another provider, whatever this one says.
    Has(Role),
    Joins(Group),
    Leaves(Group),
    /// They are in it already, by whichever way.
    IsIn(Group),
}

/// What a sign-in would change.
pub struct Plan {
    /// As they would be, but for the address.
    user: User,
    email: Option<Email>,
    pub effects: Vec<Effect>,
}

/// Nothing is written.
pub async fn plan(
    work: &mut Work,
    provider: &Provider,
    user: &User,
    assertion: &Assertion,
) -> Result<Plan, Failure> {
    let schema = work.attribute_schema().await?;
    let mut plan = Plan { user: user.clone(), email: None, effects: Vec::new() };
    for (target, claim) in &provider.settings.mapping.follows {
        if target == EMAIL {
            let effect = follow_address(work, provider, (&mut plan, assertion)).await?;
            plan.effects.push(effect);
            continue;
        }
        let said = assertion.claims.get(claim).map_or(&[][..], Vec::as_slice);
        let effect = follow_claim(&mut plan.user, (target, said), (&schema, work.now()));
        plan.effects.push(effect);
    }
    let roles = follow_roles(work, provider, (&user.id, assertion)).await?;
    plan.effects.extend(roles);
    plan.effects.extend(belong::plan(work, provider, (&user.id, assertion)).await?);
    Ok(plan)
}

fn shown(user: &User, what: &What) -> String {
    match what {
        What::Name => user.name.clone(),
        What::Field(field) => user.profile.get(*field).unwrap_or_default().to_owned(),
        What::Attribute(own) => {
            user.profile.attributes.get(own).map(Attribute::text).unwrap_or_default()
        }
        What::Username | What::PhoneVerified => String::new(),
    }
}

/// What is not said any more is gone here too, but for the name, and what the tenant requires.
fn follow_claim(
    user: &mut User,
    (target, said): (&str, &[String]),
    (schema, now): (&AttributeSchema, Timestamp),
) -> Effect {
    let what = target.to_owned();
    let unfit = |why: String| Effect::Unfit { what: target.to_owned(), why };
    let Some(field) = What::parse(target) else {
        return unfit("nothing of that name is kept here".into());
    };
    let before = shown(user, &field);
    let first = said.first().cloned().unwrap_or_default();
    let done = match &field {
        What::Name if display_name(&first).is_err() => Err("it is no name".to_owned()),
        What::Attribute(own) if !said.is_empty() => match schema.read_all(own, said) {
            Ok(value) => {
                user.profile.attributes.insert(own.clone(), value);
                Ok(())
            }
            Err(unfit) => Err(unfit.to_string()),
        },
        _ => {
            let change = Change { field: field.clone(), text: first };
            set(user, &change, (Editor::Operator, schema, now)).map_err(|no| no.to_string())
        }
    };
    let after = shown(user, &field);
    match done {
        Err(why) => unfit(why),
        Ok(()) if before == after => Effect::Stays { what, value: after },
        Ok(()) => Effect::Becomes { what, before, after },
    }
}

/// INV-22: only a verified address, of a domain for which the provider speaks, and nobody else's.
async fn follow_address(
    work: &mut Work,
    provider: &Provider,
    (plan, assertion): (&mut Plan, &Assertion),
) -> Result<Effect, Failure> {
    let what = EMAIL.to_owned();
    let hosted = assertion.hosted_domain.as_deref();
    let is_theirs = |email: &&Email| {
        assertion.is_email_verified && provider.settings.is_authority_for(email, hosted)
    };
    let before = plan.user.email.to_string();
    let Some(email) = assertion.email.as_ref().filter(is_theirs) else {
        let why = "not verified, or of a domain for which it does not speak";
        return Ok(Effect::Unfit { what, why: why.into() });
    };
    if *email == plan.user.email {
        return Ok(Effect::Stays { what, value: before });
    }
    if work.user_of_email(email).await?.is_some() {
        return Ok(Effect::Unfit { what, why: "it is somebody else's here".into() });
    }
    plan.email = Some(email.clone());
    Ok(Effect::Becomes { what, before, after: email.to_string() })
}

async fn follow_roles(
    work: &mut Work,
    provider: &Provider,
    (user, assertion): (&UserId, &Assertion),
) -> Result<Vec<Effect>, Failure> {
    let wanted = provider.settings.mapping.roles(&assertion.claims);
    let mapped = work.mapped_roles(user, &provider.slug).await?;
    let held = work.roles_of(user).await?;
    let given = wanted.iter().map(|role| match held.contains(role) {
        true => Effect::Has(*role),
        false => Effect::Gives(*role),
    });
    let over = mapped.iter().filter(|role| !wanted.contains(role));
    Ok(given.chain(over.map(|role| Effect::Takes(*role))).collect())
}

/// Somebody signs in: their account is as the provider's rules want it from now on.
pub async fn follow(
    work: &mut Work,
    user: &UserId,
    (provider, assertion): (&Provider, &Assertion),
    context: &Context,
) -> Result<(), Failure> {
    if provider.settings.mapping == Mapping::default()
        && work.mapped_roles(user, &provider.slug).await?.is_empty()
        && work.mapped_groups(user, &provider.slug).await?.is_empty()
    {
        return Ok(());
    }
    let Some(before) = work.user(user).await? else { return Ok(()) };
    let actor = Actor::Provider { provider: provider.slug.as_str().into() };
    let context = Context { actor, request: context.request.clone() };
    let plan = plan(work, provider, &before, assertion).await?;
    apply(work, provider, plan, &context).await
}

async fn apply(
    work: &mut Work,
    provider: &Provider,
    plan: Plan,
    context: &Context,
) -> Result<(), Failure> {
    let user = plan.user.id.clone();
    let mut changed = Vec::new();
    for effect in &plan.effects {
        match effect {
            Effect::Becomes { what, .. } if what != EMAIL => changed.push(Name::new(what)),
            Effect::Unfit { what, why } => {
                tracing::info!(provider = %provider.slug, %user, what, why, "a claim does not fit");
            }
            _ => {}
        }
    }
    if !changed.is_empty() {
        work.keep_user(&plan.user).await?;
        work.record(&Event::UserUpdated { user: user.clone(), changed }, context);
    }
    if let Some(email) = &plan.email
        && work.change_email(&user, email).await?
    {
        work.record(&Event::EmailChanged { user: user.clone() }, context);
    }
    for effect in &plan.effects {
        heed(work, provider, (&user, effect), context).await?;
    }
    Ok(())
}

/// What comes and goes: roles and groups. Two providers may both say so; it goes when neither does.
async fn heed(
    work: &mut Work,
    provider: &Provider,
    (user, effect): (&UserId, &Effect),
    context: &Context,
) -> Result<(), Failure> {
    match effect {
        Effect::Gives(role) => {
            give(work, (user, *role), context).await?;
            work.note_mapped(user, *role, &provider.slug).await
        }
        Effect::Has(role) if work.is_mapped(user, *role).await? => {
            work.note_mapped(user, *role, &provider.slug).await
        }
        Effect::Takes(role) => lose(work, provider, (user, *role), context).await,
        Effect::Joins(group) => belong::join(work, provider, (user, group), context).await,
        Effect::IsIn(group) if work.is_mapped_into(user, &group.id).await? => {
            work.note_mapped_into(user, &group.id, &provider.slug).await
        }
        Effect::Leaves(group) => belong::leave(work, provider, (user, group), context).await,
        _ => Ok(()),
    }
}

/// The last who may administer stays, and the next sign-in tries again.
async fn lose(
    work: &mut Work,
    provider: &Provider,
    (user, role): (&UserId, Role),
    context: &Context,
) -> Result<(), Failure> {
    work.forget_mapped(user, role, &provider.slug).await?;
    if work.is_mapped(user, role).await? {
        return Ok(());
    }
    match take(work, (user, role), context).await {
        Ok(_) => Ok(()),
        Err(No::Refused(LastAdministrator)) => {
            tracing::warn!(provider = %provider.slug, %user, "the last administrator stays one");
            work.note_mapped(user, role, &provider.slug).await
        }
        Err(No::Failed(failure)) => Err(failure),
    }
}

/// The provider says nothing of this person any more.
pub async fn release(
    work: &mut Work,
    provider: &Provider,
    user: &UserId,
    context: &Context,
) -> Result<(), Failure> {
    for role in work.mapped_roles(user, &provider.slug).await? {
        lose(work, provider, (user, role), context).await?;
    }
    for group in work.mapped_groups(user, &provider.slug).await? {
        belong::leave(work, provider, (user, &group), context).await?;
    }
    Ok(())
}
