//! A client after its registration: changed, disabled, enabled, deleted. Every node knows within a second.

use super::known::TOPIC;
use super::model::{Client, Clients, Registration, Senseless};
use super::vet;
use crate::events::model::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::ClientId;
use crate::oauth::logos;
use crate::platform::storage::{Work, revisions};
use serde_json::Value;
use std::collections::BTreeSet;

/// Its registration is replaced as a whole. Answers what is different now; nothing is written when nothing is.
pub async fn update(
    work: &mut Work,
    client: &Client,
    registration: &Registration,
    context: &Context,
) -> Result<Vec<String>, No<Senseless>> {
    vet(registration).map_err(No::Refused)?;
    let changed = differing(&client.registration, registration)?;
    if changed.is_empty() {
        return Ok(changed);
    }
    work.register_anew(&client.id, registration).await?;
    let logo = |of: &Registration| of.about.logo_uri.clone();
    let (old, new) = (logo(&client.registration), logo(registration));
    logos::follow(work, &client.id, (old.as_deref(), new.as_deref())).await?;
    revisions::raise(work, TOPIC).await?;
    let names = changed.iter().map(|name| Name::new(name)).collect();
    work.record(&Event::ClientUpdated { client: client.id.clone(), changed: names }, context);
    Ok(changed)
}

/// Its tokens are refused from now on, and none are issued. False when it was disabled already.
pub async fn disable(work: &mut Work, id: &ClientId, context: &Context) -> Result<bool, Failure> {
    let done = work.disable_client(id).await?;
    if done {
        revisions::raise(work, TOPIC).await?;
        work.record(&Event::ClientDisabled { client: id.clone() }, context);
    }
    Ok(done)
}

/// What was issued before it was disabled stays refused.
pub async fn enable(work: &mut Work, id: &ClientId, context: &Context) -> Result<bool, Failure> {
    let done = work.enable_client(id).await?;
    if done {
        revisions::raise(work, TOPIC).await?;
        work.record(&Event::ClientEnabled { client: id.clone() }, context);
    }
    Ok(done)
}

/// For good: its secrets go with it, and its id never comes again.
pub async fn delete(work: &mut Work, id: &ClientId, context: &Context) -> Result<bool, Failure> {
    let done = work.delete_client(id).await?;
    if done {
        revisions::raise(work, TOPIC).await?;
        work.record(&Event::ClientDeleted { client: id.clone() }, context);
    }
    Ok(done)
}

/// The names of what is not the same in both, in the order of the alphabet.
fn differing(old: &Registration, new: &Registration) -> Result<Vec<String>, Failure> {
    let members = |registration| match serde_json::to_value(registration) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Failure::broken("a registration has no JSON form")),
    };
    let (old, new) = (members(old)?, members(new)?);
    let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differing = all.into_iter().filter(|name| old.get(*name) != new.get(*name));
    Ok(differing.cloned().collect())
}
