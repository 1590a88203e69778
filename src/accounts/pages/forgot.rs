//! A forgotten password: who is it? The answer is always the same.

use super::{Room, Visit};
use crate::accounts::model::Forgetful;
use crate::accounts::recover;
use crate::kernel::failure::No;
use crate::platform::messages::Phrase;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, Sample};
use crate::sessions::http::{Browser, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "journey/forgot.html")]
struct ForgotPage<'a> {
    shell: &'a Shell,
    action: String,
    back: String,
    token: String,
    typed: &'a str,
    wrong: Option<String>,
    /// Without mail there is no way but to ask somebody.
    is_possible: bool,
}

const USERNAME: &str = "username";

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    let typed = browser.recall(USERNAME).await?.unwrap_or_default();
    show(&room, (&visit, &browser), (&typed, StatusCode::OK, None)).await
}

async fn show(
    room: &Room,
    (visit, browser): (&Visit, &Browser),
    (typed, status, wrong): (&str, StatusCode, Option<Phrase>),
) -> Result<Response, Problem> {
    let page = ForgotPage {
        shell: &visit.shell,
        action: visit.place("/forgot"),
        back: visit.place("/login"),
        token: browser.token().await?,
        typed,
        wrong: wrong.map(Into::into),
        is_possible: room.desk.post.is_open(),
    };
    Ok(Page::new(page).with_status(status).into_response())
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    visit: Visit,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let here = (&visit, &browser);
    let typed: String = fields.text(USERNAME).trim().chars().take(320).collect();
    if !browser.vouches(fields.text("token")).await? {
        let words = visit.shell.say("sign-in-once-more");
        return show(&room, here, (&typed, StatusCode::OK, Some(words))).await;
    }
    if typed.is_empty() || !room.desk.post.is_open() {
        let (status, words) =
            (StatusCode::UNPROCESSABLE_ENTITY, visit.shell.say("sign-in-no-email"));
        return show(&room, here, (&typed, status, Some(words))).await;
    }
    let forgetful = Forgetful {
        name: typed.clone(),
        return_to: visit.return_to.clone(),
        language: visit.shell.language.tag().to_owned(),
    };
    match recover::ask(&room.desk, visit.at, &forgetful, &visit.asker).await {
        Ok(()) => Ok(see_other(&visit.place("/forgot/sent"))),
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(_)) => {
            let (status, words) =
                (StatusCode::TOO_MANY_REQUESTS, visit.shell.say("journey-too-many"));
            show(&room, here, (&typed, status, Some(words))).await
        }
    }
}

#[derive(Template)]
#[template(path = "journey/forgot_sent.html")]
struct SentPage<'a> {
    shell: &'a Shell,
    back: String,
    again: String,
}

pub(super) async fn sent(visit: Visit) -> Response {
    let (back, again) = (visit.place("/login"), visit.place("/forgot"));
    Page::new(SentPage { shell: &visit.shell, back, again }).into_response()
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("journey/forgot", "", |shell| sample(shell, true, None)),
    Sample::of("journey/forgot", "empty", |shell| {
        sample(shell, true, Some(shell.say("sign-in-no-email").into()))
    }),
    Sample::of("journey/forgot", "no-mail", |shell| sample(shell, false, None)),
    Sample::of("journey/forgot_sent", "", |shell| {
        let (back, again) = ("/login".into(), "/forgot".into());
        Page::new(SentPage { shell, back, again }).into_response()
    }),
];

fn sample(shell: &Shell, is_possible: bool, wrong: Option<String>) -> Response {
    let page = ForgotPage {
        shell,
        action: "/forgot".into(),
        back: "/login".into(),
        token: String::new(),
        typed: if wrong.is_some() { "" } else { EMAIL },
        wrong,
        is_possible,
    };
    Page::new(page).into_response()
}
