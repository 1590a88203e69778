//! Whoever is signed in proves it once more, before a change that matters.

use super::super::model::Wish;
use super::super::password::{Guess, prove};
use super::login::{Again, conclude_password, wrong};
use super::passkey::Asking;
use super::{Journey, Room};
use crate::accounts::model::{User, Users};
use crate::kernel::failure::Failure;
use crate::kernel::time::Lifetime;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::headers::Nonce;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
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
    wrong: Option<String>,
}

/// A proof of so long ago is asked for again.
const RECENT: Lifetime = Lifetime::minutes(5);

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
        Some((user, _)) => {
            page(&room, (&journey, &browser), (user.email.as_str(), Again::default())).await
        }
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
                    page(&room, (&journey, &browser), (email, wrong(&journey, refusal))).await?;
                return Ok(super::login::waiting(&journey, refusal, response));
            }
        }
    };
    page(&room, (&journey, &browser), (email, again)).await
}

fn for_change(mut journey: Journey) -> Journey {
    let since = journey.at.now.minus(RECENT);
    journey.wish = Wish { fresh_since: Some(since), is_for_change: true, ..journey.wish };
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
    (email, again): (&str, Again),
) -> Result<Response, Problem> {
    let nonce = Nonce::fresh(&room.ground.ambient);
    let page = ConfirmPage {
        asking: Asking::on(journey, browser, &nonce).await?,
        shell: &journey.shell,
        action: journey.place("/login/confirm"),
        back: format!("{}/account", journey.base),
        token: browser.token().await?,
        email,
        wrong: again.wrong,
    };
    let policy = journey.policy().with_scripts(nonce);
    Ok(Page::new(page).with_status(again.status).with_policy(policy).into_response())
}
