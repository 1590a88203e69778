//! Another address: asked for by whoever is signed in, confirmed and taken back by whoever opens the letters.

use super::{Room, Visit, over};
use crate::accounts::change_email::{Unmoved, address, ask as ask_for, confirm as move_to};
use crate::accounts::change_password::{Unchanged, vouch};
use crate::accounts::model::{Purpose, Users};
use crate::kernel::email::Email;
use crate::kernel::failure::No;
use crate::kernel::secret::Secret;
use crate::platform::messages::Phrase;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, Sample};
use crate::sessions::http::{Browser, CurrentUser, see_other};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/email.html")]
struct EmailPage<'a> {
    shell: &'a Shell,
    base: &'a str,
    token: String,
    typed: &'a str,
    /// Where a letter went.
    sent_to: Option<String>,
    wrong: Option<String>,
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    CurrentUser { session }: CurrentUser,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    room.desk.post.is_open().then_some(()).ok_or_else(impossible)?;
    let read = async |work: &mut Work| work.user(&session.user).await;
    let user = room.database.read(visit.at, read).await?;
    // Their own, as long as nobody knows whether it is theirs.
    let unproved = user.filter(|user| user.email_verified_at.is_none());
    let typed = unproved.map(|user| user.email.to_string()).unwrap_or_default();
    let sent_to = browser.recall(SENT).await?.filter(|to| !to.is_empty());
    if sent_to.is_some() {
        browser.remember(SENT, "").await?;
    }
    show((&visit, &browser), (&typed, sent_to, StatusCode::OK, None)).await
}

const SENT: &str = "new_address";

/// Without mail an address cannot be confirmed.
fn impossible() -> Problem {
    Problem::not_found().coded("mail_off")
}

async fn show(
    (visit, browser): (&Visit, &Browser),
    (typed, sent_to, status, wrong): (&str, Option<String>, StatusCode, Option<Phrase>),
) -> Result<Response, Problem> {
    let (shell, base, token) = (&visit.shell, &*visit.base, browser.token().await?);
    let wrong = wrong.map(Into::into);
    let page = EmailPage { shell, base, token, typed, sent_to, wrong };
    Ok(Page::new(page).with_status(status).into_response())
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    CurrentUser { session }: CurrentUser,
    visit: Visit,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    room.desk.post.is_open().then_some(()).ok_or_else(impossible)?;
    let here = (&visit, &browser);
    let typed: String = fields.text("email").trim().chars().take(320).collect();
    if !browser.vouches(fields.text("token")).await? {
        let words = visit.shell.say("sign-in-once-more");
        return show(here, (&typed, None, StatusCode::OK, Some(words))).await;
    }
    let again = |words| (&*typed, None, StatusCode::UNPROCESSABLE_ENTITY, Some(words));
    let Some(wanted) = Email::parse(&typed) else {
        return show(here, again(visit.shell.say("register-no-email"))).await;
    };
    let present = fields.secret("present");
    match vouch(&room.desk, visit.at, (&session.user, &present)).await {
        Ok((user, _)) => {
            ask_for(&room.desk, visit.at, (&user, &wanted)).await?;
            browser.remember(SENT, wanted.as_str()).await?;
            Ok(see_other(&visit.place("/account/email")))
        }
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(Unchanged::Full)) => {
            show(here, again(visit.shell.say("change-too-many"))).await
        }
        Err(No::Refused(_)) => show(here, again(visit.shell.say("change-mismatch"))).await,
    }
}

#[derive(Template)]
#[template(path = "journey/email.html")]
struct ConfirmPage<'a> {
    shell: &'a Shell,
    action: String,
    token: String,
    email: String,
    is_undo: bool,
    wrong: Option<String>,
}

fn other(visit: &Visit) -> (&'static str, Phrase) {
    ("/account/email", visit.shell.say("move-title"))
}

pub(super) async fn confirm_ask(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    page(&room, (&visit, &browser), (Purpose::EmailChange, &token, None)).await
}

pub(super) async fn undo_ask(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    page(&room, (&visit, &browser), (Purpose::EmailUndo, &token, None)).await
}

async fn page(
    room: &Room,
    (visit, browser): (&Visit, &Browser),
    (purpose, token, wrong): (Purpose, &str, Option<Phrase>),
) -> Result<Response, Problem> {
    let email = match address(&room.desk, visit.at, (purpose, &Secret::new(token))).await? {
        Ok(email) => email.to_string(),
        Err(dead) => return Ok(over(visit, dead, other(visit))),
    };
    let is_undo = purpose == Purpose::EmailUndo;
    let path = if is_undo { "/email/undo" } else { "/email" };
    let action = visit.place(&format!("{path}/{token}"));
    let (shell, token) = (&visit.shell, browser.token().await?);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let wrong = wrong.map(Into::into);
    let page = ConfirmPage { shell, action, token, email, is_undo, wrong };
    Ok(Page::new(page).with_status(status).into_response())
}

pub(super) async fn confirm(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    finish(&room, (&visit, &browser), (Purpose::EmailChange, &token, &fields)).await
}

pub(super) async fn undo(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    finish(&room, (&visit, &browser), (Purpose::EmailUndo, &token, &fields)).await
}

async fn finish(
    room: &Room,
    (visit, browser): (&Visit, &Browser),
    (purpose, token, fields): (Purpose, &str, &Fields),
) -> Result<Response, Problem> {
    let here = (visit, browser);
    if !browser.vouches(fields.text("token")).await? {
        return page(room, here, (purpose, token, Some(visit.shell.say("sign-in-once-more"))))
            .await;
    }
    let secret = Secret::new(token);
    match move_to(&room.desk, visit.at, (purpose, &secret), &visit.asker).await {
        // Whoever took it back does not trust the password any more.
        Ok(_) if purpose == Purpose::EmailUndo => Ok(see_other(&visit.place("/forgot"))),
        Ok(_) => Ok(see_other(&visit.place("/account"))),
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(Unmoved::Dead(dead))) => Ok(over(visit, dead, other(visit))),
        Err(No::Refused(Unmoved::Taken)) => {
            page(room, here, (purpose, token, Some(visit.shell.say("move-taken")))).await
        }
    }
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("account/email", "", |shell| sample(shell, None, None)),
    Sample::of("account/email", "sent", |shell| sample(shell, Some(EMAIL), None)),
    Sample::of("account/email", "wrong", |shell| {
        sample(shell, None, Some(shell.say("sign-in-mismatch").into()))
    }),
    Sample::of("journey/email", "", |shell| sample_link(shell, false)),
    Sample::of("journey/email", "undo", |shell| sample_link(shell, true)),
];

fn sample(shell: &Shell, sent_to: Option<&str>, wrong: Option<String>) -> Response {
    let (typed, sent_to) = (wrong.as_ref().map_or("", |_| EMAIL), sent_to.map(str::to_owned));
    let token = String::new();
    Page::new(EmailPage { shell, base: "", token, typed, sent_to, wrong }).into_response()
}

fn sample_link(shell: &Shell, is_undo: bool) -> Response {
    let (email, action, token) = (EMAIL.into(), String::new(), String::new());
    Page::new(ConfirmPage { shell, action, token, email, is_undo, wrong: None }).into_response()
}
