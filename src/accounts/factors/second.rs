//! Second factors are set up, asked for and taken away: always inside a unit of work of whoever asks.

use super::recovery;
use super::totp::{SEED_BYTES, Seed, normal};
use crate::accounts::model::{SecondFactors, Users};
use crate::events::{Context, Event, Events, Name};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::platform::sealing::{Purpose, Sealer};
use crate::platform::storage::Work;

/// A seed for an app to read. It counts for nothing until a code of it was typed.
pub async fn offer(sealer: &Sealer, work: &mut Work, user: &UserId) -> Result<bool, Failure> {
    let seed = Seed::new(work.random::<SEED_BYTES>());
    keep(sealer, work, user, &seed).await
}

/// One that is known already, as of the people of `vestibule dev`.
pub async fn keep(
    sealer: &Sealer,
    work: &mut Work,
    user: &UserId,
    seed: &Seed,
) -> Result<bool, Failure> {
    let sealed = sealer.seal(work, Purpose::Seed, user.as_str(), seed.bytes()).await?;
    work.offer_authenticator(user, &sealed).await
}

/// What was offered and is not yet in use.
pub async fn offered(
    sealer: &Sealer,
    work: &mut Work,
    user: &UserId,
) -> Result<Option<Seed>, Failure> {
    let kept = work.authenticator_of(user).await?.filter(|kept| kept.confirmed_at.is_none());
    let Some(kept) = kept else { return Ok(None) };
    let seed = sealer.open(work, Purpose::Seed, user.as_str(), &kept.sealed_seed).await?;
    Ok(Some(Seed::new(seed)))
}

/// The app shows what it should: from now on it is asked for. False when the code is not right.
pub async fn confirm(
    sealer: &Sealer,
    work: &mut Work,
    (user, typed): (&UserId, &str),
    context: &Context,
) -> Result<bool, Failure> {
    let Some(seed) = offered(sealer, work, user).await? else { return Ok(false) };
    let Some(step) = seed.step_of(&normal(typed), 0, work.now()) else { return Ok(false) };
    if !work.confirm_authenticator(user, step).await? {
        return Ok(false);
    }
    let event = Event::FactorAdded { user: user.clone(), factor: Name::new("totp") };
    work.record(&event, context);
    Ok(true)
}

/// A code is taken once, on whatever node.
pub async fn spend_code(
    sealer: &Sealer,
    work: &mut Work,
    user: &UserId,
    typed: &str,
) -> Result<bool, Failure> {
    let kept = work.authenticator_of(user).await?.filter(|kept| kept.confirmed_at.is_some());
    let Some(kept) = kept else { return Ok(false) };
    let seed = sealer.open(work, Purpose::Seed, user.as_str(), &kept.sealed_seed).await?;
    match Seed::new(seed).step_of(&normal(typed), kept.last_step, work.now()) {
        Some(step) => work.spend_step(user, step).await,
        None => Ok(false),
    }
}

pub async fn spend_recovery_code(
    work: &mut Work,
    (user, typed): (&UserId, &str),
    context: &Context,
) -> Result<bool, Failure> {
    if !work.spend_recovery_code(user, &recovery::hash(user, typed)).await? {
        return Ok(false);
    }
    let left = work.factors_of(user).await?.recovery_codes;
    work.record(&Event::RecoveryCodeUsed { user: user.clone(), left }, context);
    Ok(true)
}

/// Those from before are worth nothing any more.
pub async fn renew_recovery_codes(
    work: &mut Work,
    (user, codes): (&UserId, &[Secret]),
    context: &Context,
) -> Result<(), Failure> {
    let hashes: Vec<_> = codes.iter().map(|code| recovery::hash(user, code.reveal())).collect();
    work.keep_recovery_codes(user, &hashes).await?;
    work.record(&Event::RecoveryCodesRenewed { user: user.clone() }, context);
    Ok(())
}

/// False when there was none. Recovery codes stand in for nothing then, and go as well.
pub async fn remove_authenticator(
    work: &mut Work,
    user: &UserId,
    context: &Context,
) -> Result<bool, Failure> {
    if !work.remove_authenticator(user).await? {
        return Ok(false);
    }
    let event = Event::FactorRemoved { user: user.clone(), factor: Name::new("totp") };
    work.record(&event, context);
    if !work.factors_of(user).await?.any() {
        work.keep_recovery_codes(user, &[]).await?;
    }
    Ok(true)
}

/// What is proven of them but no session yet was proven under the old terms (INV-21).
pub async fn begin_anew(work: &mut Work, user: &UserId) -> Result<(), Failure> {
    work.hold_user(user).await?;
    work.end_ways_in(user).await
}

/// For somebody who has lost them all.
pub async fn reset(work: &mut Work, user: &UserId, context: &Context) -> Result<bool, Failure> {
    let mut removed = remove_authenticator(work, user, context).await?;
    if work.remove_passkeys(user).await? {
        removed = true;
        let event = Event::FactorRemoved { user: user.clone(), factor: Name::new("passkey") };
        work.record(&event, context);
    }
    work.keep_recovery_codes(user, &[]).await?;
    begin_anew(work, user).await?;
    Ok(removed)
}
