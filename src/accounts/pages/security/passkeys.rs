//! Passkeys are added, named and removed.

use super::authenticator::changed;
use super::codes;
use crate::accounts::factors::passkey::{Party, add, ask_to_add, remove};
use crate::accounts::factors::{recovery, second};
use crate::accounts::model::{Passkeys, Users};
use crate::accounts::pages::Room;
use crate::accounts::pages::sure::SureUser;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::platform::storage::Work;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::forms::Fields;
use crate::platform::web::headers::{Nonce, Policy};
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, CurrentUser, see_other};
use crate::tenants::http::CurrentTenant;
use crate::tenants::model::Tenant;
use askama::Template;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/passkey.html")]
struct AddPage {
    shell: Shell,
    base: String,
    token: String,
    nonce: String,
    wrong: bool,
}

const LONGEST_NAME: usize = 40;

fn party<'r>(
    room: &'r Room,
    shell: &Shell,
    (browser, arrival): (&Browser, &Arrival),
) -> Result<Party<'r>, Failure> {
    let name = browser.name().ok_or_else(|| Failure::broken("a form came from no browser"))?;
    let host = arrival.host.as_ref().ok_or_else(|| Failure::broken("a page without a host"))?;
    Party::new((host, browser.scheme()), &shell.name, &room.sealer, name)
}

pub(in crate::accounts::pages) async fn ask(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    _: SureUser,
    (browser, shell): (Browser, Shell),
) -> Result<Response, Problem> {
    page(&room, &tenant, (&browser, shell), StatusCode::OK).await
}

async fn page(
    room: &Room,
    tenant: &Tenant,
    (browser, shell): (&Browser, Shell),
    status: StatusCode,
) -> Result<Response, Problem> {
    let nonce = Nonce::fresh(&room.ambient);
    let page = AddPage {
        shell,
        base: tenant.base(),
        token: browser.token().await?,
        nonce: nonce.as_str().to_owned(),
        wrong: status != StatusCode::OK,
    };
    let policy = Policy::default().with_scripts(nonce);
    Ok(Page::new(page).with_status(status).with_policy(policy).into_response())
}

pub(in crate::accounts::pages) async fn options(
    State(room): State<Arc<Room>>,
    user: SureUser,
    (browser, arrival, shell): (Browser, Arrival, Shell),
    fields: Fields,
) -> Result<Response, Problem> {
    if !browser.vouches(fields.text("token")).await? {
        return Err(Problem::of_status(StatusCode::FORBIDDEN));
    }
    let party = party(&room, &shell, (&browser, &arrival))?;
    let put = async |work: &mut Work| {
        let found = work.user(&user.session.user).await?;
        let found = found.ok_or_else(|| Failure::broken("a session of nobody"))?;
        Ok(ask_to_add(&party, work, &found).await?)
    };
    let done: Done<_> = room.database.write(browser.at, put).await;
    let question = unrefused(done)?;
    let body = json!({ "ceremony": question.ceremony.as_str(), "options": question.options });
    let kind = HeaderValue::from_static("application/json");
    Ok(([(CONTENT_TYPE, kind)], body.to_string()).into_response())
}

/// The first factor brings recovery codes along: whoever loses it is not lost.
pub(in crate::accounts::pages) async fn take(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    user: SureUser,
    (browser, arrival, shell): (Browser, Arrival, Shell),
    fields: Fields,
) -> Result<Response, Problem> {
    if !browser.vouches(fields.text("token")).await? {
        return page(&room, &tenant, (&browser, shell), StatusCode::OK).await;
    }
    let party = party(&room, &shell, (&browser, &arrival))?;
    let (id, name) = (&user.session.user, called(fields.text("name")));
    let codes = if user.factors.any() { Vec::new() } else { recovery::draw(&room.ambient) };
    let keep = async |work: &mut Work| {
        let answer = (fields.text("ceremony"), fields.text("credential"));
        if !add(&party, work, (id, &name), answer, &user.context).await? {
            return Err(No::Refused(()));
        }
        if !codes.is_empty() {
            second::renew_recovery_codes(work, (id, &codes), &user.context).await?;
        }
        Ok(changed(work, &user).await?)
    };
    match room.database.write(browser.at, keep).await {
        Ok(()) if codes.is_empty() => Ok(here(&tenant)),
        Ok(()) => Ok(codes::page(shell, &tenant, &codes)),
        Err(No::Refused(())) => {
            page(&room, &tenant, (&browser, shell), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(No::Failed(failure)) => Err(failure.into()),
    }
}

fn called(typed: &str) -> String {
    let name: String =
        typed.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if name.is_empty() { "Passkey".to_owned() } else { name }
}

fn here(tenant: &Tenant) -> Response {
    see_other(&format!("{}/account/security", tenant.base()))
}

/// A name opens nothing, so nothing is asked for it.
pub(in crate::accounts::pages) async fn rename(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    if browser.vouches(fields.text("token")).await? {
        let (id, name) = (fields.text("passkey"), called(fields.text("name")));
        let keep =
            async |work: &mut Work| Ok(work.rename_passkey(&session.user, id, &name).await?);
        let done: Done<bool> = room.database.write(browser.at, keep).await;
        unrefused(done)?;
    }
    Ok(here(&tenant))
}

pub(in crate::accounts::pages) async fn take_away(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    user: SureUser,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    if browser.vouches(fields.text("token")).await? {
        let take = async |work: &mut Work| {
            let passkey = (&user.session.user, fields.text("passkey"));
            if remove(work, passkey, &user.context).await? {
                changed(work, &user).await?;
            }
            Ok(())
        };
        let done: Done<()> = room.database.write(browser.at, take).await;
        unrefused(done)?;
    }
    Ok(here(&tenant))
}

pub(in crate::accounts::pages) const SAMPLES: &[Sample] = &[
    Sample::of("account/passkey", "", |shell| sample(shell, false)),
    Sample::of("account/passkey", "wrong", |shell| sample(shell, true)),
];

fn sample(shell: &Shell, wrong: bool) -> Response {
    let nonce = Nonce::of(Default::default());
    let (shell, base, token) = (shell.clone(), String::new(), String::new());
    let page = AddPage { shell, base, token, nonce: nonce.as_str().to_owned(), wrong };
    Page::new(page).with_policy(Policy::default().with_scripts(nonce)).into_response()
}
