//! Identities of an account: linked by somebody who has just proven that it is theirs, and unlinked again.

use super::complete::{Arrival, keep_link, link};
use super::follow::release;
use super::model::identity::TRIP;
use super::model::{Identities, Identity, Linked, Provider, Providers, Trips, Waiting};
use crate::accounts::model::factor::RECENT as SURE;
use crate::accounts::model::{PasswordHashes, SecondFactors, Users};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::Work;
use crate::sessions::model::Session;

/// Whoever left to link something had just proven themselves, and was away for as long as a trip lasts at most.
const RECENT: Lifetime = SURE.plus(TRIP);

pub fn is_recent(session: &Session, now: Timestamp) -> bool {
    now < session.proven_at.plus(RECENT)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Over, used, or of another browser.
    Lost,
    /// Signed in, but to another account, or before the proof was asked for.
    NotProven,
    /// The identity is a way into another account.
    Elsewhere,
    /// It would leave the account without a way in.
    LastWay,
    Inactive,
}

/// An identity that arrived for an account whose owner sits before this very browser.
pub async fn link_arrival(
    work: &mut Work,
    arrival: &Arrival,
    user: &UserId,
    context: &Context,
) -> Result<(), No<Refusal>> {
    if arrival.trip.user.as_ref() != Some(user) {
        return Err(No::Refused(Refusal::NotProven));
    }
    may_change(work, user).await?;
    work.note_success(&arrival.provider.slug).await?;
    if !link(work, user, arrival, context).await? {
        let known = work.identity(&arrival.assertion.identity).await?;
        let is_theirs = known.is_some_and(|one| one.user == *user);
        return if is_theirs { Ok(()) } else { Err(No::Refused(Refusal::Elsewhere)) };
    }
    Ok(())
}

async fn may_change(work: &mut Work, user: &UserId) -> Result<(), No<Refusal>> {
    let found = work.user(user).await?;
    match found.is_some_and(|user| user.status.may_sign_in()) {
        true => Ok(()),
        false => Err(No::Refused(Refusal::Inactive)),
    }
}

/// The identity that waits in this browser for a proof.
pub async fn waiting(work: &mut Work, proof: &Secret) -> Result<Option<Waiting>, Failure> {
    work.waiting(&proof.hash()).await
}

/// Whether the account was signed in to after the identity came to wait for that.
pub fn is_proven(waiting: &Waiting, session: &Session) -> bool {
    session.user == waiting.user && session.proven_at >= waiting.made_at
}

/// Once, whatever comes of it; with the identity, provider and trip that it was asked for, and no other.
pub async fn link_waiting(
    work: &mut Work,
    proof: &Secret,
    session: &Session,
    context: &Context,
) -> Result<Waiting, No<Refusal>> {
    let waiting = work.take_waiting(&proof.hash()).await?.ok_or(No::Refused(Refusal::Lost))?;
    if !is_proven(&waiting, session) {
        return Err(No::Refused(Refusal::NotProven));
    }
    may_change(work, &session.user).await?;
    let provider = work.provider(&waiting.provider).await?;
    let is_still = provider
        .is_some_and(|one| one.is_active() && one.settings.issuer == waiting.identity.issuer);
    if !is_still {
        return Err(No::Refused(Refusal::Lost));
    }
    let now = work.now();
    let linked = Linked {
        identity: waiting.identity.clone(),
        user: waiting.user.clone(),
        provider: waiting.provider.clone(),
        label: waiting.label.clone(),
        linked_at: now,
        used_at: now,
        unlinked_at: None,
    };
    match keep_link(work, &linked, context).await? {
        true => Ok(waiting),
        false => Err(No::Refused(Refusal::Elsewhere)),
    }
}

/// At which of the providers somebody can prove who they are.
pub async fn providers_of(work: &mut Work, user: &UserId) -> Result<Vec<Provider>, Failure> {
    let (linked, all) = (work.identities_of(user).await?, work.providers().await?);
    let is_linked =
        |one: &Provider| linked.iter().any(|link| link.identity.issuer == one.settings.issuer);
    Ok(all.into_iter().filter(|one| one.is_active() && is_linked(one)).collect())
}

/// Never the last way in.
pub async fn unlink(
    work: &mut Work,
    identity: &Identity,
    user: &UserId,
    context: &Context,
) -> Result<(), No<Refusal>> {
    let ways = work.identities_of(user).await?.len();
    let has_passkey = work.factors_of(user).await?.passkey;
    let has_own = has_passkey || work.password_of(user).await?.is_some();
    if ways <= 1 && !has_own {
        return Err(No::Refused(Refusal::LastWay));
    }
    let known = work.identity(identity).await?.ok_or(No::Refused(Refusal::Lost))?;
    if !work.unlink(identity, user).await? {
        return Err(No::Refused(Refusal::Lost));
    }
    if let Some(provider) = work.provider(&known.provider).await? {
        release(work, &provider, user, context).await?;
    }
    let provider = Name::new(known.provider.as_str());
    work.record(&Event::IdentityUnlinked { user: user.clone(), provider }, context);
    Ok(())
}
