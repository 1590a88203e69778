//! Consent: asked once, remembered, shown, taken back (OIDC Core §3.1.2.4).

pub mod model;
mod store;
pub mod words;

pub(crate) use store::STATEMENTS;

use super::model::Scope;
use super::realm::Realm;
use crate::events::model::{Event, Events, Name};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, UserId};
use crate::kernel::moment::Moment;
use crate::platform::storage::Work;
use model::{Consent, Consents};

/// What the person has just decided about `asked`.
pub async fn remember(
    work: &mut Work,
    realm: &Realm,
    (user, client): (&UserId, &ClientId),
    (allowed, asked): (&Scope, &Scope),
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
    let context = realm.by_user(&user);
    let scope = Name::new(&allowed.to_string());
    work.record(&Event::ConsentGranted { client, user, scope }, &context);
    Ok(())
}
