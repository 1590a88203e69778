//! The second step with a code: claim a try, look at the code, and go on. Codes of both kinds share one count.

use super::complete::{Outcome, Place, Proven, advance, bring_along};
use super::federated::go_on;
use super::model::{Blocked, Lockout, SignIn, SignIns, Tries, TryCounts};
use super::password::{Ground, Terms};
use super::throttle::{self, Claim};
use crate::accounts::factors::second;
use crate::accounts::model::SecondFactors;
use crate::events::record::{Personal, compose, seal};
use crate::events::{Actor, Context, Event, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::{RequestId, SignInId};
use crate::kernel::secret::{Hash, Secret};
use crate::platform::storage::{At, Work};
use crate::sessions::model::Method;

/// Which code was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Totp,
    Recovery,
}

impl Kind {
    const fn method(self) -> Method {
        match self {
            Self::Totp => Method::Totp,
            Self::Recovery => Method::RecoveryCode,
        }
    }
}

/// Then codes are refused until the app is set up anew.
const MOST_IN_A_ROW: i64 = 10;

/// What was typed, on which way, and by whom as far as that can be seen.
#[derive(Clone, Debug)]
pub struct Guess {
    pub sign_in: SignInId,
    pub browser: Hash,
    pub kind: Kind,
    pub code: Secret,
    pub personal: Personal,
    pub request: Option<RequestId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This way is over, or another browser's: begin anew.
    Over,
    Wrong,
    Blocked(Blocked),
}

/// The code was right, and is spent. Only `prove` makes it.
pub struct Proof {
    sign_in: SignIn,
    proven: Proven,
}

/// One unit of work: whoever comes at the same time waits for the count (INV-18).
pub async fn prove(
    ground: &Ground,
    at: At,
    guess: &Guess,
    terms: Terms,
) -> Result<Proof, No<Refusal>> {
    let prove = async |work: &mut Work| {
        let found = work.sign_in(&guess.sign_in, &guess.browser).await?;
        let sign_in = found.ok_or(No::Refused(Refusal::Over))?;
        let tries = claim(work, (&sign_in, guess), terms).await?;
        let context = Context { actor: Actor::Anybody, request: guess.request.clone() };
        if is_right(ground, work, (&sign_in, guess), &context).await? {
            work.forget_tries(&throttle::codes(&sign_in.user)).await?;
            return Ok(proof(sign_in, guess));
        }
        failed(ground, work, (&sign_in, guess), &context).await?;
        Err(No::Refused(refusal(work, &sign_in, (tries, terms)).await?))
    };
    ground.database.write(at, prove).await
}

pub(super) async fn claim(
    work: &mut Work,
    (sign_in, guess): (&SignIn, &Guess),
    terms: Terms,
) -> Result<Tries, No<Refusal>> {
    let context = Context { actor: Actor::Anybody, request: guess.request.clone() };
    let kept = work.authenticator_of(&sign_in.user).await?;
    let claim = Claim {
        bucket: &throttle::codes(&sign_in.user),
        user: Some(&sign_in.user),
        lockout: Lockout { most_in_a_row: MOST_IN_A_ROW, ..terms.lockout },
        set_at: kept.and_then(|kept| kept.confirmed_at).unwrap_or_default(),
    };
    throttle::claim(work, &claim, &context).await.map_err(|no| match no {
        No::Refused(blocked) => No::Refused(Refusal::Blocked(blocked)),
        No::Failed(failure) => No::Failed(failure),
    })
}

async fn is_right(
    ground: &Ground,
    work: &mut Work,
    (sign_in, guess): (&SignIn, &Guess),
    context: &Context,
) -> Result<bool, Failure> {
    let (user, typed) = (&sign_in.user, guess.code.reveal());
    match guess.kind {
        Kind::Totp => second::spend_code(&ground.sealer, work, user, typed).await,
        Kind::Recovery => second::spend_recovery_code(work, (user, typed), context).await,
    }
}

pub(super) fn proof(sign_in: SignIn, guess: &Guess) -> Proof {
    let mut methods = sign_in.proven.clone();
    methods.push(guess.kind.method());
    let proven = Proven {
        user: sign_in.user.clone(),
        methods,
        personal: guess.personal.clone(),
        request: guess.request.clone(),
    };
    Proof { sign_in, proven }
}

/// After too many the way is closed as well: the password is asked for again.
pub(super) async fn refusal(
    work: &mut Work,
    sign_in: &SignIn,
    (tries, terms): (Tries, Terms),
) -> Result<Refusal, Failure> {
    if !tries.is_locked(terms.lockout) {
        return Ok(Refusal::Wrong);
    }
    work.end_sign_in(&sign_in.id, &sign_in.browser).await?;
    Ok(Refusal::Blocked(Blocked { until: tries.refused_until }))
}

pub(super) async fn failed(
    ground: &Ground,
    work: &mut Work,
    (sign_in, guess): (&SignIn, &Guess),
    context: &Context,
) -> Result<(), Failure> {
    let user = sign_in.user.clone();
    let event = Event::LoginFailed { user: Some(user.clone()), reason: Name::new("wrong_code") };
    let mut record = compose(&event, context, work.tenant(), work);
    record.detail = Some(seal(&ground.sealer, work, user.as_str(), &guess.personal).await?);
    work.keep(record);
    Ok(())
}

/// Of two that were right at once, one goes on.
pub async fn conclude(
    ground: &Ground,
    at: At,
    proof: &Proof,
    place: &Place,
) -> Result<Outcome, No<Refusal>> {
    let Proof { sign_in, proven } = proof;
    let conclude = async |work: &mut Work| {
        if !work.end_sign_in(&sign_in.id, &sign_in.browser).await? {
            bring_along(work, place).await?;
            return Err(No::Refused(Refusal::Over));
        }
        let outcome = advance(ground, work, proven, place).await.map_err(|no| match no {
            No::Refused(_) => No::Refused(Refusal::Over),
            No::Failed(failure) => No::Failed(failure),
        })?;
        go_on(work, &sign_in.id, &outcome).await?;
        Ok(outcome)
    };
    ground.database.write(at, conclude).await
}
