//! A new password, by the link that was mailed. It signs nobody in.

use super::settled::{settle, with_status_of};
use super::{Room, Visit, over};
use crate::accounts::recover::{choose, whose};
use crate::kernel::secret::Secret;
use crate::platform::messages::Phrase;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, Sample};
use crate::sessions::http::Browser;
use askama::Template;
use axum::extract::{Path, State};
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
    show(&room, (&visit, &browser), (&token, &[])).await
}

async fn show(
    room: &Room,
    (visit, browser): (&Visit, &Browser),
    (token, wrong): (&str, &[String]),
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
    Ok(with_status_of(wrong, page))
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
        return show(&room, here, (&token, &again)).await;
    }
    let (secret, password) = (Secret::new(token.as_str()), fields.secret("password"));
    let wrong = if password.reveal().is_empty() {
        vec![visit.shell.say("password-missing").into()]
    } else {
        let done = choose(&room.desk, visit.at, (&secret, &password), &visit.asker).await;
        match settle(here, done, again(&visit)).await? {
            Ok(answer) => return Ok(answer),
            Err(wrong) => wrong,
        }
    };
    show(&room, here, (&token, &wrong)).await
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
