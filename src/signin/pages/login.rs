//! Who are you, and what is your password? Two plain forms; what was typed stays, except the password.

use super::super::model::{Attempt, Blocked, Purpose, Step};
use super::super::next_step;
use super::super::password::{Guess, Place, Refusal, conclude, prove};
use super::{Journey, Room, words};
use crate::kernel::failure::No;
use crate::platform::messages::Phrase;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, MaybeUser, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "signin/name.html")]
struct NamePage<'a> {
    shell: &'a Shell,
    purpose: &'a Purpose,
    action: String,
    token: String,
    typed: &'a str,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "signin/password.html")]
struct PasswordPage<'a> {
    shell: &'a Shell,
    purpose: &'a Purpose,
    action: String,
    back: String,
    token: String,
    typed: &'a str,
    wrong: Option<String>,
}

/// What a page is shown again with.
#[derive(Default)]
struct Again {
    status: StatusCode,
    wrong: Option<String>,
}

impl Again {
    fn with(status: StatusCode, words: Phrase) -> Self {
        Self { status, wrong: Some(words.into()) }
    }
}

const USERNAME: &str = "username";

/// Nothing longer is an address (security.md §0.2, `login_hint`).
const LONGEST: usize = 320;

pub(super) async fn ask_name(
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    if journey.is_over_for(user.as_ref()) {
        return Ok(see_other(&journey.end()));
    }
    let hint = journey.purpose.login_hint.as_deref().map(ToOwned::to_owned);
    let typed = match hint {
        Some(hint) => hint,
        None => browser.recall(USERNAME).await?.unwrap_or_default(),
    };
    name_page(&journey, &browser, (&typed, Again::default())).await
}

pub(super) async fn take_name(
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let typed: String = fields.text(USERNAME).trim().chars().take(LONGEST).collect();
    if !browser.vouches(fields.text("token")).await? {
        let again = Again::with(StatusCode::OK, journey.shell.say("sign-in-once-more"));
        return name_page(&journey, &browser, (&typed, again)).await;
    }
    if typed.is_empty() {
        let again =
            Again::with(StatusCode::UNPROCESSABLE_ENTITY, journey.shell.say("sign-in-no-email"));
        return name_page(&journey, &browser, ("", again)).await;
    }
    browser.remember(USERNAME, &typed).await?;
    let attempt = Attempt { is_named: true, ..Attempt::default() };
    Ok(see_other(&step(&journey, &attempt)))
}

pub(super) async fn ask_password(
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    if journey.is_over_for(user.as_ref()) {
        return Ok(see_other(&journey.end()));
    }
    match browser.recall(USERNAME).await? {
        Some(typed) => password_page(&journey, &browser, (&typed, Again::default())).await,
        None => Ok(see_other(&step(&journey, &Attempt::default()))),
    }
}

pub(super) async fn take_password(
    State(room): State<Arc<Room>>,
    MaybeUser(former): MaybeUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    // Of this very tab: another one may have remembered somebody else.
    let typed: String = fields.text(USERNAME).trim().chars().take(LONGEST).collect();
    let again = |status, words| (Again::with(status, words), typed.clone());
    let (again, typed) = if !browser.vouches(fields.text("token")).await? {
        again(StatusCode::OK, journey.shell.say("sign-in-once-more"))
    } else if typed.is_empty() {
        return Ok(see_other(&step(&journey, &Attempt::default())));
    } else if fields.text("password").is_empty() {
        again(StatusCode::UNPROCESSABLE_ENTITY, journey.shell.say("password-missing"))
    } else {
        let guess = Guess {
            typed: typed.clone(),
            password: fields.secret("password"),
            personal: journey.personal.clone(),
            request: journey.request.clone(),
        };
        let former = former.map(|user| user.session);
        return sign_in(&room, &journey, &browser, (guess, former)).await;
    };
    password_page(&journey, &browser, (&typed, again)).await
}

type Former = Option<crate::sessions::model::Session>;

/// Between the proof and the session the browser gets a name that nobody knows.
async fn sign_in(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    (guess, former): (Guess, Former),
) -> Result<Response, Problem> {
    let (typed, ground) = (guess.typed.clone(), &room.ground);
    let refusal = match prove(ground, journey.at, guess, (room.terms)()).await {
        Err(No::Refused(refusal)) => refusal,
        Err(No::Failed(failure)) => return Err(failure.into()),
        Ok(proof) => {
            let place = Place {
                browser: browser.rename().await?,
                device: browser.device.clone(),
                former,
                limits: browser.limits,
            };
            match conclude(ground, journey.at, &proof, &place).await {
                Ok(_) => return Ok(see_other(&journey.end())),
                Err(No::Refused(refusal)) => refusal,
                Err(No::Failed(failure)) => return Err(failure.into()),
            }
        }
    };
    refused(journey, browser, &typed, refusal).await
}

async fn refused(
    journey: &Journey,
    browser: &Browser,
    typed: &str,
    refusal: Refusal,
) -> Result<Response, Problem> {
    let again = match refusal {
        Refusal::Mismatch => {
            let words = journey.shell.say("sign-in-mismatch");
            Again::with(StatusCode::UNPROCESSABLE_ENTITY, words)
        }
        Refusal::Blocked(blocked) => {
            let words = words::blocked(journey.shell.language, blocked, journey.at.now);
            Again::with(StatusCode::TOO_MANY_REQUESTS, words)
        }
    };
    let mut response = password_page(journey, browser, (typed, again)).await?;
    if let Refusal::Blocked(Blocked { until }) = refusal {
        let seconds = until.since(journey.at.now).as_seconds().max(1);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// Where the next step is answered.
fn step(journey: &Journey, attempt: &Attempt) -> String {
    match next_step(attempt) {
        Step::Name => journey.place("/login"),
        Step::Password => journey.place("/login/password"),
        Step::Done => journey.end(),
    }
}

async fn name_page(
    journey: &Journey,
    browser: &Browser,
    (typed, again): (&str, Again),
) -> Result<Response, Problem> {
    let page = NamePage {
        shell: &journey.shell,
        purpose: &journey.purpose,
        action: journey.place("/login"),
        token: browser.token().await?,
        typed,
        wrong: again.wrong,
    };
    let page = Page::new(page).with_status(again.status).with_policy(journey.policy());
    Ok(page.into_response())
}

async fn password_page(
    journey: &Journey,
    browser: &Browser,
    (typed, again): (&str, Again),
) -> Result<Response, Problem> {
    let page = PasswordPage {
        shell: &journey.shell,
        purpose: &journey.purpose,
        action: journey.place("/login/password"),
        back: journey.place("/login"),
        token: browser.token().await?,
        typed,
        wrong: again.wrong,
    };
    let page = Page::new(page).with_status(again.status).with_policy(journey.policy());
    Ok(page.into_response())
}
