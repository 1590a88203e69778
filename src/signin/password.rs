//! Signing in with a password: find (a read), claim a try (a write), verify (no database), conclude (a write).

use super::complete::{Outcome, Place, Policy, Proven, advance, bring_along};
use super::model::{Blocked, Lockout, TryCounts};
use super::throttle::{self, Claim, Crowds, Origin};
use crate::accounts::factors::password::{Cost, Passwords, Stored, Verdict};
use crate::accounts::model::{Candidate, Forgetful, PasswordHashes, User, Username, Users};
use crate::accounts::unlock;
use crate::events::record::{Personal, compose, seal};
use crate::events::{Actor, Context, Event, Name};
use crate::kernel::email::Email;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::{RequestId, UserId};
use crate::kernel::moment::Ambient;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::sealing::Sealer;
use crate::platform::storage::{At, Database, Work};
use crate::sessions::model::{Devices, Method};

/// With what people sign in.
#[derive(Clone)]
pub struct Ground {
    pub database: Database,
    pub ambient: Ambient,
    pub sealer: Sealer,
    pub passwords: Passwords,
}

/// What the settings say, at this moment.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub lockout: Lockout,
    pub crowds: Crowds,
    pub policy: Policy,
    pub cost: Cost,
    /// How long a device is trusted, where somebody wishes it; not at all for a length of zero.
    pub trust: Lifetime,
    /// A username is a name to sign in with, too.
    pub by_username: bool,
}

/// What was typed, and by whom as far as that can be seen.
#[derive(Clone, Debug)]
pub struct Guess {
    pub typed: String,
    pub password: Secret,
    /// The hash of the name by which a device is known.
    pub device: Hash,
    /// In which a letter about it is written.
    pub language: &'static str,
    pub personal: Personal,
    pub request: Option<RequestId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such account, wrong password, an account that may not: one answer (INV-20).
    Mismatch,
    Blocked(Blocked),
}

/// The password was right. Only `prove` makes it.
pub struct Proof {
    user: User,
    account: Hash,
    origin: Option<Origin>,
    kept: String,
    renewed: Option<Stored>,
    guess: Guess,
}

struct Found {
    user: Option<User>,
    kept: Option<String>,
    /// When the password was set.
    set_at: Timestamp,
    account: Hash,
    /// Where the try comes from. Of a known device that is not asked: its owner may sit among many who guess.
    origin: Option<Origin>,
}

pub async fn prove(
    ground: &Ground,
    at: At,
    guess: Guess,
    terms: Terms,
) -> Result<Proof, No<Refusal>> {
    let found = find(ground, at, &guess, terms).await?;
    let context = Context { actor: Actor::Anybody, request: guess.request.clone() };
    let wanted = Claim {
        bucket: &found.account,
        user: found.user.as_ref().map(|user| &user.id),
        lockout: terms.lockout,
        set_at: found.set_at,
    };
    let claim = async |work: &mut Work| {
        if let Some(origin) = &found.origin {
            origin.claim(work, terms.crowds, &context).await?;
        }
        throttle::claim(work, &wanted, &context).await
    };
    let claimed = ground.database.write(at, claim).await;
    let tries = claimed.map_err(|no| match no {
        No::Refused(blocked) => No::Refused(Refusal::Blocked(blocked)),
        No::Failed(failure) => No::Failed(failure),
    })?;
    let (verdict, renewed) = match verify(ground, &found, &guess.password, terms.cost).await {
        Ok(verified) => verified,
        Err(failure) => return Err(unverified(ground, at, &found, failure).await),
    };
    match (verdict, found.user, found.kept) {
        (Verdict::Right | Verdict::RightButRehash, Some(user), Some(kept))
            if user.status.may_sign_in() =>
        {
            let (account, origin) = (found.account, found.origin);
            Ok(Proof { user, account, origin, kept, renewed, guess })
        }
        (verdict, user, _) => {
            let reason = reason(verdict, user.as_ref());
            let is_locked = tries.is_locked(terms.lockout);
            failed(ground, at, (user.as_ref(), &guess), (reason, is_locked)).await?;
            let blocked = Refusal::Blocked(Blocked { until: tries.refused_until });
            Err(No::Refused(if is_locked { blocked } else { Refusal::Mismatch }))
        }
    }
}

async fn find(ground: &Ground, at: At, guess: &Guess, terms: Terms) -> Result<Found, Failure> {
    let email = Email::parse(&guess.typed);
    let username = Username::parse(&guess.typed).filter(|_| terms.by_username);
    let find = async |work: &mut Work| {
        let user = match (&email, &username) {
            (Some(email), _) => work.user_of_email(email).await?,
            (None, Some(username)) => work.user_of_username(username).await?,
            (None, None) => None,
        };
        // Asked for nobody as well: the time it takes tells nothing.
        let of = user.as_ref().map_or_else(UserId::nobody, |user| user.id.clone());
        let kept = work.password_of(&of).await?;
        let device = work.device(&guess.device, &of).await?;
        let set_at = work.password_set_at(&of).await?;
        Ok((user, kept, device.map(|_| guess.device), set_at))
    };
    let (user, kept, device, set_at) = ground.database.read(at, find).await?;
    let typed = email.as_ref().map_or(guess.typed.as_str(), Email::as_str);
    let account = throttle::account(user.as_ref().map(|user| &user.id), typed, device.as_ref());
    let ip = guess.personal.ip.as_deref().and_then(|ip| ip.parse().ok());
    let origin = ip.filter(|_| device.is_none()).map(Origin::of);
    Ok(Found { user, kept, set_at: set_at.unwrap_or_default(), account, origin })
}

/// Nobody's password costs as much as somebody's. One that is too long costs nothing, whoever it is for.
async fn verify(
    ground: &Ground,
    found: &Found,
    password: &Secret,
    cost: Cost,
) -> Result<(Verdict, Option<Stored>), Failure> {
    let Ok(candidate) = Candidate::new(password) else { return Ok((Verdict::Wrong, None)) };
    let stored = found.kept.as_deref().and_then(|kept| Stored::parse(kept).ok());
    let verdict = ground.passwords.verify(stored, candidate.clone(), cost).await?;
    let renewed = match verdict {
        Verdict::RightButRehash => {
            Some(ground.passwords.hash(candidate, cost, ground.ambient.random()).await?)
        }
        _ => None,
    };
    Ok((verdict, renewed))
}

/// Too much work at once is not the fault of whoever tries.
async fn unverified(ground: &Ground, at: At, found: &Found, failure: Failure) -> No<Refusal> {
    let back = async |work: &mut Work| {
        if let Some(origin) = &found.origin {
            origin.give_back(work).await?;
        }
        Ok(throttle::give_back(work, &found.account).await?)
    };
    let done: Done<()> = ground.database.write(at, back).await;
    if let Err(lost) = unrefused(done) {
        tracing::warn!(%lost, "a try that was not looked at stays counted");
    }
    No::Failed(failure)
}

const fn reason(verdict: Verdict, user: Option<&User>) -> &'static str {
    match (verdict, user) {
        (_, None) => "unknown_account",
        (Verdict::Wrong, _) => "wrong_password",
        _ => "account_not_active",
    }
}

async fn failed(
    ground: &Ground,
    at: At,
    (user, guess): (Option<&User>, &Guess),
    (reason, is_locked): (&'static str, bool),
) -> Result<(), Failure> {
    let id = user.map(|user| user.id.clone());
    let event = Event::LoginFailed { user: id.clone(), reason: Name::new(reason) };
    let context = Context { actor: Actor::Anybody, request: guess.request.clone() };
    let note = async |work: &mut Work| {
        let mut record = compose(&event, &context, at.tenant, work);
        // From where an address was tried that nobody has is kept as nobody's: the same work as for somebody.
        let of = id.clone().unwrap_or_else(UserId::nobody);
        let sealed = seal(&ground.sealer, work, of.as_str(), &guess.personal).await?;
        record.detail = Some(sealed);
        work.keep(record);
        if is_locked {
            // Whoever is meant, or nobody: the letter is a matter of its own.
            let (name, language) = (guess.typed.clone(), guess.language.to_owned());
            let locked = Forgetful { name, language, ..Forgetful::default() };
            unlock::ask(work, &ground.sealer, &locked).await?;
        }
        Ok(())
    };
    let done: Done<()> = ground.database.write(at, note).await;
    unrefused(done)
}

/// What was right a moment ago is looked at once more, in the commit that goes on from it.
pub async fn conclude(
    ground: &Ground,
    at: At,
    proof: &Proof,
    place: &Place,
) -> Result<Outcome, No<Refusal>> {
    let proven = Proven {
        user: proof.user.id.clone(),
        methods: vec![Method::Password],
        personal: proof.guess.personal.clone(),
        request: proof.guess.request.clone(),
    };
    let conclude = async |work: &mut Work| {
        // Held before it is read: of a new password at the same instant, one of both comes first (INV-21).
        work.hold_user(&proof.user.id).await?;
        let kept = work.password_of(&proof.user.id).await?;
        if kept.as_deref() != Some(&proof.kept) {
            bring_along(work, place).await?;
            return Err(No::Refused(Refusal::Mismatch));
        }
        if let Some(origin) = &proof.origin {
            origin.give_back(work).await?;
        }
        work.forget_tries(&proof.account).await?;
        if let Some(renewed) = &proof.renewed {
            work.renew_hash(&proof.user.id, &proof.kept, renewed.as_str()).await?;
        }
        advance(ground, work, &proven, place).await.map_err(|no| match no {
            No::Refused(_) => No::Refused(Refusal::Mismatch),
            No::Failed(failure) => No::Failed(failure),
        })
    };
    ground.database.write(at, conclude).await
}
