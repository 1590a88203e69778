//! Registering and looking at clients.

use crate::events::Context;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::{ClientId, InitialTokenId};
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use crate::oauth::clients::model::{Client, Clients, Registration, Senseless};
use crate::oauth::clients::{change, change_secret, register};
use crate::oauth::logos::model::{Logos, Progress};
use crate::oauth::refused::model::{RefusedRequest, RefusedRequests};
use crate::oauth::registration::model::{InitialToken, InitialTokens};
use crate::oauth::registration::tokens;
use crate::platform::sealing::Sealer;
use crate::platform::storage::{At, Database, Work};

/// The secret is in the answer and nowhere else afterwards.
pub async fn create(
    (database, sealer): (&Database, &Sealer),
    at: At,
    registration: &Registration,
    context: &Context,
) -> Result<(Client, Option<Secret>), No<Senseless>> {
    database
        .write(at, async |work: &mut Work| {
            register(work, sealer, registration.clone(), context).await
        })
        .await
}

pub async fn get(database: &Database, at: At, id: &ClientId) -> Result<Option<Client>, Failure> {
    let found = database.read(at, async |work: &mut Work| work.client(id).await).await?;
    Ok(found.map(|registered| registered.client))
}

/// What became of its picture.
pub async fn logo_of(
    database: &Database,
    at: At,
    id: &ClientId,
) -> Result<Option<Progress>, Failure> {
    database.read(at, async |work: &mut Work| work.logo_progress(id).await).await
}

pub async fn all(database: &Database, at: At) -> Result<Vec<Client>, Failure> {
    database.read(at, async |work: &mut Work| work.clients().await).await
}

/// A new secret beside the old ones, which stay good for `overlap`.
pub async fn rotate_secret(
    (database, sealer): (&Database, &Sealer),
    at: At,
    client: &Client,
    (overlap, context): (Lifetime, &Context),
) -> Result<Option<Secret>, No<Senseless>> {
    database
        .write(at, async |work: &mut Work| {
            change_secret(work, sealer, client, (overlap, context)).await
        })
        .await
}

/// What it registered, replaced as a whole; answers what is different now.
pub async fn update(
    database: &Database,
    at: At,
    (client, registration): (&Client, &Registration),
    context: &Context,
) -> Result<Vec<String>, No<Senseless>> {
    database
        .write(at, async |work: &mut Work| {
            change::update(work, client, registration, context).await
        })
        .await
}

/// What can be done to a client as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Disable,
    Enable,
    Delete,
}

/// False when there was nothing to do.
pub async fn turn(
    database: &Database,
    at: At,
    (id, turn): (&ClientId, Turn),
    context: &Context,
) -> Result<bool, Failure> {
    let done: Done<bool> = database
        .write(at, async |work: &mut Work| {
            Ok(match turn {
                Turn::Disable => change::disable(work, id, context).await?,
                Turn::Enable => change::enable(work, id, context).await?,
                Turn::Delete => change::delete(work, id, context).await?,
            })
        })
        .await;
    unrefused(done)
}

/// The last refused requests of a client, newest first; those of nobody's, with an empty name.
pub async fn refused_of(
    database: &Database,
    at: At,
    client: &str,
) -> Result<Vec<RefusedRequest>, Failure> {
    database.read(at, async |work: &mut Work| work.refused_of(client).await).await
}

/// By the reference that an answer or a page showed.
pub async fn refused_as(
    database: &Database,
    at: At,
    reference: &str,
) -> Result<Vec<RefusedRequest>, Failure> {
    database.read(at, async |work: &mut Work| work.refused_as(reference).await).await
}

/// An initial access token: in the answer and nowhere else afterwards.
pub async fn make_token(
    database: &Database,
    at: At,
    (name, lifetime, uses): (&str, Lifetime, u32),
    context: &Context,
) -> Result<(InitialToken, Secret), Failure> {
    let made: Done<_> = database
        .write(at, async |work: &mut Work| {
            Ok(tokens::create(work, name, (lifetime, uses), context).await?)
        })
        .await;
    unrefused(made)
}

pub async fn tokens(database: &Database, at: At) -> Result<Vec<InitialToken>, Failure> {
    database.read(at, async |work: &mut Work| work.initial_tokens().await).await
}

/// False when there is none that could be revoked.
pub async fn revoke_token(
    database: &Database,
    at: At,
    id: &InitialTokenId,
    context: &Context,
) -> Result<bool, Failure> {
    let done: Done<bool> = database
        .write(at, async |work: &mut Work| Ok(tokens::revoke(work, id, context).await?))
        .await;
    unrefused(done)
}
