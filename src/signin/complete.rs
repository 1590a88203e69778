//! Somebody has proven something: a session begins or goes on, or the next step is named. Every way in ends here.

use super::model::{Attempt, Demand, SignIn, SignIns, Step, Wish, next_step};
use super::password::Ground;
use crate::accounts::model::{SecondFactors, Users};
use crate::events::record::{Personal, compose, seal};
use crate::events::{Actor, Context, Event, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::{RequestId, SignInId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Work};
use crate::sessions::begin::{Beginning, begin, go_on};
use crate::sessions::end::{Reason, end};
use crate::sessions::model::{Assurance, Limits, Method, Session};

/// Who it is, and how that was found true. Whoever makes it has found it true in this very request.
#[derive(Clone, Debug)]
pub struct Proven {
    pub user: UserId,
    pub methods: Vec<Method>,
    pub personal: Personal,
    pub request: Option<RequestId>,
}

/// Where the session begins, and for what.
#[derive(Clone, Debug)]
pub struct Place {
    /// A fresh name of the browser: nobody knew it before the proof (INV-12).
    pub browser: Hash,
    pub device: String,
    /// Who was signed in here before.
    pub former: Option<Session>,
    pub limits: Limits,
    pub wish: Wish,
    pub policy: Policy,
}

/// Of whom a second factor is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Of everybody.
    pub everybody: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    In(Session),
    Next(Step, SignInId),
}

/// They may not come in: the account was closed, or never was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotWelcome;

/// For somebody who was proven elsewhere, as by another server.
pub async fn complete(
    ground: &Ground,
    at: At,
    proven: &Proven,
    place: &Place,
) -> Result<Outcome, No<NotWelcome>> {
    let advance = async |work: &mut Work| advance(ground, work, proven, place).await;
    ground.database.write(at, advance).await
}

/// How long the second step may take. Later the first one is asked once more.
const LASTING: Lifetime = Lifetime::hours(1);

/// The same inside the unit of work in which it was proven.
pub(super) async fn advance(
    ground: &Ground,
    work: &mut Work,
    proven: &Proven,
    place: &Place,
) -> Result<Outcome, No<NotWelcome>> {
    let user = work.user(&proven.user).await?;
    if !user.is_some_and(|user| user.status.may_sign_in()) {
        return Err(No::Refused(NotWelcome));
    }
    let demand = demand(work, &proven.user, (&place.wish, place.policy)).await?;
    let attempt = Attempt { is_named: true, proven: proven.methods.clone() };
    match next_step(&attempt, &demand) {
        Step::Done => Ok(Outcome::In(admit(ground, work, proven, place).await?)),
        step => {
            let sign_in = SignIn {
                id: SignInId::new(work),
                browser: place.browser,
                user: proven.user.clone(),
                proven: attempt.proven,
                ends_at: work.now().plus(LASTING),
            };
            work.add_sign_in(&sign_in).await?;
            Ok(Outcome::Next(step, sign_in.id))
        }
    }
}

/// What is asked of this person, here and now.
async fn demand(
    work: &mut Work,
    user: &UserId,
    (wish, policy): (&Wish, Policy),
) -> Result<Demand, Failure> {
    let factors = work.factors_of(user).await?;
    Ok(Demand { required: policy.everybody, factors, ..Demand::NOTHING }.with(*wish))
}

/// Whether a session is enough for the one who waits: the question that single sign-on asks (INV-17).
pub async fn is_enough(
    work: &mut Work,
    session: &Session,
    asked: (&Wish, Policy),
) -> Result<bool, Failure> {
    let (wish, _) = asked;
    if !wish.is_met_in_time(session) {
        return Ok(false);
    }
    if session.assurance() == Assurance::TwoFactors {
        return Ok(true);
    }
    let demand = demand(work, &session.user, asked).await?;
    let attempt = Attempt { is_named: true, proven: session.methods.clone() };
    Ok(next_step(&attempt, &demand) == Step::Done)
}

async fn admit(
    ground: &Ground,
    work: &mut Work,
    proven: &Proven,
    place: &Place,
) -> Result<Session, Failure> {
    let user = proven.user.clone();
    let context =
        Context { actor: Actor::User { user: user.clone() }, request: proven.request.clone() };
    let beginning = Beginning {
        user: user.clone(),
        methods: proven.methods.clone(),
        browser: place.browser,
        device: place.device.clone(),
    };
    let session = enter(work, beginning, place, &context).await?;
    let methods = proven.methods.iter().map(|method| Name::new(method.as_str())).collect();
    let event = Event::LoginSucceeded { user: user.clone(), session: session.id.clone(), methods };
    let mut record = compose(&event, &context, work.tenant(), work);
    record.detail = Some(seal(&ground.sealer, work, user.as_str(), &proven.personal).await?);
    work.keep(record);
    Ok(session)
}

/// The session of the same person goes on, so that applications which know it stay signed in.
async fn enter(
    work: &mut Work,
    beginning: Beginning,
    place: &Place,
    context: &Context,
) -> Result<Session, Failure> {
    match &place.former {
        Some(former) if former.user == beginning.user => {
            if let Some(session) = go_on(work, former, beginning.clone()).await? {
                return Ok(session);
            }
        }
        Some(former) => {
            end(work, (&former.id, &former.user), Reason::Replaced, context).await?;
        }
        None => {}
    }
    begin(work, beginning, place.limits, context).await
}
