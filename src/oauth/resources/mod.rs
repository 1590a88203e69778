//! The APIs of a tenant, each with its scopes: for whom a token is, how long and in which form (RFC 8707; P-202).

pub mod model;
mod store;

pub(crate) use store::STATEMENTS;

use crate::events::model::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::platform::storage::{Work, revisions};
use model::{MOST, Resource, Resources, Senseless};

/// What every node looks at to know that a tenant's resources have changed.
pub const TOPIC: &str = "resources";

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    Senseless(#[from] Senseless),
    #[error("there is a resource of this address already")]
    Taken,
    #[error("a tenant has at most {MOST} resources")]
    TooMany,
}

pub async fn create(
    work: &mut Work,
    resource: &Resource,
    context: &Context,
) -> Result<(), No<Refusal>> {
    resource.check().map_err(refused)?;
    let all = work.resources().await?;
    if all.iter().any(|known| known.is_at(&resource.uri)) {
        return Err(No::Refused(Refusal::Taken));
    }
    if all.len() >= MOST {
        return Err(No::Refused(Refusal::TooMany));
    }
    work.keep_resource(resource).await?;
    revisions::raise(work, TOPIC).await?;
    work.record(&Event::ResourceCreated { resource: Name::new(&resource.uri) }, context);
    Ok(())
}

/// Replaced as a whole, but for its address.
pub async fn update(
    work: &mut Work,
    resource: &Resource,
    context: &Context,
) -> Result<(), No<Refusal>> {
    resource.check().map_err(refused)?;
    work.keep_resource(resource).await?;
    revisions::raise(work, TOPIC).await?;
    work.record(&Event::ResourceUpdated { resource: Name::new(&resource.uri) }, context);
    Ok(())
}

/// False when there was none. Tokens for it stay good until they are over.
pub async fn delete(work: &mut Work, uri: &str, context: &Context) -> Result<bool, Failure> {
    let gone = work.delete_resource(uri).await?;
    if gone {
        revisions::raise(work, TOPIC).await?;
        work.record(&Event::ResourceDeleted { resource: Name::new(uri) }, context);
    }
    Ok(gone)
}

fn refused(senseless: Senseless) -> No<Refusal> {
    No::Refused(Refusal::Senseless(senseless))
}
