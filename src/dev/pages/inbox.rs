//! The mail that was caught: every letter, the newest first, its link ready to be opened; and what the authenticator
//! apps of the demo people show.

use super::Setting;
use crate::dev::seed::{PEOPLE, seed};
use crate::kernel::time::Timestamp;
use crate::platform::mail::{Captured, captured};
use crate::platform::storage::At;
use crate::platform::web::headers::letter as dressed;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::tenants::http::shell;
use crate::tenants::model::Tenant;
use askama::Template;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "dev/inbox.html")]
struct Inbox {
    shell: Shell,
    codes: Vec<(&'static str, String)>,
    letters: Vec<Row>,
}

struct Row {
    letter: Captured,
    sent_at: String,
    /// The one thing to do, if there is one.
    link: Option<String>,
}

pub(super) async fn inbox(setting: &Setting, tenant: &Tenant) -> Response {
    let at = At { tenant: tenant.id, now: setting.ambient.now() };
    match captured(&setting.making.database, at).await {
        Ok(letters) => {
            let letters = letters.into_iter().map(row).collect();
            let codes = codes(at.now);
            Page::new(Inbox { shell: shell(tenant), codes, letters }).into_response()
        }
        Err(failure) => Problem::from(failure).into_response(),
    }
}

/// Of those whose key everybody knows.
fn codes(now: Timestamp) -> Vec<(&'static str, String)> {
    let known = PEOPLE.iter().filter_map(|person| Some((person.email, seed(person)?)));
    known.map(|(email, seed)| (email, seed.code(now))).collect()
}

/// One letter, as a mail program shows it.
pub(super) async fn letter(setting: &Setting, tenant: &Tenant, id: &str) -> Response {
    let at = At { tenant: tenant.id, now: setting.ambient.now() };
    let letters = match captured(&setting.making.database, at).await {
        Ok(letters) => letters,
        Err(failure) => return Problem::from(failure).into_response(),
    };
    match letters.into_iter().find(|letter| letter.id == id).and_then(|letter| letter.html) {
        Some(html) => dressed(html),
        None => Problem::not_found().into_response(),
    }
}

fn row(letter: Captured) -> Row {
    let links = letter.text.lines().filter_map(|line| line.strip_prefix("    http"));
    let link = links.map(|rest| format!("http{rest}")).next();
    Row { sent_at: super::day(letter.sent_at), link, letter }
}
