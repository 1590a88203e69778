//! What happened to one's own account, in plain words, the newest first.

use super::{Room, for_user};
use crate::accounts::browser_name::browser_name;
use crate::accounts::model::Users;
use crate::accounts::model::activity::{Activity, Entry, KEPT_FOR};
use crate::kernel::ids::EventId;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::messages::{Language, Phrase};
use crate::platform::storage::Work;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, CurrentUser};
use crate::tenants::http::CurrentTenant;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use url::form_urlencoded;

#[derive(Template)]
#[template(path = "account/activity.html")]
struct ActivityPage {
    shell: Shell,
    base: String,
    rows: Vec<Row>,
    /// Where it goes on, if it does.
    older: Option<String>,
    is_later: bool,
    days: i64,
}

pub(super) struct Row {
    pub(super) words: String,
    pub(super) at: String,
    /// The browser, and from where.
    pub(super) place: Option<String>,
}

const ON_A_PAGE: usize = 25;

/// Sorts after every id.
pub(super) const END: &str = "~";

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, shell): (Browser, Shell),
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let before = pairs.find(|(name, _)| name == "before").map(|(_, id)| id);
    let before = before.filter(|id| EventId::parse(id).is_some());
    let from = before.as_deref().unwrap_or(END);
    let limit = i64::try_from(ON_A_PAGE + 1).unwrap_or(i64::MAX);
    let read = async |work: &mut Work| {
        let user = work.user(&session.user).await?;
        Ok((user, work.activity_of(&session.user, from, limit).await?))
    };
    let (user, mut found) = room.database.read(browser.at, read).await?;
    let user = user.ok_or_else(|| Problem::broken("a session of nobody"))?;
    let shell = for_user(shell, &user);
    let is_more = found.len() > ON_A_PAGE;
    found.truncate(ON_A_PAGE);
    let last = found.last().filter(|_| is_more).map(|entry| entry.id.clone());
    let page = ActivityPage {
        base: tenant.base(),
        rows: rows(&found, shell.language),
        older: last.map(|id| format!("{}/account/activity?before={id}", tenant.base())),
        is_later: before.is_some(),
        days: KEPT_FOR.as_seconds() / Lifetime::days(1).as_seconds(),
        shell,
    };
    Ok(Page::new(page).into_response())
}

pub(super) fn rows(entries: &[Entry], language: Language) -> Vec<Row> {
    entries.iter().map(|entry| row(entry, language)).collect()
}

fn row(entry: &Entry, language: Language) -> Row {
    let place = entry.device.as_ref().map(|(device, address)| {
        let browser = browser_name(device, language);
        match address {
            Some(address) => language
                .say("activity-place")
                .with("browser", browser)
                .with("address", address)
                .into(),
            None => browser,
        }
    });
    Row { words: words(entry, language).into(), at: language.moment(entry.at), place }
}

fn words(entry: &Entry, language: Language) -> Phrase {
    let about = entry.about.as_str();
    match entry.kind.as_str() {
        "user.created" => language.say("activity-created"),
        "user.email_changed" => language.say("activity-email"),
        "user.password_changed" => language.say("activity-password"),
        "user.updated" => language.say("activity-profile"),
        "user.locked" => language.say("activity-locked"),
        "user.activated" => language.say("activity-activated"),
        "document.accepted" => language.say("activity-document"),
        "factor.added" if about == "passkey" => language.say("activity-passkey-added"),
        "factor.added" => language.say("activity-app-added"),
        "factor.removed" if about == "passkey" => language.say("activity-passkey-removed"),
        "factor.removed" => language.say("activity-app-removed"),
        "recovery_code.used" => language.say("activity-code-used"),
        "recovery_codes.renewed" => language.say("activity-codes-renewed"),
        "role.assigned" => language.say("activity-role-given").with("role", about),
        "role.removed" => language.say("activity-role-taken").with("role", about),
        "group.member_added" => language.say("activity-group-in").with("group", about),
        "group.member_removed" => language.say("activity-group-out").with("group", about),
        "login.succeeded" => language.say("activity-signed-in"),
        "login.failed" => language.say("activity-failed"),
        "login.blocked" => language.say("activity-blocked"),
        "login.unlocked" => language.say("activity-unlocked"),
        "logout.completed" => language.say("activity-signed-out"),
        "session.revoked" => language.say("activity-ended"),
        "consent.granted" => language.say("activity-allowed"),
        "consent.revoked" => language.say("activity-taken-back"),
        "identity.linked" => language.say("activity-linked").with("provider", about),
        "identity.unlinked" => language.say("activity-unlinked").with("provider", about),
        _ => language.say("activity-other"),
    }
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("account/activity", "", |shell| sample(shell, sample_rows(shell.language))),
    Sample::of("account/activity", "none", |shell| sample(shell, Vec::new())),
];

pub(super) fn sample_rows(language: Language) -> Vec<Row> {
    let seen = ["login.succeeded", "factor.added", "identity.linked", "user.password_changed"];
    let agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";
    let entry = |(kind, ago): (&str, i64)| Entry {
        id: String::new(),
        at: Timestamp::from_seconds(1_784_000_000 - ago * 86_400),
        kind: kind.into(),
        about: "Example University".into(),
        device: Some((agent.into(), Some("198.51.100.7".into()))),
    };
    rows(&seen.into_iter().zip(0..).map(entry).collect::<Vec<_>>(), language)
}

fn sample(shell: &Shell, rows: Vec<Row>) -> Response {
    let page = ActivityPage {
        base: String::new(),
        older: (!rows.is_empty()).then(|| "/account/activity".into()),
        rows,
        is_later: false,
        days: 90,
        shell: shell.clone(),
    };
    Page::new(page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::model::activity::KINDS;

    // ACC-11: each kind that is kept has words of its own
    #[test]
    fn nothing_that_happened_is_left_without_words() {
        let said = |kind: &str| {
            let (kind, at) = (kind.to_owned(), Timestamp::default());
            let entry = Entry { id: String::new(), at, kind, about: String::new(), device: None };
            words(&entry, Language::English).to_string()
        };
        let other = said("anything else");
        for kind in KINDS {
            assert_ne!(said(kind), other, "{kind}");
        }
    }
}
