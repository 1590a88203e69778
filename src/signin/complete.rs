//! Somebody has proven something: a session begins or goes on, or the next step is named. Every way in ends here.

use super::model::{Attempt, Demand, Due, SignIn, SignIns, Step, Wish, next_step};
use super::password::Ground;
use crate::accounts::errands::tell;
use crate::accounts::model::{
    Changes, Document, Notice, Policy as PasswordPolicy, Roles, SecondFactors, Users,
};
use crate::accounts::set_password::is_over;
use crate::events::record::{Personal, compose, seal};
use crate::events::{Actor, Context, Event, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::{RequestId, SignInId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::{At, Work};
use crate::sessions::begin::{Beginning, begin, go_on};
use crate::sessions::end::{Reason, end};
use crate::sessions::model::{Assurance, Devices, Limits, Method, Session, Sessions, next_choice};
use std::sync::Arc;

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
    /// The name before. Whoever is signed in under it stays so, beside whoever comes (ADR 50).
    pub before: Option<Hash>,
    pub device: String,
    pub limits: Limits,
    pub asked: Asked,
    /// They wish not to be asked for a second factor here until then.
    pub trusted_until: Option<Timestamp>,
}

/// By whom what is asked, and where.
#[derive(Clone, Debug)]
pub struct Asked {
    pub wish: Wish,
    pub policy: Policy,
    /// The hash of the name by which a device is known.
    pub device: Hash,
    pub duties: Arc<Duties>,
}

/// What is asked of everybody before they go on.
#[derive(Clone, Debug)]
pub struct Duties {
    pub password: PasswordPolicy,
    pub documents: Vec<Document>,
}

/// Of whom a second factor is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    pub everybody: bool,
    pub administrators: bool,
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
    bring_along(work, place).await?;
    let user = work.hold_user(&proven.user).await?;
    if !user.is_some_and(|user| user.status.may_sign_in()) {
        return Err(No::Refused(NotWelcome));
    }
    let mut demand = demand(work, &proven.user, &place.asked).await?;
    demand.due = due(work, (&proven.user, &proven.methods), &place.asked.duties).await?;
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

/// Whoever is signed in in this browser, under its new name: none of them is lost, whoever comes.
pub(super) async fn bring_along(work: &mut Work, place: &Place) -> Result<(), Failure> {
    match &place.before {
        Some(before) => work.move_sessions(before, &place.browser).await,
        None => Ok(()),
    }
}

/// What is next for somebody on the way, in the eyes of whoever asks now.
pub(super) async fn what_next(
    work: &mut Work,
    way: &SignIn,
    asked: &Asked,
) -> Result<Step, Failure> {
    let mut demand = demand(work, &way.user, asked).await?;
    demand.due = due(work, (&way.user, &way.proven), &asked.duties).await?;
    Ok(next_step(&Attempt { is_named: true, proven: way.proven.clone() }, &demand))
}

/// Only who came by the password is asked for another one.
async fn due(
    work: &mut Work,
    (user, proven): (&UserId, &[Method]),
    duties: &Duties,
) -> Result<Due, Failure> {
    let by_password = proven.contains(&Method::Password);
    Ok(Due {
        password: by_password && is_over(work, user, &duties.password).await?,
        documents: !not_accepted(work, user, &duties.documents).await?.is_empty(),
    })
}

/// Of these documents, those of a version that is new to somebody.
pub async fn not_accepted(
    work: &mut Work,
    user: &UserId,
    documents: &[Document],
) -> Result<Vec<Document>, Failure> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let accepted = work.accepted(user).await?;
    Ok(documents.iter().filter(|one| !one.is_among(&accepted)).cloned().collect())
}

/// What is asked of this person, here and now.
async fn demand(work: &mut Work, user: &UserId, asked: &Asked) -> Result<Demand, Failure> {
    let device = work.device(&asked.device, user).await?;
    let demand = Demand {
        required: is_required(work, user, asked.policy).await?,
        factors: work.factors_of(user).await?,
        is_trusted: device.is_some_and(|device| work.now() < device.trusted_until),
        ..Demand::NOTHING
    };
    Ok(demand.with(asked.wish))
}

async fn is_required(work: &mut Work, user: &UserId, policy: Policy) -> Result<bool, Failure> {
    if policy.everybody || !policy.administrators {
        return Ok(policy.everybody);
    }
    Ok(work.roles_of(user).await?.iter().any(|role| role.may_administer()))
}

/// Whether a session is enough for the one who waits: the question that single sign-on asks (INV-17).
pub async fn is_enough(work: &mut Work, session: &Session, asked: &Asked) -> Result<bool, Failure> {
    if !asked.wish.is_met_in_time(session) {
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
        address: proven.personal.ip.clone(),
        chosen_at: work.now(),
    };
    greet(ground, work, (&user, place)).await?;
    let session = enter(work, beginning, place, &context).await?;
    let methods = proven.methods.iter().map(|method| Name::new(method.as_str())).collect();
    let event = Event::LoginSucceeded { user: user.clone(), session: session.id.clone(), methods };
    let mut record = compose(&event, &context, work.tenant(), work);
    record.detail = Some(seal(&ground.sealer, work, user.as_str(), &proven.personal).await?);
    work.keep(record);
    Ok(session)
}

/// Somebody who comes with a browser that was not seen before is told, but for the first time of all.
async fn greet(
    ground: &Ground,
    work: &mut Work,
    (user, place): (&UserId, &Place),
) -> Result<(), Failure> {
    let is_known = work.device(&place.asked.device, user).await?.is_some();
    let is_first = work.has_come_in(user).await?;
    work.note_device(&place.asked.device, user, place.trusted_until).await?;
    if is_known || is_first {
        return Ok(());
    }
    let notice = Notice::NewSignIn { at: work.now(), device: place.device.clone() };
    tell(work, &ground.sealer, user, &notice).await
}

/// The session of the same person goes on, so that applications which know it stay signed in.
async fn enter(
    work: &mut Work,
    mut beginning: Beginning,
    place: &Place,
    context: &Context,
) -> Result<Session, Failure> {
    let (here, now) = (work.sessions_in(&place.browser).await?, work.now());
    beginning.chosen_at = next_choice(&here, now);
    for own in here.iter().filter(|session| session.user == beginning.user) {
        if own.is_live(place.limits, now)
            && let Some(session) = go_on(work, own, beginning.clone()).await?
        {
            return Ok(session);
        }
        end(work, (&own.id, &own.user), Reason::Replaced, context).await?;
    }
    begin(work, beginning, place.limits, context).await
}
