//! How somebody proves who they are: what there is, and what would make it safer.

pub(super) mod authenticator;
pub(super) mod codes;
pub(super) mod passkeys;

use super::{Room, day};
use crate::accounts::factors::recovery::{COUNT, FEW};
use crate::accounts::model::{Authenticator, Factors, Passkey, Passkeys, SecondFactors};
use crate::platform::storage::Work;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, CurrentUser};
use crate::tenants::http::CurrentTenant;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/security.html")]
struct Security {
    shell: Shell,
    base: String,
    token: String,
    factors: Factors,
    app: Option<App>,
    passkeys: Vec<Row>,
    made: usize,
    few: i64,
}

struct Row {
    id: String,
    name: String,
    is_synced: bool,
    is_suspected: bool,
    added: String,
    used: Option<String>,
}

struct App {
    added: String,
    used: Option<String>,
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    browser: Browser,
    shell: Shell,
) -> Result<Response, Problem> {
    let read = async |work: &mut Work| {
        let factors = work.factors_of(&session.user).await?;
        let passkeys = work.passkeys_of(&session.user).await?;
        Ok((factors, work.authenticator_of(&session.user).await?, passkeys))
    };
    let (factors, kept, passkeys) = room.database.read(browser.at, read).await?;
    let page = Security {
        shell,
        base: tenant.base(),
        token: browser.token().await?,
        factors,
        app: kept.as_ref().and_then(app),
        passkeys: passkeys.into_iter().map(row).collect(),
        made: COUNT,
        few: FEW,
    };
    Ok(Page::new(page).into_response())
}

fn app(kept: &Authenticator) -> Option<App> {
    let confirmed_at = kept.confirmed_at?;
    Some(App { added: day(confirmed_at), used: kept.used_at.map(day) })
}

fn row(passkey: Passkey) -> Row {
    Row {
        id: passkey.id,
        name: passkey.name,
        is_synced: passkey.is_synced,
        is_suspected: passkey.suspected_at.is_some(),
        added: day(passkey.made_at),
        used: passkey.used_at.map(day),
    }
}

pub(in crate::accounts::pages) const SAMPLES: &[Sample] = &[
    Sample::of("account/security", "", |shell| sample(shell, Factors::default())),
    Sample::of("account/security", "two-steps", |shell| {
        sample(shell, Factors { totp: true, passkey: true, recovery_codes: 9 })
    }),
    Sample::of("account/security", "few-codes", |shell| {
        sample(shell, Factors { totp: true, passkey: false, recovery_codes: 2 })
    }),
];

fn sample(shell: &Shell, factors: Factors) -> Response {
    let (added, used) = ("2026-03-14".to_owned(), Some("2026-07-02".to_owned()));
    let passkey = |(name, is_synced, is_suspected): (&str, bool, bool)| Row {
        id: name.to_lowercase(),
        name: name.into(),
        is_synced,
        is_suspected,
        added: added.clone(),
        used: used.clone().filter(|_| !is_synced),
    };
    let passkeys = [("Laptop", false, false), ("Phone", true, true)];
    let page = Security {
        shell: shell.clone(),
        base: String::new(),
        token: String::new(),
        app: factors.totp.then(|| App { added: added.clone(), used: used.clone() }),
        passkeys: passkeys.into_iter().filter(|_| factors.passkey).map(passkey).collect(),
        factors,
        made: COUNT,
        few: FEW,
    };
    Page::new(page).into_response()
}
