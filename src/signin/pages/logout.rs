//! Signing out: asked first, since a link or a picture must not do it. Whoever came from a provider is told of it.

use super::{Journey, Room};
use crate::events::{Actor, Context};
use crate::federation::farewell::{Parting, exit, leave, left, part};
use crate::kernel::failure::{Done, unrefused};
use crate::kernel::secret::Secret;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::headers::Policy;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::end::end_here;
use crate::sessions::http::{Browser, CurrentUser, MaybeUser, see_other};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use url::form_urlencoded;

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
    left: Option<Left>,
}

/// A provider at which somebody may still be signed in.
struct Left {
    label: String,
    ticket: String,
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    let Some(CurrentUser { session }) = user else {
        return Ok(see_other(&format!("{}/logout/done", journey.base)));
    };
    let find = async |work: &mut Work| exit(work, session.id.as_str()).await;
    let exit = room.ground.database.read(journey.at, find).await?;
    let policy = exit.iter().fold(Policy::default(), Policy::with_form_to);
    let token = browser.token().await?;
    let page = AskPage { shell: &journey.shell, base: &journey.base, token };
    Ok(Page::new(page).with_policy(policy).into_response())
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
    let mut parting = None;
    if let Some(CurrentUser { session }) = user {
        let actor = Actor::User { user: session.user.clone() };
        let context = Context { actor, request: journey.request.clone() };
        let end = async |work: &mut Work| {
            end_here(work, &session.browser, &context).await?;
            let back = (journey.issuer.as_str(), None);
            Ok(part(work, &room.ground.sealer, session.id.as_str(), back).await?)
        };
        let done: Done<_> = room.ground.database.write(journey.at, end).await;
        parting = unrefused(done)?;
    }
    browser.forget().await?;
    Ok(see_other(&match parting {
        None => format!("{}/logout/done", journey.base),
        Some(Parting::Offer(ticket)) => {
            format!("{}/logout/done?at={}", journey.base, ticket.reveal())
        }
        Some(Parting::Go(place)) => place,
    }))
}

/// Before somebody goes on to the provider (`at`), and when they are back from there (`state`).
pub(super) async fn done(
    State(room): State<Arc<Room>>,
    RawQuery(query): RawQuery,
    journey: Journey,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let sent = pairs.find(|(name, _)| name == "at" || name == "state");
    let (mut shown, mut policy) = (None, Policy::default());
    if let Some((name, text)) = sent {
        let ticket = Secret::new(text);
        let find = async |work: &mut Work| left(work, &ticket).await;
        let found = room.ground.database.read(journey.at, find).await?;
        let is_back = name == "state";
        if let Some(place) = found.as_ref().and_then(|one| one.return_to.as_ref()) {
            return Ok(see_other(place));
        }
        if let Some(left) = found.filter(|_| !is_back) {
            policy = left.origin.iter().fold(policy, Policy::with_form_to);
            shown = Some(Left { label: left.label, ticket: ticket.reveal().to_owned() });
        }
    }
    let page = DonePage { shell: &journey.shell, base: &journey.base, left: shown };
    Ok(Page::new(page).with_policy(policy).into_response())
}

/// The secret in the form is all that there is: nobody is signed in here any more.
pub(super) async fn elsewhere(
    State(room): State<Arc<Room>>,
    journey: Journey,
    _: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let ticket = fields.secret("at");
    let go = async |work: &mut Work| {
        let from = (journey.issuer.as_str(), &ticket);
        Ok(leave(work, &room.ground.sealer, from).await?)
    };
    let done: Done<Option<String>> = room.ground.database.write(journey.at, go).await;
    let nowhere = || format!("{}/logout/done", journey.base);
    Ok(see_other(&unrefused(done)?.unwrap_or_else(nowhere)))
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("signin/sign_out", "", |shell| {
        Page::new(AskPage { shell, base: "", token: String::new() }).into_response()
    }),
    Sample::of("signin/signed_out", "", |shell| {
        Page::new(DonePage { shell, base: "", left: None }).into_response()
    }),
];
