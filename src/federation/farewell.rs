//! A session that came from a provider ends here: the browser is offered to end it there too, or is sent there
//! at once, as the provider is set up (RP-Initiated Logout §2; ADR 40).

use super::complete::Arrival;
use super::model::farewell::{Farewells, Kept, PARTING};
use super::model::provider::SignOut;
use super::model::{Provider, Providers};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use crate::kernel::uri::Origin;
use crate::platform::sealing::{Purpose, Sealer};
use crate::platform::storage::Work;
use url::Url;

/// Longer than any session; whatever is left behind is forgotten then.
const LASTING: Lifetime = Lifetime::days(90);

/// A longer ID token would not go through an address line.
const LONGEST_HINT: usize = 6 * 1024;

/// Where browsers come back to afterwards; the provider must know it.
pub fn return_uri(issuer: &str) -> String {
    format!("{issuer}/logout/done")
}

/// Beside the session that has begun, or the way into it.
pub async fn remember(
    work: &mut Work,
    sealer: &Sealer,
    (holder, user): (&str, &UserId),
    arrival: &Arrival,
) -> Result<(), Failure> {
    let Some(exit) = &arrival.assertion.exit else { return Ok(()) };
    if exit.hint.reveal().len() > LONGEST_HINT {
        return Ok(());
    }
    let (provider, hint) = (&arrival.provider, exit.hint.reveal().as_bytes());
    let name = provider.slug.as_str();
    let kept = Kept {
        user: user.clone(),
        provider: provider.slug.clone(),
        issuer: provider.settings.issuer.clone(),
        endpoint: exit.endpoint.clone(),
        sealed_hint: sealer.seal(work, Purpose::ProviderHint, name, hint).await?,
        return_to: None,
        expires_at: work.now().plus(LASTING),
    };
    work.keep_farewell(holder, &kept).await
}

/// What follows after a session has ended here.
pub enum Parting {
    /// Our page offers it; the secret finds what is needed for it.
    Offer(Secret),
    /// There at once.
    Go(String),
}

/// In the unit of work that ends the session. `return_to` is where an application wants the browser.
pub async fn part(
    work: &mut Work,
    sealer: &Sealer,
    session: &str,
    (issuer, return_to): (&str, Option<&str>),
) -> Result<Option<Parting>, Failure> {
    let Some(kept) = work.farewell_of(session).await? else { return Ok(None) };
    let Some(provider) = still(work, &kept).await? else { return Ok(None) };
    let follows = provider.settings.sign_out == SignOut::Follow;
    // Whoever an application waits for is not held up by a question of ours.
    if !follows && return_to.is_some() {
        return Ok(None);
    }
    let ticket = work.secret();
    let until = work.now().plus(PARTING);
    work.part(session, &ticket.hash(), (return_to, until)).await?;
    if !follows {
        return Ok(Some(Parting::Offer(ticket)));
    }
    let place = place(work, sealer, (&kept, &provider), (issuer, &ticket)).await?;
    Ok(place.map(Parting::Go))
}

/// Where a browser may be sent when this session ends: Chromium holds it against the `form-action` of our page.
pub async fn exit(work: &mut Work, session: &str) -> Result<Option<Origin>, Failure> {
    Ok(work.farewell_of(session).await?.and_then(|kept| Origin::of(&kept.endpoint)))
}

/// What a page says of it.
pub struct Left {
    pub label: String,
    /// Where it is ended, for the `form-action` of our page.
    pub origin: Option<Origin>,
    /// Where an application wants the browser afterwards.
    pub return_to: Option<String>,
}

pub async fn left(work: &mut Work, ticket: &Secret) -> Result<Option<Left>, Failure> {
    let Some(kept) = work.farewell(&ticket.hash()).await? else { return Ok(None) };
    let Some(provider) = still(work, &kept).await? else { return Ok(None) };
    let (label, origin) = (provider.settings.label, Origin::of(&kept.endpoint));
    Ok(Some(Left { label, origin, return_to: kept.return_to }))
}

/// Where to send the browser that has this secret.
pub async fn leave(
    work: &mut Work,
    sealer: &Sealer,
    (issuer, ticket): (&str, &Secret),
) -> Result<Option<String>, Failure> {
    let Some(kept) = work.farewell(&ticket.hash()).await? else { return Ok(None) };
    let Some(provider) = still(work, &kept).await? else { return Ok(None) };
    place(work, sealer, (&kept, &provider), (issuer, ticket)).await
}

/// The provider that it was, if it is still ours.
async fn still(work: &mut Work, kept: &Kept) -> Result<Option<Provider>, Failure> {
    let found = work.provider(&kept.provider).await?;
    Ok(found.filter(|one| one.is_active() && one.settings.issuer == kept.issuer))
}

async fn place(
    work: &mut Work,
    sealer: &Sealer,
    (kept, provider): (&Kept, &Provider),
    (issuer, ticket): (&str, &Secret),
) -> Result<Option<String>, Failure> {
    let Ok(mut url) = Url::parse(&kept.endpoint) else { return Ok(None) };
    let (name, sealed) = (kept.provider.as_str(), &kept.sealed_hint);
    let hint = sealer.open(work, Purpose::ProviderHint, name, sealed).await?;
    let hint = String::from_utf8(hint)
        .map_err(|_| Failure::broken(format!("what is kept for {name} is no text")))?;
    url.query_pairs_mut()
        .append_pair("id_token_hint", &hint)
        .append_pair("client_id", &provider.settings.client_id)
        .append_pair("post_logout_redirect_uri", &return_uri(issuer))
        .append_pair("state", ticket.reveal());
    Ok(Some(url.into()))
}
