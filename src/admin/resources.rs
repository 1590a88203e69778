//! Registering and looking at the APIs that tokens are for.

use crate::events::Context;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::oauth::resources::model::{Known, Resource, Resources};
use crate::oauth::resources::{self, Refusal};
use crate::platform::storage::{At, Database, Work};

pub async fn all(database: &Database, at: At) -> Result<Vec<Resource>, Failure> {
    database.read(at, async |work: &mut Work| work.resources().await).await
}

/// In whatever spelling its address is given.
pub async fn get(database: &Database, at: At, uri: &str) -> Result<Option<Resource>, Failure> {
    Ok(Known::new(all(database, at).await?).find(uri).cloned())
}

pub async fn create(
    database: &Database,
    at: At,
    resource: &Resource,
    context: &Context,
) -> Result<(), No<Refusal>> {
    let write = async |work: &mut Work| resources::create(work, resource, context).await;
    database.write(at, write).await
}

pub async fn update(
    database: &Database,
    at: At,
    resource: &Resource,
    context: &Context,
) -> Result<(), No<Refusal>> {
    let write = async |work: &mut Work| resources::update(work, resource, context).await;
    database.write(at, write).await
}

/// False when there was none.
pub async fn delete(
    database: &Database,
    at: At,
    uri: &str,
    context: &Context,
) -> Result<bool, Failure> {
    let write = async |work: &mut Work| Ok(resources::delete(work, uri, context).await?);
    let done: Done<bool> = database.write(at, write).await;
    unrefused(done)
}
