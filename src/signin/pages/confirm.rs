//! Whoever is signed in proves it once more, before a change that matters.

use super::super::password::{Guess, prove};
use super::login::{Again, conclude_password, wrong};
use super::passkey::Asking;
use super::via::{self, Way};
use super::{Journey, Room};
use crate::accounts::model::factor::RECENT;
use crate::accounts::model::{PasswordHashes, User, Users};
use crate::federation::link::providers_of;
use crate::kernel::failure::Failure;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::headers::{Nonce, Policy};
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, Sample};
use crate::sessions::http::{Browser, MaybeUser, see_other};
use crate::sessions::model::Session;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "signin/confirm.html")]
struct ConfirmPage<'a> {
    shell: &'a Shell,
    action: String,
    back: String,
    token: String,
    email: &'a str,
    asking: Asking,
    has_password: bool,
    ways: Vec<Way>,
    wrong: Option<String>,
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    let journey = for_change(journey);
    if journey.is_over(&room, user.as_ref()).await? {
        return Ok(see_other(&journey.end()));
    }
    match here(&room, &journey, user.map(|user| user.session)).await? {
        Some((user, _)) => page(&room, (&journey, &browser), (&user, Again::default())).await,
        None => Ok(see_other(&journey.place("/login"))),
    }
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    MaybeUser(former): MaybeUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let journey = for_change(journey);
    let former = former.map(|user| user.session);
    let Some((user, _)) = here(&room, &journey, former).await? else {
        return Ok(see_other(&journey.place("/login")));
    };
    let email = user.email.as_str();
    let again = if !browser.vouches(fields.text("token")).await? {
        Again::with(StatusCode::OK, journey.shell.say("sign-in-once-more"))
    } else if fields.text("password").is_empty() {
        Again::with(StatusCode::UNPROCESSABLE_ENTITY, journey.shell.say("password-missing"))
    } else {
        let guess = Guess {
            typed: email.to_owned(),
            password: fields.secret("password"),
            device: journey.mark.hash(),
            language: journey.shell.language.tag(),
            personal: journey.personal.clone(),
            request: journey.request.clone(),
        };
        let proof = prove(&room.ground, journey.at, guess, journey.terms).await;
        match conclude_password(&room, &journey, &browser, proof).await? {
            Ok(outcome) => return Ok(journey.onward(&outcome)),
            Err(refusal) => {
                let response =
                    page(&room, (&journey, &browser), (&user, wrong(&journey, refusal))).await?;
                return Ok(super::login::waiting(&journey, refusal, response));
            }
        }
    };
    page(&room, (&journey, &browser), (&user, again)).await
}

fn for_change(mut journey: Journey) -> Journey {
    journey.wish = journey.wish.for_change(Some(journey.at.now.minus(RECENT)));
    journey
}

async fn here(
    room: &Room,
    journey: &Journey,
    session: Option<Session>,
) -> Result<Option<(User, Session)>, Failure> {
    let Some(session) = session else { return Ok(None) };
    let read = async |work: &mut Work| work.user(&session.user).await;
    let user = room.ground.database.read(journey.at, read).await?;
    Ok(user.map(|user| (user, session)))
}

async fn page(
    room: &Room,
    (journey, browser): (&Journey, &Browser),
    (user, again): (&User, Again),
) -> Result<Response, Problem> {
    let read = async |work: &mut Work| {
        let has_password = work.password_of(&user.id).await?.is_some();
        Ok((has_password, providers_of(work, &user.id).await?))
    };
    let (has_password, providers) = room.ground.database.read(journey.at, read).await?;
    let nonce = Nonce::fresh(&room.ground.ambient);
    let page = ConfirmPage {
        asking: Asking::on(journey, browser, &nonce).await?,
        shell: &journey.shell,
        action: journey.place("/login/confirm"),
        back: format!("{}/account", journey.base),
        token: browser.token().await?,
        email: user.email.as_str(),
        has_password,
        ways: via::ways_for_change(journey, &providers),
        wrong: again.wrong,
    };
    let policy = via::policy(journey, &providers).with_scripts(nonce);
    Ok(Page::new(page).with_status(again.status).with_policy(policy).into_response())
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("signin/confirm", "", |shell| sample(shell, None)),
    Sample::of("signin/confirm", "wrong", |shell| {
        sample(shell, Some(shell.say("sign-in-mismatch").into()))
    }),
];

fn sample(shell: &Shell, wrong: Option<String>) -> Response {
    let (asking, nonce) = Asking::sample();
    let (action, back, token) = ("/login/confirm".into(), "/account".into(), String::new());
    let page = ConfirmPage {
        shell,
        action,
        back,
        token,
        email: EMAIL,
        asking,
        has_password: true,
        ways: vec![],
        wrong,
    };
    Page::new(page).with_policy(Policy::default().with_scripts(nonce)).into_response()
}
