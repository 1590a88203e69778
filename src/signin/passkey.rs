//! Signing in with a passkey, instead of a password or after it.

use super::code::Refusal;
use super::complete::{Outcome, Place, Proven, advance, bring_along};
use super::federated::go_on;
use super::model::{SignIn, SignIns};
use super::password::Ground;
use crate::accounts::factors::passkey::{Answer, Party, Question, ask, check};
use crate::events::record::{Personal, compose, seal};
use crate::events::{Actor, Context, Event, Name};
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::{RequestId, SignInId, UserId};
use crate::platform::storage::{At, Work};
use crate::sessions::model::Method;

/// What the browser sent back.
#[derive(Clone, Debug)]
pub struct Guess {
    /// The way on which somebody is already; without it the passkey says who it is.
    pub sign_in: Option<SignInId>,
    pub ceremony: String,
    pub answer: String,
    pub personal: Personal,
    pub request: Option<RequestId>,
}

/// The passkey is right, and its question over. Only `prove` makes it.
pub struct Proof {
    sign_in: Option<SignIn>,
    proven: Proven,
}

/// A question, to the passkeys of whoever is on the way, or to any.
pub async fn question(
    ground: &Ground,
    at: At,
    party: &Party<'_>,
    sign_in: Option<&SignInId>,
) -> Result<Question, Failure> {
    let put = async |work: &mut Work| {
        let on_the_way = find(work, sign_in, party).await?;
        Ok(ask(party, work, on_the_way.as_ref().map(|way| &way.user)).await?)
    };
    let done: Done<Question> = ground.database.write(at, put).await;
    unrefused(done)
}

async fn find(
    work: &mut Work,
    sign_in: Option<&SignInId>,
    party: &Party<'_>,
) -> Result<Option<SignIn>, Failure> {
    match sign_in {
        Some(id) => work.sign_in(id, &party.browser).await,
        None => Ok(None),
    }
}

pub async fn prove(
    ground: &Ground,
    at: At,
    party: &Party<'_>,
    guess: &Guess,
) -> Result<Proof, No<Refusal>> {
    let prove = async |work: &mut Work| {
        let sign_in = find(work, guess.sign_in.as_ref(), party).await?;
        if guess.sign_in.is_some() && sign_in.is_none() {
            return Err(No::Refused(Refusal::Over));
        }
        let answer = check(party, work, (&guess.ceremony, &guess.answer)).await?;
        let expected = sign_in.as_ref().map(|way| way.user.clone());
        match answer {
            Answer::Right(user) if expected.as_ref().is_none_or(|one| *one == user) => {
                let mut methods = sign_in.iter().flat_map(|way| way.proven.clone()).collect();
                Vec::push(&mut methods, Method::Passkey);
                let (personal, request) = (guess.personal.clone(), guess.request.clone());
                Ok(Proof { sign_in, proven: Proven { user, methods, personal, request } })
            }
            answer => {
                let (user, reason) = match answer {
                    Answer::Suspect(user) => (Some(user), "passkey_suspected"),
                    Answer::Right(_) | Answer::Wrong => (expected, "wrong_passkey"),
                };
                failed(ground, work, (user, reason), guess).await?;
                Err(No::Refused(Refusal::Wrong))
            }
        }
    };
    ground.database.write(at, prove).await
}

async fn failed(
    ground: &Ground,
    work: &mut Work,
    (user, reason): (Option<UserId>, &'static str),
    guess: &Guess,
) -> Result<(), Failure> {
    let context = Context { actor: Actor::Anybody, request: guess.request.clone() };
    let event = Event::LoginFailed { user: user.clone(), reason: Name::new(reason) };
    let mut record = compose(&event, &context, work.tenant(), work);
    if let Some(user) = &user {
        let sealed = seal(&ground.sealer, work, user.as_str(), &guess.personal).await?;
        record.detail = Some(sealed);
    }
    work.keep(record);
    Ok(())
}

pub async fn conclude(
    ground: &Ground,
    at: At,
    proof: &Proof,
    place: &Place,
) -> Result<Outcome, No<Refusal>> {
    let conclude = async |work: &mut Work| {
        if let Some(way) = &proof.sign_in
            && !work.end_sign_in(&way.id, &way.browser).await?
        {
            bring_along(work, place).await?;
            return Err(No::Refused(Refusal::Over));
        }
        let outcome = advance(ground, work, &proof.proven, place).await.map_err(|no| match no {
            No::Refused(_) => No::Refused(Refusal::Wrong),
            No::Failed(failure) => No::Failed(failure),
        })?;
        if let Some(way) = &proof.sign_in {
            go_on(work, &way.id, &outcome).await?;
        }
        Ok(outcome)
    };
    ground.database.write(at, conclude).await
}
