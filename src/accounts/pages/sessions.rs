//! Where somebody is signed in: each place can be ended, and all others at once.

use super::Room;
use crate::accounts::browser_name::browser_name;
use crate::events::{Actor, Context};
use crate::kernel::failure::{Done, unrefused};
use crate::kernel::ids::{RequestId, SessionId};
use crate::kernel::time::Timestamp;
use crate::platform::messages::Language;
use crate::platform::storage::Work;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::end::{Reason, end, end_others};
use crate::sessions::http::{Browser, CurrentUser, see_other};
use crate::sessions::model::{Session, Sessions};
use crate::tenants::http::CurrentTenant;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage {
    shell: Shell,
    base: String,
    token: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    device: String,
    /// From where they signed in.
    address: Option<String>,
    started_at: String,
    seen_at: String,
    is_here: bool,
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    browser: Browser,
    shell: Shell,
) -> Result<Response, Problem> {
    let read = async |work: &mut Work| work.sessions_of(&session.user).await;
    let sessions = room.database.read(browser.at, read).await?;
    let live = sessions.iter().filter(|one| one.is_live(browser.limits, browser.at.now));
    let page = SessionsPage {
        base: tenant.base(),
        token: browser.token().await?,
        rows: live.map(|one| row(one, &session, shell.language)).collect(),
        shell,
    };
    Ok(Page::new(page).into_response())
}

fn row(session: &Session, here: &Session, language: Language) -> Row {
    Row {
        id: session.id.to_string(),
        device: browser_name(&session.device, language),
        address: session.address.clone(),
        started_at: language.moment(session.started_at),
        seen_at: language.moment(session.seen_at),
        is_here: session.id == here.id,
    }
}

pub(super) async fn end_one(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, arrival): (Browser, Arrival),
    fields: Fields,
) -> Result<Response, Problem> {
    let here = format!("{}/account/sessions", tenant.base());
    let wanted = SessionId::parse(fields.text("session"));
    let Some(wanted) = wanted.filter(|wanted| *wanted != session.id) else {
        return Ok(see_other(&here));
    };
    if !browser.vouches(fields.text("token")).await? {
        return Ok(see_other(&here));
    }
    let request = RequestId::parse(arrival.reference.as_str());
    let context = Context { actor: Actor::User { user: session.user.clone() }, request };
    let end = async |work: &mut Work| {
        end(work, (&wanted, &session.user), Reason::EndedByOwner, &context).await?;
        Ok(())
    };
    let done: Done<()> = room.database.write(browser.at, end).await;
    unrefused(done)?;
    Ok(see_other(&here))
}

pub(super) async fn end_all_others(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, arrival): (Browser, Arrival),
    fields: Fields,
) -> Result<Response, Problem> {
    if browser.vouches(fields.text("token")).await? {
        let request = RequestId::parse(arrival.reference.as_str());
        let context = Context { actor: Actor::User { user: session.user.clone() }, request };
        let end = async |work: &mut Work| {
            let spared = (&session.user, &session.id);
            Ok(end_others(work, spared, Reason::EndedByOwner, &context).await?)
        };
        let done: Done<()> = room.database.write(browser.at, end).await;
        unrefused(done)?;
    }
    Ok(see_other(&format!("{}/account/sessions", tenant.base())))
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("account/sessions", "", |shell| sample(shell, sample_rows(shell.language))),
    Sample::of("account/sessions", "only-here", |shell| {
        sample(shell, sample_rows(shell.language).into_iter().take(1).collect())
    }),
];

fn sample(shell: &Shell, rows: Vec<Row>) -> Response {
    let (shell, base, token) = (shell.clone(), String::new(), String::new());
    Page::new(SessionsPage { shell, base, token, rows }).into_response()
}

fn sample_rows(language: Language) -> Vec<Row> {
    let seen = [
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", 1_784_000_000),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/605.1", 1_783_640_000),
        ("curl/8", 1_782_000_000),
    ];
    let row = |(agent, seconds): (&str, i64)| Row {
        id: format!("ses_{seconds}"),
        device: browser_name(agent, language),
        address: Some("198.51.100.7".into()),
        started_at: language.moment(Timestamp::from_seconds(seconds - 86_400)),
        seen_at: language.moment(Timestamp::from_seconds(seconds)),
        is_here: seconds == 1_784_000_000,
    };
    seen.into_iter().map(row).collect()
}
