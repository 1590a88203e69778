//! Signing in through another provider: what `federation` settles and the session that follows are one commit.

use super::complete::{NotWelcome, Outcome, Place, Proven, advance, bring_along};
use super::password::Ground;
use crate::events::record::{Personal, compose};
use crate::events::{Actor, Context, Event, Name};
use crate::federation::complete::{Arrival, Refusal, Settled, settle};
use crate::federation::farewell::remember;
use crate::federation::model::farewell::Farewells;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::{RequestId, SignInId};
use crate::kernel::secret::Secret;
use crate::platform::storage::{At, Work};
use crate::sessions::end::end_here;
use crate::sessions::model::Method;

/// By whom, as far as that can be seen.
pub struct Seen {
    pub personal: Personal,
    pub request: Option<RequestId>,
}

/// Where somebody who arrived goes on.
pub enum Went {
    /// In, or to the second factor.
    On(Outcome),
    /// To the page on which the owner of an account proves it.
    Prove { proof: Secret },
}

pub async fn conclude(
    ground: &Ground,
    at: At,
    arrival: &Arrival,
    (place, seen): (&Place, &Seen),
) -> Result<Went, No<Refusal>> {
    let conclude = async |work: &mut Work| {
        let context = Context { actor: Actor::Anybody, request: seen.request.clone() };
        let settled = settle(work, arrival, &context).await;
        if let Ok(Settled::Welcome(user)) = settled {
            let (personal, request) = (seen.personal.clone(), seen.request.clone());
            let proven = Proven { user, methods: vec![Method::Provider], personal, request };
            return match advance(ground, work, &proven, place).await {
                Ok(outcome) => {
                    let holder = (holder(&outcome), &proven.user);
                    remember(work, &ground.sealer, holder, arrival).await?;
                    Ok(Went::On(outcome))
                }
                Err(No::Refused(NotWelcome)) => Err(No::Refused(Refusal::Inactive)),
                Err(No::Failed(failure)) => Err(No::Failed(failure)),
            };
        }
        bring_along(work, place).await?;
        if let Ok(Settled::Prove { .. }) = &settled {
            // Whoever is in already has not proven it for this: they sign in anew.
            end_here(work, &place.browser, &context).await?;
        }
        match settled {
            Ok(Settled::Prove { proof, .. }) => Ok(Went::Prove { proof }),
            Err(No::Refused(refusal)) => {
                let reason = Name::new(refusal.as_str());
                let event = Event::LoginFailed { user: None, reason };
                let record = compose(&event, &context, work.tenant(), work);
                work.keep(record);
                Err(No::Refused(refusal))
            }
            Err(No::Failed(failure)) => Err(No::Failed(failure)),
            Ok(Settled::Welcome(_)) => Err(No::Refused(Refusal::Inactive)),
        }
    };
    ground.database.write(at, conclude).await
}

/// Who a farewell is kept for: a session, or the way into one.
fn holder(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::In(session) => session.id.as_str(),
        Outcome::Next(_, way) => way.as_str(),
    }
}

/// Somebody who came from a provider goes on after a further step.
pub(super) async fn go_on(
    work: &mut Work,
    way: &SignInId,
    outcome: &Outcome,
) -> Result<(), Failure> {
    work.move_farewell(way.as_str(), holder(outcome)).await
}

/// Nobody came, or not by our leave.
pub async fn failed(
    ground: &Ground,
    at: At,
    (reason, seen): (&'static str, &Seen),
) -> Result<(), Failure> {
    let context = Context { actor: Actor::Anybody, request: seen.request.clone() };
    let event = Event::LoginFailed { user: None, reason: Name::new(reason) };
    let note = async |work: &mut Work| {
        let record = compose(&event, &context, work.tenant(), work);
        work.keep(record);
        Ok(())
    };
    let done: Done<()> = ground.database.write(at, note).await;
    unrefused(done)
}
