//! The password is too old: another one comes before anything else.

use super::super::complete::{Outcome, what_next};
use super::super::duty::{Doing, Over, renew};
use super::super::model::{SignIn, SignIns, Step};
use super::login::place;
use super::{Journey, Room};
use crate::accounts::create::Making;
use crate::accounts::model::{OwnWords, Policy, User, Users};
use crate::accounts::pages::words::breaches;
use crate::accounts::set_password::{self, Refusal};
use crate::kernel::failure::{Failure, No};
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, Sample};
use crate::sessions::http::{Browser, CurrentUser, MaybeUser, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "signin/new_password.html")]
struct NewPasswordPage<'a> {
    shell: &'a Shell,
    action: String,
    back: String,
    token: String,
    email: &'a str,
    fewest: usize,
    wrong: &'a [String],
}

/// Somebody on the way, and what is asked of them next.
pub(super) struct Standing {
    pub(super) way: SignIn,
    pub(super) user: User,
    step: Step,
}

impl Standing {
    async fn of(
        room: &Room,
        journey: &Journey,
        browser: &Browser,
    ) -> Result<Option<Self>, Failure> {
        let Some((id, name)) = journey.step.as_ref().zip(browser.name()) else { return Ok(None) };
        let asked = journey.asked();
        let read = async |work: &mut Work| {
            let Some(way) = work.sign_in(id, &name).await? else { return Ok(None) };
            let step = what_next(work, &way, &asked).await?;
            let user = work.user(&way.user).await?;
            Ok(user.map(|user| Self { way, user, step }))
        };
        room.ground.database.read(journey.at, read).await
    }

    /// Whoever stands at this step; or where else somebody belongs who came to its page.
    pub(super) async fn at(
        step: Step,
        (room, journey, browser): (&Room, &Journey, &Browser),
        user: Option<&CurrentUser>,
    ) -> Result<Result<Self, Response>, Problem> {
        let Some(standing) = Self::of(room, journey, browser).await? else {
            return journey.anew(room, user).await.map(Err);
        };
        if standing.step == step {
            return Ok(Ok(standing));
        }
        let next = Outcome::Next(standing.step, standing.way.id);
        Ok(Err(see_other(&journey.place_after(&next))))
    }

    pub(super) fn doing(&self, journey: &Journey) -> Doing {
        let (personal, request) = (journey.personal.clone(), journey.request.clone());
        Doing { way: self.way.clone(), personal, request }
    }
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    let here = (&*room, &journey, &browser);
    match Standing::at(Step::NewPassword, here, user.as_ref()).await? {
        Err(response) => Ok(response),
        Ok(standing) => page(&journey, &browser, &standing, (StatusCode::OK, &[])).await,
    }
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let here = (&*room, &journey, &browser);
    let standing = match Standing::at(Step::NewPassword, here, user.as_ref()).await? {
        Err(response) => return Ok(response),
        Ok(standing) => standing,
    };
    if !browser.vouches(fields.text("token")).await? {
        let again = [journey.shell.say("sign-in-once-more").into()];
        return page(&journey, &browser, &standing, (StatusCode::OK, &again)).await;
    }
    let language = journey.shell.language;
    let wrong = match change(&room, &journey, &browser, (&standing, &fields)).await {
        Ok(Ok(outcome)) => return Ok(journey.onward(&outcome)),
        Ok(Err(Over)) => return Ok(see_other(&journey.place("/login"))),
        Err(No::Failed(failure)) => return Err(failure.into()),
        Err(No::Refused(Refusal::TooLong)) => vec![language.say("breach-far-too-long").into()],
        Err(No::Refused(Refusal::Weak(why))) if why.is_empty() => {
            vec![language.say("password-missing").into()]
        }
        Err(No::Refused(Refusal::Weak(why))) => breaches(language, &why),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    page(&journey, &browser, &standing, (status, &wrong)).await
}

/// Judged and hashed between two units of work; the browser gets its new name only for a password that is taken.
async fn change(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    (standing, fields): (&Standing, &Fields),
) -> Result<Result<Outcome, Over>, No<Refusal>> {
    let password = fields.secret("password");
    if password.reveal().is_empty() {
        return Err(No::Refused(Refusal::Weak(Vec::new())));
    }
    let making = (room.desk.making)(journey.at.tenant)?;
    // Where none is remembered, at least the present one is not the next.
    let remembered = making.policy.remembered.max(1);
    let making = Making { policy: Policy { remembered, ..making.policy }, ..making };
    let user = &standing.user;
    let words = OwnWords::of([user.email.as_str(), &user.name]);
    let hash = set_password::make(&making, journey.at, (&password, Some(&user.id), words)).await?;
    let place = place(journey, browser).await?;
    let (doing, policy) = (standing.doing(journey), &journey.duties.password);
    match renew(&room.ground, journey.at, (&doing, &hash, policy), &place).await {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(No::Refused(over)) => Ok(Err(over)),
        Err(No::Failed(failure)) => Err(No::Failed(failure)),
    }
}

async fn page(
    journey: &Journey,
    browser: &Browser,
    standing: &Standing,
    (status, wrong): (StatusCode, &[String]),
) -> Result<Response, Problem> {
    let page = NewPasswordPage {
        shell: &journey.shell,
        action: journey.place_of("/login/new-password", Some(&standing.way.id)),
        back: journey.place("/login"),
        token: browser.token().await?,
        email: standing.user.email.as_str(),
        fewest: journey.duties.password.min_length,
        wrong,
    };
    let page = Page::new(page).with_status(status).with_policy(journey.policy());
    Ok(page.into_response())
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("signin/new_password", "", |shell| sample(shell, &[])),
    Sample::of("signin/new_password", "wrong", |shell| {
        sample(shell, &[shell.say("breach-reused").into()])
    }),
];

fn sample(shell: &Shell, wrong: &[String]) -> Response {
    let (action, back) = ("/login/new-password".into(), "/login".into());
    let token = String::new();
    let page = NewPasswordPage { shell, action, back, token, email: EMAIL, fewest: 15, wrong };
    Page::new(page).into_response()
}
