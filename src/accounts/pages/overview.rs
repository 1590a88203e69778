//! Who is signed in, since when, and where else: each place can be ended.

use super::{Room, for_user};
use crate::accounts::browser_name::browser_name;
use crate::accounts::model::Users;
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
use crate::platform::web::sample::{EMAIL, NAME, Sample};
use crate::sessions::end::{Reason, end};
use crate::sessions::http::{Browser, CurrentUser, see_other};
use crate::sessions::model::{Session, Sessions};
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
    token: String,
    name: String,
    email: String,
    rows: Vec<Row>,
}

pub(super) struct Row {
    pub(super) id: String,
    pub(super) device: String,
    /// From where they signed in.
    pub(super) address: Option<String>,
    pub(super) started_at: String,
    pub(super) seen_at: String,
    pub(super) is_here: bool,
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    browser: Browser,
    shell: Shell,
) -> Result<Response, Problem> {
    let read = async |work: &mut Work| {
        let user = work.user(&session.user).await?;
        Ok((user, work.sessions_of(&session.user).await?))
    };
    let (user, sessions) = room.database.read(browser.at, read).await?;
    let user = user.ok_or_else(|| Problem::broken("a session of nobody"))?;
    let shell = for_user(shell, &user);
    let live = sessions.iter().filter(|one| one.is_live(browser.limits, browser.at.now));
    let page = Overview {
        base: tenant.base(),
        token: browser.token().await?,
        name: user.name,
        email: user.email.to_string(),
        rows: live.map(|one| row(one, &session, shell.language)).collect(),
        shell,
    };
    Ok(Page::new(page).into_response())
}

pub(super) fn row(session: &Session, here: &Session, language: Language) -> Row {
    Row {
        id: session.id.to_string(),
        device: browser_name(&session.device, language),
        address: session.address.clone(),
        started_at: language.moment(session.started_at),
        seen_at: language.moment(session.seen_at),
        is_here: session.id == here.id,
    }
}

pub(super) async fn end_session(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, arrival): (Browser, Arrival),
    fields: Fields,
) -> Result<Response, Problem> {
    let here = format!("{}/account", tenant.base());
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

pub(super) const SAMPLES: &[Sample] = &[Sample::of("account/overview", "", |shell| {
    let page = Overview {
        shell: shell.clone(),
        base: String::new(),
        token: String::new(),
        name: NAME.into(),
        email: EMAIL.into(),
        rows: sample_rows(shell.language),
    };
    Page::new(page).into_response()
})];

pub(super) fn sample_rows(language: Language) -> Vec<Row> {
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
