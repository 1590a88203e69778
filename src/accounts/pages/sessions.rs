//! Where somebody is signed in: each place can be ended, and all others at once.

use super::Room;
use super::overview::{Row, row, sample_rows};
use crate::events::{Actor, Context};
use crate::kernel::failure::{Done, unrefused};
use crate::kernel::ids::RequestId;
use crate::platform::storage::Work;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::end::{Reason, end_others};
use crate::sessions::http::{Browser, CurrentUser, see_other};
use crate::sessions::model::Sessions;
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
