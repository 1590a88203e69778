//! Signing in through another provider: what `federation` settles and the session that follows are one commit.

use super::password::{Ground, Place};
use crate::events::record::{Personal, compose, seal};
use crate::events::{Actor, Context, Event, Name};
use crate::federation::complete::{Arrival, Refusal, Settled, settle};
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::{RequestId, UserId};
use crate::kernel::secret::Secret;
use crate::platform::storage::{At, Work};
use crate::sessions::begin::{Beginning, begin};
use crate::sessions::end::{Reason, end};
use crate::sessions::model::Method;

/// By whom, as far as that can be seen.
pub struct Seen {
    pub personal: Personal,
    pub request: Option<RequestId>,
}

/// Where somebody who arrived goes on.
pub enum Went {
    /// They are signed in.
    In,
    /// To the page on which the owner of an account proves it.
    Prove { proof: Secret },
}

/// Whoever was signed in here before is not any more, whatever comes of it.
pub async fn conclude(
    ground: &Ground,
    at: At,
    arrival: &Arrival,
    (place, seen): (&Place, &Seen),
) -> Result<Went, No<Refusal>> {
    let conclude = async |work: &mut Work| {
        let context = Context { actor: Actor::Anybody, request: seen.request.clone() };
        if let Some(former) = &place.former {
            end(work, (&former.id, &former.user), Reason::Replaced, &context).await?;
        }
        match settle(work, arrival, &context).await {
            Ok(Settled::Welcome(user)) => {
                admit(ground, work, user, (place, seen)).await?;
                Ok(Went::In)
            }
            Ok(Settled::Prove { proof, .. }) => Ok(Went::Prove { proof }),
            Err(No::Refused(refusal)) => {
                let reason = Name::new(refusal.as_str());
                let event = Event::LoginFailed { user: None, reason };
                let record = compose(&event, &context, work.tenant(), work);
                work.keep(record);
                Err(No::Refused(refusal))
            }
            Err(failed) => Err(failed),
        }
    };
    ground.database.write(at, conclude).await
}

async fn admit(
    ground: &Ground,
    work: &mut Work,
    user: UserId,
    (place, seen): (&Place, &Seen),
) -> Result<(), Failure> {
    let actor = Actor::User { user: user.clone() };
    let context = Context { actor, request: seen.request.clone() };
    let methods = vec![Method::Federated];
    let names = methods.iter().map(|method| Name::new(method.as_str())).collect();
    let (browser, device) = (place.browser, place.device.clone());
    let beginning = Beginning { user: user.clone(), methods, browser, device };
    let session = begin(work, beginning, place.limits, &context).await?;
    let event = Event::LoginSucceeded { user: user.clone(), session: session.id, methods: names };
    let mut record = compose(&event, &context, work.tenant(), work);
    record.detail = Some(seal(&ground.sealer, work, user.as_str(), &seen.personal).await?);
    work.keep(record);
    Ok(())
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
