//! Which of those who are signed in in this browser is meant, or another one.

use super::super::choose::{Account, accounts, choose};
use super::login::{USERNAME, purpose};
use super::{Journey, Room};
use crate::kernel::failure::Failure;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, NAME, Sample};
use crate::sessions::http::{Browser, CurrentUser, see_other};
use crate::signin::model::Purpose;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "signin/accounts.html")]
struct AccountsPage<'a> {
    shell: &'a Shell,
    purpose: &'a Purpose,
    action: String,
    other: String,
    token: String,
    accounts: Vec<Choice>,
}

struct Choice {
    session: String,
    name: String,
    email: String,
    /// Without a question: the session is not over.
    is_live: bool,
}

impl Choice {
    fn of(account: &Account) -> Self {
        Self {
            session: account.session.id.to_string(),
            name: account.user.name.clone(),
            email: account.user.email.to_string(),
            is_live: account.is_live,
        }
    }
}

/// Those that can be chosen here.
pub(super) async fn known(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
) -> Result<Vec<Account>, Failure> {
    match browser.name() {
        Some(name) => accounts(&room.ground, journey.at, (&name, browser.limits)).await,
        None => Ok(Vec::new()),
    }
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    let accounts = known(&room, &journey, &browser).await?;
    if accounts.is_empty() {
        return Ok(see_other(&journey.place("/login")));
    }
    let page = AccountsPage {
        shell: &journey.shell,
        purpose: &journey.purpose,
        action: journey.place("/login/accounts"),
        other: journey.place_of_others(),
        token: browser.token().await?,
        accounts: accounts.iter().map(Choice::of).collect(),
    };
    Ok(Page::new(page).with_policy(journey.policy()).into_response())
}

/// Whoever is signed in goes on, as far as that is enough; of whoever was, the password is asked.
pub(super) async fn take(
    State(room): State<Arc<Room>>,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let here = see_other(&journey.place("/login/accounts"));
    if !browser.vouches(fields.text("token")).await? {
        return Ok(here);
    }
    let wanted = fields.text("session");
    let accounts = known(&room, &journey, &browser).await?;
    let chosen = accounts.into_iter().find(|one| one.session.id.as_str() == wanted);
    let (Some(chosen), Some(before)) = (chosen, browser.name()) else { return Ok(here) };
    browser.remember(USERNAME, chosen.user.email.as_str()).await?;
    let password = see_other(&journey.place("/login/password"));
    if !chosen.is_live {
        return Ok(password);
    }
    let after = browser.rename().await?;
    let session = choose(&room.ground, journey.at, &chosen.session, (&before, &after)).await?;
    let user = session.map(|session| CurrentUser { session });
    let is_over = journey.is_over(&room, user.as_ref()).await?;
    Ok(if is_over { see_other(&journey.end()) } else { password })
}

pub(super) const SAMPLES: &[Sample] = &[Sample::of("signin/accounts", "", |shell| {
    let choice = |(name, email, is_live): (&str, &str, bool)| Choice {
        session: name.to_lowercase(),
        name: name.into(),
        email: email.into(),
        is_live,
    };
    let known = [(NAME, EMAIL, true), ("Grace Lindqvist", "grace@example.test", false)];
    let page = AccountsPage {
        shell,
        purpose: &purpose(),
        action: "/login/accounts".into(),
        other: "/login".into(),
        token: String::new(),
        accounts: known.map(choice).into(),
    };
    Page::new(page).into_response()
})];
