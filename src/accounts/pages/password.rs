//! Another password, by whoever is signed in and knows the present one.

use super::words::breaches;
use super::{Room, Visit};
use crate::accounts::change_password::{Unchanged, change};
use crate::accounts::model::Users;
use crate::kernel::failure::No;
use crate::kernel::ids::UserId;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, Sample};
use crate::sessions::http::{Browser, CurrentUser, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage<'a> {
    shell: &'a Shell,
    base: &'a str,
    token: String,
    email: String,
    fewest: usize,
    is_changed: bool,
    wrong: &'a [String],
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    CurrentUser { session }: CurrentUser,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    let is_changed = browser.recall("note").await?.as_deref() == Some(CHANGED);
    if is_changed {
        browser.remember("note", "").await?;
    }
    show(&room, (&visit, &browser, &session.user), (StatusCode::OK, is_changed, &[])).await
}

const CHANGED: &str = "password_changed";

async fn show(
    room: &Room,
    (visit, browser, user): (&Visit, &Browser, &UserId),
    (status, is_changed, wrong): (StatusCode, bool, &[String]),
) -> Result<Response, Problem> {
    let find = async |work: &mut Work| work.user(user).await;
    let user = room.database.read(visit.at, find).await?;
    let page = PasswordPage {
        shell: &visit.shell,
        base: &visit.base,
        token: browser.token().await?,
        email: user.map(|user| user.email.to_string()).unwrap_or_default(),
        fewest: (room.desk.making)(visit.at.tenant)?.policy.min_length,
        is_changed,
        wrong,
    };
    Ok(Page::new(page).with_status(status).into_response())
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    CurrentUser { session }: CurrentUser,
    visit: Visit,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let here = (&visit, &browser, &session.user);
    if !browser.vouches(fields.text("token")).await? {
        let again = [visit.shell.say("sign-in-once-more").into()];
        return show(&room, here, (StatusCode::OK, false, &again)).await;
    }
    let (present, new) = (fields.secret("present"), fields.secret("password"));
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if present.reveal().is_empty() || new.reveal().is_empty() {
        return show(&room, here, (status, false, &[visit.shell.say("password-missing").into()]))
            .await;
    }
    let refusal = match change(&room.desk, visit.at, (&session, &present, &new), &visit.asker).await
    {
        Ok(()) => {
            browser.remember("note", CHANGED).await?;
            return Ok(see_other(&visit.place("/account/password")));
        }
        Err(No::Failed(failure)) => return Err(failure.into()),
        Err(No::Refused(refusal)) => refusal,
    };
    let language = visit.shell.language;
    let (status, wrong) = match refusal {
        Unchanged::Mismatch => (status, vec![language.say("change-mismatch").into()]),
        Unchanged::Full => {
            (StatusCode::TOO_MANY_REQUESTS, vec![language.say("change-too-many").into()])
        }
        Unchanged::TooLong => (status, vec![language.say("breach-far-too-long").into()]),
        Unchanged::Weak(why) => (status, breaches(language, &why)),
    };
    show(&room, here, (status, false, &wrong)).await
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("account/password", "", |shell| sample(shell, false, &[])),
    Sample::of("account/password", "changed", |shell| sample(shell, true, &[])),
    Sample::of("account/password", "weak", |shell| {
        let wrong = ["breach-leaked", "breach-personal"].map(|key| shell.say(key).into());
        sample(shell, false, &wrong)
    }),
];

fn sample(shell: &Shell, is_changed: bool, wrong: &[String]) -> Response {
    let (base, token, email, fewest) = ("", String::new(), EMAIL.to_owned(), 15);
    Page::new(PasswordPage { shell, base, token, email, fewest, is_changed, wrong }).into_response()
}
