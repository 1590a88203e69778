//! A passkey instead of a password, or after it. The script of the page asks the browser; what it answers comes as a form.

use super::super::code::Refusal;
use super::super::model::{Purpose, SignIns};
use super::super::passkey::{Guess, conclude, prove, question};
use super::login::{Again, place};
use super::{Journey, Room};
use crate::accounts::factors::passkey::{Party, Question};
use crate::accounts::model::{Factors, SecondFactors};
use crate::kernel::failure::{Failure, No};
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::headers::{Nonce, Policy};
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, MaybeUser, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "signin/passkey.html")]
struct PasskeyPage<'a> {
    shell: &'a Shell,
    purpose: &'a Purpose,
    asking: Asking,
    /// Another way from here.
    other: Option<String>,
    back: String,
    wrong: Option<String>,
}

/// The form that a script fills in; without one it stays hidden.
pub(super) struct Asking {
    pub(super) action: String,
    pub(super) options: String,
    pub(super) token: String,
    pub(super) nonce: String,
    /// Offer passkeys where the name is typed, too.
    pub(super) in_name: bool,
    /// It is what the page is for.
    pub(super) is_main: bool,
}

impl Asking {
    pub(super) async fn on(
        journey: &Journey,
        browser: &Browser,
        nonce: &Nonce,
    ) -> Result<Self, Failure> {
        let step = journey.step.as_ref();
        Ok(Self {
            action: journey.place_of("/login/passkey", step),
            options: journey.place_of("/login/passkey/options", step),
            token: browser.token().await?,
            nonce: nonce.as_str().to_owned(),
            in_name: false,
            is_main: false,
        })
    }

    pub(super) fn sample() -> (Self, Nonce) {
        let (action, options) = ("/login/passkey".into(), "/login/passkey/options".into());
        let nonce = Nonce::of(Default::default());
        let (token, name) = (String::new(), nonce.as_str().to_owned());
        (Self { action, options, token, nonce: name, in_name: false, is_main: false }, nonce)
    }
}

fn party<'r>(room: &'r Room, journey: &Journey, browser: &Browser) -> Result<Party<'r>, Failure> {
    let name = browser.tie().ok_or_else(|| Failure::broken("a form came from no browser"))?;
    let host = journey.host.as_ref().ok_or_else(|| Failure::broken("a page without a host"))?;
    Party::new((host, browser.scheme()), &journey.shell.name, &room.ground.sealer, name)
}

pub(super) async fn options(
    State(room): State<Arc<Room>>,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    if !browser.vouches(fields.text("token")).await? {
        return Err(Problem::of_status(StatusCode::FORBIDDEN));
    }
    let party = party(&room, &journey, &browser)?;
    let step = journey.step.as_ref();
    Ok(answer(&question(&room.ground, journey.at, &party, step).await?))
}

fn answer(question: &Question) -> Response {
    let body = json!({ "ceremony": question.ceremony.as_str(), "options": question.options });
    let kind = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, kind)], body.to_string()).into_response()
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    if journey.is_over(&room, user.as_ref()).await? {
        return Ok(see_other(&journey.end()));
    }
    page(&room, &journey, &browser, Again::default()).await
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    if !browser.vouches(fields.text("token")).await? {
        let again = Again::with(StatusCode::OK, journey.shell.say("sign-in-once-more"));
        return page(&room, &journey, &browser, again).await;
    }
    let guess = Guess {
        sign_in: journey.step.clone(),
        ceremony: fields.text("ceremony").to_owned(),
        answer: fields.text("credential").to_owned(),
        personal: journey.personal.clone(),
        request: journey.request.clone(),
    };
    let party = party(&room, &journey, &browser)?;
    let refusal = match prove(&room.ground, journey.at, &party, &guess).await {
        Err(No::Refused(refusal)) => refusal,
        Err(No::Failed(failure)) => return Err(failure.into()),
        Ok(proof) => {
            let place = place(&journey, &browser).await?;
            match conclude(&room.ground, journey.at, &proof, &place).await {
                Ok(outcome) => return Ok(journey.onward(&outcome)),
                Err(No::Refused(refusal)) => refusal,
                Err(No::Failed(failure)) => return Err(failure.into()),
            }
        }
    };
    if refusal == Refusal::Over {
        return Ok(see_other(&journey.place("/login")));
    }
    let again = Again::with(StatusCode::UNPROCESSABLE_ENTITY, journey.shell.say("passkey-wrong"));
    page(&room, &journey, &browser, again).await
}

async fn page(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    again: Again,
) -> Result<Response, Problem> {
    let nonce = Nonce::fresh(&room.ground.ambient);
    let step = journey.step.as_ref();
    let other = match factors(room, journey, browser).await? {
        Factors { totp: true, .. } => Some(journey.place_of("/login/totp", step)),
        Factors { recovery_codes: 1.., .. } => Some(journey.place_of("/login/recovery", step)),
        _ => None,
    };
    let page = PasskeyPage {
        shell: &journey.shell,
        purpose: &journey.purpose,
        asking: Asking { is_main: true, ..Asking::on(journey, browser, &nonce).await? },
        other,
        back: journey.place("/login"),
        wrong: again.wrong,
    };
    let policy = journey.policy().with_scripts(nonce);
    Ok(Page::new(page).with_status(again.status).with_policy(policy).into_response())
}

/// Of whoever is on the way; of nobody else is anything told.
async fn factors(room: &Room, journey: &Journey, browser: &Browser) -> Result<Factors, Failure> {
    let Some((id, name)) = journey.step.as_ref().zip(browser.name()) else {
        return Ok(Factors::default());
    };
    let read = async |work: &mut Work| match work.sign_in(id, &name).await? {
        Some(way) => work.factors_of(&way.user).await,
        None => Ok(Factors::default()),
    };
    room.ground.database.read(journey.at, read).await
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("signin/passkey", "", |shell| sample(shell, None)),
    Sample::of("signin/passkey", "wrong", |shell| {
        sample(shell, Some(shell.say("passkey-wrong").into()))
    }),
];

fn sample(shell: &Shell, wrong: Option<String>) -> Response {
    let (asking, nonce) = Asking::sample();
    let asking = Asking { is_main: true, ..asking };
    let (other, back) = (Some("/login/totp".into()), "/login".into());
    let page = PasskeyPage { shell, purpose: &super::login::purpose(), asking, other, back, wrong };
    Page::new(page).with_policy(Policy::default().with_scripts(nonce)).into_response()
}
