//! The first room of an account: what would make it safer, what happened lately, and who it belongs to.

use super::activity::{self, rows};
use super::{Room, for_user};
use crate::accounts::factors::recovery::FEW;
use crate::accounts::model::activity::Activity;
use crate::accounts::model::{Factors, SecondFactors, Users};
use crate::platform::messages::Phrase;
use crate::platform::storage::Work;
use crate::platform::web::page::{Marked, Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, NAME, Sample};
use crate::sessions::http::{Browser, CurrentUser};
use crate::tenants::http::CurrentTenant;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/overview.html")]
struct Overview {
    shell: Shell,
    base: String,
    name: String,
    email: String,
    points: Vec<Point>,
    lately: Vec<activity::Row>,
}

impl Overview {
    fn to_do(&self) -> usize {
        self.points.iter().filter(|point| point.todo.is_some()).count()
    }
}

/// One line of the security check.
struct Point {
    title: String,
    note: String,
    /// Where it can be done, and what the button says; absent when it is done.
    todo: Option<(&'static str, Marked)>,
}

impl Point {
    fn done(title: Phrase, note: Phrase) -> Self {
        Self { title: title.into(), note: note.into(), todo: None }
    }

    fn of(title: Phrase, note: Phrase, todo: (&'static str, Marked)) -> Self {
        Self { todo: Some(todo), ..Self::done(title, note) }
    }
}

/// What happened lately, in so many lines.
const LINES: i64 = 5;

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, shell): (Browser, Shell),
) -> Result<Response, Problem> {
    let read = async |work: &mut Work| {
        let user = work.user(&session.user).await?;
        let factors = work.factors_of(&session.user).await?;
        Ok((user, factors, work.activity_of(&session.user, activity::END, LINES).await?))
    };
    let (user, factors, entries) = room.database.read(browser.at, read).await?;
    let user = user.ok_or_else(|| Problem::broken("a session of nobody"))?;
    let shell = for_user(shell, &user);
    let is_proved = user.email_verified_at.is_some() || !room.desk.post.is_open();
    let page = Overview {
        base: tenant.base(),
        points: points(&shell, (factors, is_proved)),
        lately: rows(&entries, shell.language),
        email: user.email.to_string(),
        name: user.name,
        shell,
    };
    Ok(Page::new(page).into_response())
}

/// What is to be done comes first.
fn points(shell: &Shell, (factors, is_proved): (Factors, bool)) -> Vec<Point> {
    let mut points = vec![passkey(shell, factors), two_step(shell, factors)];
    points.extend(factors.any().then(|| codes(shell, factors.recovery_codes)));
    points.extend((!is_proved).then(|| address(shell)));
    points.sort_by_key(|point| point.todo.is_none());
    points
}

fn passkey(shell: &Shell, factors: Factors) -> Point {
    let todo = ("/account/security/passkeys/add", shell.mark("overview-passkey-do"));
    if factors.passkey {
        return Point::done(shell.say("overview-passkey"), shell.say("overview-passkey-note"));
    }
    let (title, note) = ("security-passkey-add", "security-passkey-none-note");
    Point::of(shell.say(title), shell.say(note), todo)
}

fn two_step(shell: &Shell, factors: Factors) -> Point {
    let todo = ("/account/security", shell.mark("overview-two-step-do"));
    if factors.any() {
        return Point::done(shell.say("overview-two-step"), shell.say("security-two-step-on"));
    }
    Point::of(shell.say("overview-two-step-off"), shell.say("security-two-step-off"), todo)
}

fn codes(shell: &Shell, left: i64) -> Point {
    let title = shell.say("overview-codes").count("left", left);
    if left > FEW {
        return Point::done(title, shell.say("security-way-back-note"));
    }
    let todo = ("/account/security", shell.mark("security-codes-renew"));
    Point::of(title, shell.say("overview-codes-few"), todo)
}

fn address(shell: &Shell) -> Point {
    let todo = ("/account/email", shell.mark("overview-email-do"));
    Point::of(shell.say("overview-email"), shell.say("overview-email-note"), todo)
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("account/overview", "", |shell| sample(shell, (Factors::default(), false))),
    Sample::of("account/overview", "few-codes", |shell| {
        sample(shell, (Factors { totp: true, passkey: false, recovery_codes: 2 }, true))
    }),
    Sample::of("account/overview", "safe", |shell| {
        sample(shell, (Factors { totp: true, passkey: true, recovery_codes: 9 }, true))
    }),
];

fn sample(shell: &Shell, standing: (Factors, bool)) -> Response {
    let page = Overview {
        shell: shell.clone(),
        base: String::new(),
        name: NAME.into(),
        email: EMAIL.into(),
        points: points(shell, standing),
        lately: activity::sample_rows(shell.language),
    };
    Page::new(page).into_response()
}
