//! Consent: asked once, remembered, shown, taken back (OIDC Core §3.1.2.4).

pub mod model;
pub mod pages;
mod store;
pub mod words;

pub(crate) use store::STATEMENTS;

use super::model::Scope;
use super::token::model::{Codes, Grants};
use crate::events::model::{Context, Event, Events, Name};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, UserId};
use crate::kernel::moment::Moment;
use crate::platform::storage::Work;
use model::{Consent, Consents};

/// What the person has just decided about `asked`.
pub async fn remember(
    work: &mut Work,
    (user, client): (&UserId, &ClientId),
    (allowed, asked): (&Scope, &Scope),
    context: &Context,
) -> Result<(), Failure> {
    let now = work.now();
    let new = || Consent {
        client: client.clone(),
        scope: Scope::default(),
        declined: Scope::default(),
        made_at: now,
        used_at: now,
    };
    let before = work.consent(user, client).await?.unwrap_or_else(new);
    work.keep_consent(user, &before.decided(allowed, asked)).await?;
    let (client, user) = (client.clone(), user.clone());
    let scope = Name::new(&allowed.to_string());
    work.record(&Event::ConsentGranted { client, user, scope }, context);
    Ok(())
}

/// Taken back, and with it everything that was issued under it. False when there was nothing to take back.
pub async fn revoke(
    work: &mut Work,
    (user, client): (&UserId, &ClientId),
    context: &Context,
) -> Result<bool, Failure> {
    // Codes first: whoever is redeeming one has either begun a grant, which ends next, or comes too late.
    let open = work.open_codes().await?;
    for code in open.iter().filter(|c| c.grant.user == *user && c.grant.client == *client) {
        work.spend_code(&code.grant.id, &code.hash).await?;
    }
    work.revoke_grants_of(user, Some(client)).await?;
    let was_there = work.forget_consent(user, client).await?;
    if was_there {
        let (client, user) = (client.clone(), user.clone());
        work.record(&Event::ConsentRevoked { client, user }, context);
    }
    Ok(was_there)
}
