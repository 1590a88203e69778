//! Clients: registering them, changing their secrets, and knowing who is asking (RFC 6749 §2).

mod assertion;
pub mod authenticate;
pub mod change;
pub mod keys;
pub mod known;
pub mod model;
mod store;
pub mod throttle;

pub(crate) use store::STATEMENTS;

use crate::events::model::{Context, Event, Events, Name};
use crate::kernel::failure::No;
use crate::kernel::ids::ClientId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::keys::jwks;
use crate::oauth::logos;
use crate::platform::sealing::{Purpose, Sealer};
use crate::platform::storage::{Work, revisions};
use known::TOPIC;
use model::{Client, ClientSecret, ClientSecrets, Clients, Method, Registration, Senseless};

/// A new client, and its secret if it has one. The secret is shown now and never again (INV-26).
pub async fn register(
    work: &mut Work,
    sealer: &Sealer,
    registration: Registration,
    context: &Context,
) -> Result<(Client, Option<Secret>), No<Senseless>> {
    let id = ClientId::new(work);
    add(work, sealer, (id, registration), context).await
}

/// The same, under an id that was drawn before.
pub(super) async fn add(
    work: &mut Work,
    sealer: &Sealer,
    (id, registration): (ClientId, Registration),
    context: &Context,
) -> Result<(Client, Option<Secret>), No<Senseless>> {
    vet(&registration).map_err(No::Refused)?;
    let made_at = work.now();
    let client = Client { id, registration, made_at, disabled_at: None, not_before: None };
    work.add_client(&client).await?;
    let logo = client.registration.about.logo_uri.as_deref();
    logos::follow(work, &client.id, (None, logo)).await?;
    let secret = if has_secret(client.registration.method) {
        Some(make_secret(work, sealer, &client).await?)
    } else {
        None
    };
    let name = Name::new(&client.registration.name);
    work.record(&Event::ClientCreated { client: client.id.clone(), name }, context);
    Ok((client, secret))
}

/// Whether it makes sense, its keys too. Addresses in it are for who takes it from a stranger to check.
fn vet(registration: &Registration) -> Result<(), Senseless> {
    registration.check()?;
    let keys = registration.jwks.as_deref().map_or(Ok(()), jwks::check);
    keys.map_err(|unfit| Senseless::UnfitKeys(unfit.sentence()))
}

/// A new secret. The old ones stay good for `overlap`, so that the client can change over without a gap.
pub async fn change_secret(
    work: &mut Work,
    sealer: &Sealer,
    client: &Client,
    (overlap, context): (Lifetime, &Context),
) -> Result<Option<Secret>, No<Senseless>> {
    if !has_secret(client.registration.method) {
        return Ok(None);
    }
    let old_ends_at = work.now().plus(overlap);
    work.end_secrets(&client.id, old_ends_at).await?;
    let secret = make_secret(work, sealer, client).await?;
    revisions::raise(work, TOPIC).await?;
    work.record(&Event::ClientSecretRotated { client: client.id.clone(), old_ends_at }, context);
    Ok(Some(secret))
}

pub(super) const fn has_secret(method: Method) -> bool {
    !matches!(method, Method::None | Method::PrivateKeyJwt)
}

async fn make_secret(
    work: &mut Work,
    sealer: &Sealer,
    client: &Client,
) -> Result<Secret, No<Senseless>> {
    let secret = work.secret();
    let sealed = match client.registration.method {
        Method::ClientSecretJwt => {
            let (name, plain) = (client.id.as_str(), secret.reveal().as_bytes());
            Some(sealer.seal(work, Purpose::ClientSecret, name, plain).await?)
        }
        _ => None,
    };
    let made_at: Timestamp = work.now();
    let kept = ClientSecret { hash: secret.hash(), sealed, made_at, ends_at: None };
    work.add_secret(&client.id, &kept).await?;
    Ok(secret)
}
