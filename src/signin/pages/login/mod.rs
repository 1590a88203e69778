//! Who are you, and what is your password? Two plain forms; what was typed stays, except the password.

mod samples;

pub(super) use samples::{SAMPLES, purpose};

use super::passkey::Asking;
use super::via::{self, Way};
use super::{Journey, Room, accounts, words};
use crate::kernel::failure::{Failure, No};
use crate::kernel::time::Lifetime;
use crate::platform::web::forms::Fields;
use crate::platform::web::headers::Nonce;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, MaybeUser, see_other};
use crate::signin::complete::{Outcome, Place};
use crate::signin::model::{Blocked, Purpose};
use crate::signin::password::{Guess, Proof, Refusal, conclude, prove};
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
    asking: Asking,
    action: String,
    token: String,
    ways: Vec<Way>,
    typed: &'a str,
    wrong: Option<String>,
    by_username: bool,
    /// Where people make an account of their own, if they may.
    register: Option<String>,
}

#[derive(Template)]
#[template(path = "signin/password.html")]
struct PasswordPage<'a> {
    shell: &'a Shell,
    purpose: &'a Purpose,
    action: String,
    back: String,
    forgot: String,
    token: String,
    typed: &'a str,
    wrong: Option<String>,
}

/// What a page is shown again with.
#[derive(Default)]
pub(super) struct Again {
    pub(super) status: StatusCode,
    pub(super) wrong: Option<String>,
}

impl Again {
    pub(super) fn with(status: StatusCode, words: impl Into<String>) -> Self {
        Self { status, wrong: Some(words.into()) }
    }
}

pub(super) const USERNAME: &str = "username";

/// Nothing longer is an address (security.md §0.2, `login_hint`).
const LONGEST: usize = 320;

pub(super) async fn ask_name(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    if journey.is_over(&room, user.as_ref()).await? {
        return Ok(see_other(&journey.end()));
    }
    if let Some(away) = via::hinted(&room, &journey, &browser).await? {
        return Ok(away);
    }
    if !journey.is_other {
        let known = accounts::known(&room, &journey, &browser).await?.len();
        let is_asked = journey.wish.chosen_since.is_some() && known > 0;
        if is_asked || known > 1 {
            return Ok(see_other(&journey.place("/login/accounts")));
        }
    }
    let hint = journey.purpose.login_hint.as_deref();
    let typed = match hint {
        _ if journey.is_other => String::new(),
        Some(hint) => hint.chars().take(LONGEST).collect(),
        None => browser.recall(USERNAME).await?.unwrap_or_default(),
    };
    name_page(&room, (&journey, &browser), (&typed, Again::default())).await
}

pub(super) async fn take_name(
    State(room): State<Arc<Room>>,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let typed: String = fields.text(USERNAME).trim().chars().take(LONGEST).collect();
    if !browser.vouches(fields.text("token")).await? {
        let again = Again::with(StatusCode::OK, journey.shell.say("sign-in-once-more"));
        return name_page(&room, (&journey, &browser), (&typed, again)).await;
    }
    if typed.is_empty() {
        let again =
            Again::with(StatusCode::UNPROCESSABLE_ENTITY, journey.shell.say("sign-in-no-email"));
        return name_page(&room, (&journey, &browser), ("", again)).await;
    }
    browser.remember(USERNAME, &typed).await?;
    let providers = via::providers(&room, &journey).await?;
    if let Some(provider) = via::route(&providers, &typed) {
        let slug = provider.slug.clone();
        return via::send(&room, &journey, &browser, (slug, Some(typed))).await;
    }
    Ok(see_other(&journey.place("/login/password")))
}

pub(super) async fn ask_password(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    if journey.is_over(&room, user.as_ref()).await? {
        return Ok(see_other(&journey.end()));
    }
    match browser.recall(USERNAME).await? {
        Some(typed) => password_page(&journey, &browser, (&typed, Again::default())).await,
        None => Ok(see_other(&journey.place("/login"))),
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
        // Another tab was quicker.
        if journey.is_over(&room, former.as_ref()).await? {
            return Ok(see_other(&journey.end()));
        }
        again(StatusCode::OK, journey.shell.say("sign-in-once-more"))
    } else if typed.is_empty() {
        return Ok(see_other(&journey.place("/login")));
    } else if fields.text("password").is_empty() {
        again(StatusCode::UNPROCESSABLE_ENTITY, journey.shell.say("password-missing"))
    } else {
        let guess = Guess {
            typed: typed.clone(),
            password: fields.secret("password"),
            device: journey.mark.hash(),
            language: journey.shell.language.tag(),
            personal: journey.personal.clone(),
            request: journey.request.clone(),
        };
        return sign_in(&room, &journey, &browser, guess).await;
    };
    password_page(&journey, &browser, (&typed, again)).await
}

/// Between the proof and the session the browser gets a name that nobody knows.
async fn sign_in(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    guess: Guess,
) -> Result<Response, Problem> {
    let typed = guess.typed.clone();
    let proof = prove(&room.ground, journey.at, guess, journey.terms).await;
    match conclude_password(room, journey, browser, proof).await? {
        Ok(outcome) => Ok(journey.onward(&outcome)),
        Err(refusal) => {
            let again = wrong(journey, refusal);
            let response = password_page(journey, browser, (&typed, again)).await?;
            Ok(waiting(journey, refusal, response))
        }
    }
}

pub(super) async fn conclude_password(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    proof: Result<Proof, No<Refusal>>,
) -> Result<Result<Outcome, Refusal>, Failure> {
    let concluded = match proof {
        Ok(proof) => {
            let place = place(journey, browser).await?;
            conclude(&room.ground, journey.at, &proof, &place).await
        }
        Err(no) => Err(no),
    };
    match concluded {
        Ok(outcome) => Ok(Ok(outcome)),
        Err(No::Refused(refusal)) => Ok(Err(refusal)),
        Err(No::Failed(failure)) => Err(failure),
    }
}

pub(super) fn wrong(journey: &Journey, refusal: Refusal) -> Again {
    match refusal {
        Refusal::Mismatch => {
            let words = journey.shell.say("sign-in-mismatch");
            Again::with(StatusCode::UNPROCESSABLE_ENTITY, words)
        }
        Refusal::Blocked(blocked) => {
            let words = words::blocked(journey.shell.language, blocked, journey.at.now);
            Again::with(StatusCode::TOO_MANY_REQUESTS, words)
        }
    }
}

pub(super) fn waiting(journey: &Journey, refusal: Refusal, response: Response) -> Response {
    match refusal {
        Refusal::Blocked(Blocked { until }) => blocked_for(response, until.since(journey.at.now)),
        Refusal::Mismatch => response,
    }
}

/// What was proven is worth nothing under a name that somebody else could know.
pub(super) async fn place(journey: &Journey, browser: &Browser) -> Result<Place, Failure> {
    Ok(Place {
        before: browser.name(),
        browser: browser.rename().await?,
        device: browser.device.clone(),
        limits: browser.limits,
        asked: journey.asked(),
        trusted_until: None,
    })
}

pub(super) fn blocked_for(mut response: Response, left: Lifetime) -> Response {
    let seconds = HeaderValue::from(left.as_seconds().max(1));
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

async fn name_page(
    room: &Room,
    (journey, browser): (&Journey, &Browser),
    (typed, again): (&str, Again),
) -> Result<Response, Problem> {
    let nonce = Nonce::fresh(&room.ground.ambient);
    let asking = Asking { in_name: true, ..Asking::on(journey, browser, &nonce).await? };
    let providers = via::providers(room, journey).await?;
    let page = NamePage {
        shell: &journey.shell,
        purpose: &journey.purpose,
        action: journey.place("/login"),
        token: asking.token.clone(),
        asking,
        ways: via::ways(journey, &providers),
        typed,
        wrong: again.wrong,
        by_username: journey.terms.by_username,
        register: journey.may_register.then(|| journey.place("/register")),
    };
    let policy = via::policy(journey, &providers).with_scripts(nonce);
    Ok(Page::new(page).with_status(again.status).with_policy(policy).into_response())
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
        forgot: journey.place("/forgot"),
        token: browser.token().await?,
        typed,
        wrong: again.wrong,
    };
    let page = Page::new(page).with_status(again.status).with_policy(journey.policy());
    Ok(page.into_response())
}
