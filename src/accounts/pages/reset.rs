//! A new password, by the link that was mailed. It signs nobody in.

use super::words::breaches;
use super::{Room, Visit, over};
use crate::accounts::recover::{Unchosen, choose, whose};
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
#[template(path = "journey/reset.html")]
struct ResetPage<'a> {
    shell: &'a Shell,
    action: String,
    token: String,
    email: String,
    fewest: usize,
    wrong: &'a [String],
}

fn again(visit: &Visit) -> (&'static str, Phrase) {
    ("/forgot", visit.shell.say("link-forgot"))
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    show(&room, (&visit, &browser), (&token, StatusCode::OK, &[])).await
}

async fn show(
    room: &Room,
    (visit, browser): (&Visit, &Browser),
    (token, status, wrong): (&str, StatusCode, &[String]),
) -> Result<Response, Problem> {
    let user = match whose(&room.desk, visit.at, &Secret::new(token)).await? {
        Ok(user) => user,
        Err(dead) => return Ok(over(visit, dead, again(visit))),
    };
    let page = ResetPage {
        shell: &visit.shell,
        action: visit.place(&format!("/reset/{token}")),
        token: browser.token().await?,
        email: user.email.to_string(),
        fewest: (room.desk.making)(visit.at.tenant)?.policy.min_length,
        wrong,
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
        let again = [visit.shell.say("sign-in-once-more").into()];
        return show(&room, here, (&token, StatusCode::OK, &again)).await;
    }
    let (secret, password) = (Secret::new(token.as_str()), fields.secret("password"));
    let language = visit.shell.language;
    let wrong = if password.reveal().is_empty() {
        vec![language.say("password-missing").into()]
    } else {
        match choose(&room.desk, visit.at, (&secret, &password), &visit.asker).await {
            Ok(user) => {
                browser.remember("username", user.email.as_str()).await?;
                return Ok(see_other(&visit.place("/login")));
            }
            Err(No::Failed(failure)) => return Err(failure.into()),
            Err(No::Refused(Unchosen::Dead(dead))) => return Ok(over(&visit, dead, again(&visit))),
            Err(No::Refused(Unchosen::TooLong)) => vec![language.say("breach-far-too-long").into()],
            Err(No::Refused(Unchosen::Weak(why))) => breaches(language, &why),
        }
    };
    show(&room, here, (&token, StatusCode::UNPROCESSABLE_ENTITY, &wrong)).await
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("journey/reset", "", |shell| sample(shell, &[])),
    Sample::of("journey/reset", "weak", |shell| {
        sample(shell, &[shell.say("breach-leaked").into()])
    }),
];

fn sample(shell: &Shell, wrong: &[String]) -> Response {
    let (action, token, fewest) = (String::new(), String::new(), 15);
    let page = ResetPage { shell, action, token, email: EMAIL.into(), fewest, wrong };
    Page::new(page).into_response()
}
