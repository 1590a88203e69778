//! Signing in with a password: find (a read), claim a try (a write), verify (no database), conclude (a write).

use super::complete::{Outcome, Place, Policy, Proven, advance};
use super::model::{Blocked, Lockout, TryCounts};
use super::throttle;
use crate::accounts::factors::password::{Cost, Passwords, Stored, Verdict};
use crate::accounts::model::{Candidate, PasswordHashes, User, Users};
use crate::events::record::{Personal, compose, seal};
use crate::events::{Actor, Context, Event, Name};
use crate::kernel::email::Email;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::RequestId;
use crate::kernel::moment::Ambient;
use crate::kernel::secret::{Hash, Secret};
use crate::platform::sealing::Sealer;
use crate::platform::storage::{At, Database, Work};
use crate::sessions::model::Method;

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
    pub policy: Policy,
    pub cost: Cost,
}

/// What was typed, and by whom as far as that can be seen.
#[derive(Clone, Debug)]
pub struct Guess {
    pub typed: String,
    pub password: Secret,
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
    kept: String,
    renewed: Option<Stored>,
    guess: Guess,
}

struct Found {
    user: Option<User>,
    kept: Option<String>,
    account: Hash,
}

pub async fn prove(
    ground: &Ground,
    at: At,
    guess: Guess,
    terms: Terms,
) -> Result<Proof, No<Refusal>> {
    let found = find(ground, at, &guess.typed).await?;
    let context = Context { actor: Actor::Anybody, request: guess.request.clone() };
    let user = found.user.as_ref().map(|user| &user.id);
    let claim = async |work: &mut Work| {
        throttle::claim(work, (&found.account, user), terms.lockout, &context).await
    };
    let claimed = ground.database.write(at, claim).await;
    let tries = claimed.map_err(|no| match no {
        No::Refused(blocked) => No::Refused(Refusal::Blocked(blocked)),
        No::Failed(failure) => No::Failed(failure),
    })?;
    let (verdict, renewed) = match verify(ground, &found, &guess.password, terms.cost).await {
        Ok(verified) => verified,
        Err(failure) => return Err(unverified(ground, at, &found.account, failure).await),
    };
    match (verdict, found.user, found.kept) {
        (Verdict::Right | Verdict::RightButRehash, Some(user), Some(kept))
            if user.status.may_sign_in() =>
        {
            Ok(Proof { user, account: found.account, kept, renewed, guess })
        }
        (verdict, user, _) => {
            let reason = reason(verdict, user.as_ref());
            failed(ground, at, (user.as_ref(), &guess), reason).await?;
            let is_locked = tries.is_locked(terms.lockout);
            let blocked = Refusal::Blocked(Blocked { until: tries.refused_until });
            Err(No::Refused(if is_locked { blocked } else { Refusal::Mismatch }))
        }
    }
}

async fn find(ground: &Ground, at: At, typed: &str) -> Result<Found, Failure> {
    let email = Email::parse(typed);
    let find = async |work: &mut Work| {
        let user = match &email {
            Some(email) => work.user_of_email(email).await?,
            None => None,
        };
        let kept = match &user {
            Some(user) => work.password_of(&user.id).await?,
            None => None,
        };
        Ok((user, kept))
    };
    let (user, kept) = ground.database.read(at, find).await?;
    let typed = email.as_ref().map_or(typed, Email::as_str);
    let account = throttle::account(user.as_ref().map(|user| &user.id), typed);
    Ok(Found { user, kept, account })
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
async fn unverified(ground: &Ground, at: At, account: &Hash, failure: Failure) -> No<Refusal> {
    let back = async |work: &mut Work| Ok(throttle::give_back(work, account).await?);
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
    reason: &'static str,
) -> Result<(), Failure> {
    let id = user.map(|user| user.id.clone());
    let event = Event::LoginFailed { user: id.clone(), reason: Name::new(reason) };
    let context = Context { actor: Actor::Anybody, request: guess.request.clone() };
    let note = async |work: &mut Work| {
        let mut record = compose(&event, &context, at.tenant, work);
        if let Some(id) = &id {
            let sealed = seal(&ground.sealer, work, id.as_str(), &guess.personal).await?;
            record.detail = Some(sealed);
        }
        work.keep(record);
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
        let kept = work.password_of(&proof.user.id).await?;
        if kept.as_deref() != Some(&proof.kept) {
            return Err(No::Refused(Refusal::Mismatch));
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
