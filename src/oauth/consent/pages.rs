//! Connected applications: what each was allowed, since when, when it was last used; and taking it back (ACC-12).

use super::model::{Consent, Consents};
use super::revoke;
use super::words::say;
use crate::events::model::{Actor, Context};
use crate::kernel::failure::{Done, unrefused};
use crate::kernel::ids::{ClientId, RequestId};
use crate::kernel::time::Timestamp;
use crate::oauth::clients::model::{Clients, Registration};
use crate::oauth::resources::model::{Known, Resources};
use crate::platform::storage::{Database, Work};
use crate::platform::web::arrival::Arrival;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, CurrentUser, see_other};
use crate::tenants::http::CurrentTenant;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub fn routes(database: Database) -> Router {
    Router::new()
        .route("/account/applications", get(show))
        .route("/account/applications/revoke", post(take_back))
        .with_state(database)
}

#[derive(Template)]
#[template(path = "account/applications.html")]
struct ApplicationsPage {
    shell: Shell,
    base: String,
    token: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    host: String,
    may: Vec<String>,
    since: String,
    used: String,
}

async fn show(
    State(database): State<Database>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, shell): (Browser, Shell),
) -> Result<Response, Problem> {
    let find = async |work: &mut Work| {
        let mut found = Vec::new();
        for consent in work.consents_of(&session.user).await? {
            if let Some(known) = work.client(&consent.client).await? {
                found.push((consent, known.client.registration));
            }
        }
        let known = Known::new(work.resources().await?);
        Ok((found, known))
    };
    let (found, known) = database.read(browser.at, find).await?;
    let rows = found.iter().map(|(consent, registered)| row(&shell, consent, (registered, &known)));
    let rows = rows.collect();
    let page = ApplicationsPage { shell, base: tenant.base(), token: browser.token().await?, rows };
    Ok(Page::new(page).into_response())
}

fn row(shell: &Shell, consent: &Consent, (registered, known): (&Registration, &Known)) -> Row {
    let words = |token| say((token, &registered.resources), shell.language, known);
    let first = registered.redirect_uris.first();
    let url = first.and_then(|uri| url::Url::parse(uri.as_str()).ok());
    let host = url.and_then(|url| url.host_str().map(ToOwned::to_owned));
    Row {
        id: consent.client.to_string(),
        name: registered.name.clone(),
        host: host.unwrap_or_else(|| shell.say("applications-on-device").into()),
        may: consent.scope.tokens().map(words).collect(),
        since: shell.language.date(consent.made_at),
        used: shell.language.date(consent.used_at),
    }
}

async fn take_back(
    State(database): State<Database>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, arrival): (Browser, Arrival),
    fields: Fields,
) -> Result<Response, Problem> {
    let here = see_other(&format!("{}/account/applications", tenant.base()));
    let Some(client) = ClientId::parse(fields.text("client")) else { return Ok(here) };
    if !browser.vouches(fields.text("token")).await? {
        return Ok(here);
    }
    let request = RequestId::parse(arrival.reference.as_str());
    let context = Context { actor: Actor::User { user: session.user.clone() }, request };
    let end = async |work: &mut Work| Ok(revoke(work, (&session.user, &client), &context).await?);
    let done: Done<bool> = database.write(browser.at, end).await;
    unrefused(done)?;
    Ok(here)
}

pub const SAMPLES: &[Sample] = &[
    Sample::of("account/applications", "", |shell| sample(shell, &["Photos", "Notes"])),
    Sample::of("account/applications", "none", |shell| sample(shell, &[])),
];

fn sample(shell: &Shell, names: &[&str]) -> Response {
    let day = |seconds| shell.language.date(Timestamp::from_seconds(seconds));
    let row = |name: &&str| Row {
        id: name.to_lowercase(),
        name: (*name).to_owned(),
        host: format!("{}.example.test", name.to_lowercase()),
        may: ["profile", "email"]
            .into_iter()
            .map(|token| say((token, &[]), shell.language, &Known::default()))
            .collect(),
        since: day(1_773_000_000),
        used: day(1_784_000_000),
    };
    let (rows, shell) = (names.iter().map(row).collect(), shell.clone());
    let (base, token) = (String::new(), String::new());
    Page::new(ApplicationsPage { shell, base, token, rows }).into_response()
}
