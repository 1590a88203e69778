//! One's own profile: what applications may be told, and what the organisation keeps of its people.

mod form;
mod samples;

pub(super) use samples::SAMPLES;

use super::{Room, for_user};
use crate::accounts::model::{AttributeSchema, AttributeSchemas, User, Users};
use crate::accounts::update::{Editor, Refusal, update};
use crate::events::{Actor, Context};
use crate::kernel::failure::No;
use crate::kernel::ids::{RequestId, UserId};
use crate::platform::messages::Phrase;
use crate::platform::storage::{At, Work};
use crate::platform::web::arrival::Arrival;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, CurrentUser, see_other};
use crate::tenants::http::CurrentTenant;
use crate::tenants::model::Tenant;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use form::{Group, groups, sent};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/profile.html")]
struct ProfilePage {
    shell: Shell,
    base: String,
    token: String,
    groups: Vec<Group>,
    wrong: Option<String>,
    saved: bool,
}

/// After a form that was saved.
const SAVED: &str = "saved";

pub(in crate::accounts::pages) async fn show(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, shell): (Browser, Shell),
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let (user, schema) = known(&room, browser.at, &session.user).await?;
    let shell = for_user(shell, &user);
    let groups = groups((&user, &schema), None, shell.language);
    let page = ProfilePage {
        saved: query.as_deref() == Some(SAVED),
        ..page((&tenant, shell), &browser, groups).await?
    };
    Ok(Page::new(page).into_response())
}

pub(in crate::accounts::pages) async fn save(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, arrival, shell): (Browser, Arrival, Shell),
    fields: Fields,
) -> Result<Response, Problem> {
    let (user, schema) = known(&room, browser.at, &session.user).await?;
    let (shell, changes) = (for_user(shell, &user), sent(&schema, &fields));
    if !browser.vouches(fields.text("token")).await? {
        let groups = groups((&user, &schema), Some((&changes, None)), shell.language);
        let wrong = Some(shell.say("sign-in-once-more").into());
        let page = ProfilePage { wrong, ..page((&tenant, shell), &browser, groups).await? };
        return Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let request = RequestId::parse(arrival.reference.as_str());
    let context = Context { actor: Actor::User { user: user.id.clone() }, request };
    let whose = (&user.id, Editor::Themselves);
    match update(&room.database, browser.at, whose, &changes, &context).await {
        Ok(_) => Ok(see_other(&format!("{}/account/profile?{SAVED}", tenant.base()))),
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(refusal)) => {
            let groups = groups((&user, &schema), Some((&changes, Some(&refusal))), shell.language);
            let wrong = Some(said(&refusal, &shell).into());
            let page = ProfilePage { wrong, ..page((&tenant, shell), &browser, groups).await? };
            Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn page(
    (tenant, shell): (&Tenant, Shell),
    browser: &Browser,
    groups: Vec<Group>,
) -> Result<ProfilePage, Problem> {
    let token = browser.token().await?;
    Ok(ProfilePage { shell, base: tenant.base(), token, groups, wrong: None, saved: false })
}

async fn known(room: &Room, at: At, user: &UserId) -> Result<(User, AttributeSchema), Problem> {
    let read = async |work: &mut Work| Ok((work.user(user).await?, work.attribute_schema().await?));
    let (user, schema) = room.database.read(at, read).await?;
    Ok((user.ok_or_else(|| Problem::broken("a session of nobody"))?, schema))
}

/// Nothing was saved, so the page says so before it says why.
fn said(refusal: &Refusal, shell: &Shell) -> Phrase {
    match refusal {
        Refusal::UsernameTaken(_) => shell.say("profile-taken"),
        _ => shell.say("profile-wrong"),
    }
}
