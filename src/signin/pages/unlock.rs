//! The link of a letter after a lock: GET asks, POST lets this browser try again.

use super::super::unlock::unlock;
use super::login::USERNAME;
use super::{Journey, Room};
use crate::accounts::model::Purpose;
use crate::accounts::pages::words;
use crate::accounts::register::{Dead, look};
use crate::kernel::failure::No;
use crate::kernel::secret::Secret;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, see_other};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "signin/unlock.html")]
struct UnlockPage<'a> {
    shell: &'a Shell,
    action: String,
    token: String,
}

#[derive(Template)]
#[template(path = "journey/over.html")]
struct OverPage<'a> {
    shell: &'a Shell,
    title: String,
    advice: String,
    again: String,
    again_words: String,
}

/// There is nothing to ask for again: whoever is locked out gets another letter with the next lock.
fn over(journey: &Journey, dead: Dead) -> Response {
    let (title, _) = words::dead(journey.shell.language, dead);
    let page = OverPage {
        shell: &journey.shell,
        title: title.into(),
        advice: journey.shell.say("unlock-over").into(),
        again: journey.place("/login"),
        again_words: journey.shell.say("signed-out-again").into(),
    };
    Page::new(page).with_status(StatusCode::GONE).into_response()
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    let secret = Secret::new(token.as_str());
    if let Err(dead) = look(&room.desk, journey.at, (Purpose::Unlock, &secret)).await? {
        return Ok(over(&journey, dead));
    }
    let page = UnlockPage {
        shell: &journey.shell,
        action: journey.place(&format!("/login/unlock/{token}")),
        token: browser.token().await?,
    };
    Ok(Page::new(page).into_response())
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    if !browser.vouches(fields.text("token")).await? {
        return Ok(see_other(&journey.place(&format!("/login/unlock/{token}"))));
    }
    let (secret, device) = (Secret::new(token.as_str()), journey.mark.hash());
    let request = journey.request.clone();
    match unlock(&room.ground, journey.at, (&secret, &device), request).await {
        Ok(user) => {
            browser.remember(USERNAME, user.email.as_str()).await?;
            Ok(journey.mark.keep(see_other(&journey.place("/login/password"))))
        }
        Err(No::Refused(dead)) => Ok(over(&journey, dead)),
        Err(No::Failed(failure)) => Err(failure.into()),
    }
}

pub(super) const SAMPLES: &[Sample] = &[Sample::of("signin/unlock", "", |shell| {
    let (action, token) = ("/login/unlock/token".into(), String::new());
    Page::new(UnlockPage { shell, action, token }).into_response()
})];
