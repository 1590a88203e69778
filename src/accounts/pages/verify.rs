//! An address is confirmed: GET shows a button, since programs open the links in letters, too; POST does it.

use super::register::MARK;
use super::{Room, Visit, over};
use crate::accounts::confirm::{Confirming, Unconfirmed, confirm};
use crate::accounts::model::Purpose;
use crate::accounts::register::applicant;
use crate::kernel::failure::No;
use crate::kernel::secret::Secret;
use crate::platform::messages::Phrase;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, Sample};
use crate::sessions::http::{Browser, see_other};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "journey/verify.html")]
struct VerifyPage<'a> {
    shell: &'a Shell,
    action: String,
    token: String,
    email: &'a str,
    /// Opened in another browser than the one it began in.
    is_elsewhere: bool,
    wrong: Option<String>,
}

fn again(visit: &Visit) -> (&'static str, Phrase) {
    ("/register", visit.shell.say("link-register"))
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    show(&room, (&visit, &browser), (&token, StatusCode::OK, None)).await
}

async fn show(
    room: &Room,
    (visit, browser): (&Visit, &Browser),
    (token, status, wrong): (&str, StatusCode, Option<Phrase>),
) -> Result<Response, Problem> {
    let secret = Secret::new(token);
    let found = applicant(&room.desk, visit.at, (Purpose::Registration, &secret)).await?;
    let applicant = match found {
        Ok(applicant) => applicant,
        Err(dead) => return Ok(over(visit, dead, again(visit))),
    };
    let mark = browser.recall(MARK).await?;
    let page = VerifyPage {
        shell: &visit.shell,
        action: visit.place(&format!("/verify/{token}")),
        token: browser.token().await?,
        email: &applicant.email,
        is_elsewhere: mark.as_deref() != Some(applicant.mark.as_str()),
        wrong: wrong.map(Into::into),
    };
    Ok(Page::new(page).with_status(status).into_response())
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let here = (&visit, &browser);
    if !browser.vouches(fields.text("token")).await? {
        let words = visit.shell.say("sign-in-once-more");
        return show(&room, here, (&token, StatusCode::OK, Some(words))).await;
    }
    let secret = Secret::new(token.as_str());
    let form = Confirming {
        token: &secret,
        mark: browser.recall(MARK).await?,
        password: fields.secret("password"),
        asker: &visit.asker,
    };
    let refusal = match confirm(&room.desk, visit.at, &form).await {
        Ok((user, applicant)) => {
            browser.remember("username", user.email.as_str()).await?;
            browser.remember("note", "confirmed").await?;
            return Ok(see_other(&visit.place_with("/login", &applicant.return_to)));
        }
        Err(No::Failed(failure)) => return Err(failure.into()),
        Err(No::Refused(refusal)) => refusal,
    };
    let words = match refusal {
        Unconfirmed::Dead(dead) => return Ok(over(&visit, dead, again(&visit))),
        Unconfirmed::Elsewhere => visit.shell.say("password-missing"),
        Unconfirmed::Mismatch => visit.shell.say("verify-mismatch"),
        Unconfirmed::Taken => visit.shell.say("verify-taken"),
    };
    show(&room, here, (&token, StatusCode::UNPROCESSABLE_ENTITY, Some(words))).await
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("journey/verify", "", |shell| sample(shell, false, None)),
    Sample::of("journey/verify", "elsewhere", |shell| sample(shell, true, None)),
    Sample::of("journey/verify", "wrong", |shell| {
        sample(shell, true, Some(shell.say("verify-mismatch").into()))
    }),
];

fn sample(shell: &Shell, is_elsewhere: bool, wrong: Option<String>) -> Response {
    let (action, token, email) = (String::new(), String::new(), EMAIL);
    Page::new(VerifyPage { shell, action, token, email, is_elsewhere, wrong }).into_response()
}
