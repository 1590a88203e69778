//! Signing out: asked first, since a link or a picture must not do it.

use super::{Journey, Room};
use crate::events::{Actor, Context};
use crate::kernel::failure::{Done, unrefused};
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::end::end_here;
use crate::sessions::http::{Browser, CurrentUser, MaybeUser, see_other};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "signin/sign_out.html")]
struct AskPage<'a> {
    shell: &'a Shell,
    base: &'a str,
    token: String,
}

#[derive(Template)]
#[template(path = "signin/signed_out.html")]
struct DonePage<'a> {
    shell: &'a Shell,
    base: &'a str,
}

pub(super) async fn ask(
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    if user.is_none() {
        return Ok(see_other(&format!("{}/logout/done", journey.base)));
    }
    let token = browser.token().await?;
    Ok(Page::new(AskPage { shell: &journey.shell, base: &journey.base, token }).into_response())
}

/// Everybody who is signed in here leaves. The sessions end first: if forgetting the browser fails, its name leads to nobody.
pub(super) async fn sign_out(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    if !browser.vouches(fields.text("token")).await? {
        return Ok(see_other(&format!("{}/logout", journey.base)));
    }
    if let Some(CurrentUser { session }) = user {
        let actor = Actor::User { user: session.user.clone() };
        let context = Context { actor, request: journey.request.clone() };
        let end = async |work: &mut Work| Ok(end_here(work, &session.browser, &context).await?);
        let done: Done<()> = room.ground.database.write(journey.at, end).await;
        unrefused(done)?;
    }
    browser.forget().await?;
    Ok(see_other(&format!("{}/logout/done", journey.base)))
}

pub(super) async fn done(journey: Journey) -> Response {
    Page::new(DonePage { shell: &journey.shell, base: &journey.base }).into_response()
}
