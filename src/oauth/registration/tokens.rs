//! Initial access tokens: made, listed and revoked by administrators.

use super::model::{InitialToken, InitialTokens};
use crate::events::model::{Context, Event, Events, Name};
use crate::kernel::failure::Failure;
use crate::kernel::ids::InitialTokenId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use crate::platform::storage::Work;

/// The token is in the answer and nowhere else afterwards.
pub async fn create(
    work: &mut Work,
    name: &str,
    (lifetime, uses): (Lifetime, u32),
    context: &Context,
) -> Result<(InitialToken, Secret), Failure> {
    let (secret, made_at) = (work.secret(), work.now());
    let token = InitialToken {
        id: InitialTokenId::new(work),
        name: name.to_owned(),
        made_at,
        ends_at: made_at.plus(lifetime),
        uses_left: uses.into(),
        revoked_at: None,
    };
    work.add_initial_token(&token, &secret.hash()).await?;
    let event = Event::InitialTokenCreated { token: token.id.clone(), name: Name::new(name) };
    work.record(&event, context);
    Ok((token, secret))
}

/// False when there is none that could be revoked.
pub async fn revoke(
    work: &mut Work,
    id: &InitialTokenId,
    context: &Context,
) -> Result<bool, Failure> {
    let done = work.revoke_initial_token(id).await?;
    if done {
        work.record(&Event::InitialTokenRevoked { token: id.clone() }, context);
    }
    Ok(done)
}
