//! An identity whose address belongs to an account waits here until its owner has signed in to that account the
//! way they did so far. Only then, and only in this browser, it can be linked.

use super::super::super::model::LocalPath;
use super::super::{Journey, Room};
use super::{failed, words};
use crate::accounts::model::Users;
use crate::events::{Actor, Context};
use crate::federation::link::{Refusal, is_proven, link_waiting, waiting};
use crate::federation::model::Providers;
use crate::kernel::failure::{Failure, No};
use crate::kernel::secret::Secret;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, CurrentUser, MaybeUser, see_other};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use url::form_urlencoded::byte_serialize;

const PROOF: &str = "link";

#[derive(Template)]
#[template(path = "signin/link.html")]
struct LinkPage<'a> {
    shell: &'a Shell,
    label: &'a str,
    email: String,
    /// Where the owner signs in; without, they have.
    sign_in: Option<String>,
    action: String,
    away: String,
    token: String,
}

/// The proof is this browser's alone.
pub(super) async fn wait(browser: &Browser, proof: &Secret) -> Result<(), Failure> {
    browser.remember(PROOF, proof.reveal()).await
}

async fn proof(browser: &Browser) -> Result<Option<Secret>, Failure> {
    Ok(browser.recall(PROOF).await?.filter(|text| !text.is_empty()).map(Secret::new))
}

pub(in super::super) async fn ask(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    let words = || words::of_link(journey.shell.language, Refusal::Lost);
    let lost = || failed(&journey, &browser, (words(), None));
    let Some(proof) = proof(&browser).await? else { return lost().await };
    let find = async |work: &mut Work| {
        let Some(waiting) = waiting(work, &proof).await? else { return Ok(None) };
        let owner = work.user(&waiting.user).await?;
        let provider = work.provider(&waiting.provider).await?;
        Ok(owner.zip(provider).map(|(owner, provider)| (waiting, owner, provider)))
    };
    let found = room.ground.database.read(journey.at, find).await?;
    let Some((waiting, owner, provider)) = found else { return lost().await };
    let is_proven = user.is_some_and(|user| is_proven(&waiting, &user.session));
    if !is_proven {
        browser.remember("username", owner.email.as_str()).await?;
    }
    let here = journey.place("/login/link");
    let here = here.strip_prefix(&journey.base).unwrap_or(&here);
    let back: String = byte_serialize(here.as_bytes()).collect();
    let page = LinkPage {
        shell: &journey.shell,
        label: &provider.settings.label,
        email: waiting.label,
        sign_in: (!is_proven).then(|| format!("{}/login?return_to={back}", journey.base)),
        action: journey.place("/login/link"),
        away: if is_proven { journey.end() } else { journey.place("/login") },
        token: browser.token().await?,
    };
    Ok(Page::new(page).into_response())
}

pub(in super::super) async fn link(
    State(room): State<Arc<Room>>,
    CurrentUser { session }: CurrentUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    if !browser.vouches(fields.text("token")).await? {
        return Ok(see_other(&journey.place("/login/link")));
    }
    let words = |refusal| words::of_link(journey.shell.language, refusal);
    let refused = |refusal| failed(&journey, &browser, (words(refusal), None));
    let Some(proof) = proof(&browser).await? else { return refused(Refusal::Lost).await };
    browser.remember(PROOF, "").await?;
    let actor = Actor::User { user: session.user.clone() };
    let context = Context { actor, request: journey.request.clone() };
    let join = async |work: &mut Work| link_waiting(work, &proof, &session, &context).await;
    match room.ground.database.write(journey.at, join).await {
        Ok(waiting) => {
            let path = LocalPath::parse(&waiting.return_to).unwrap_or_else(LocalPath::home);
            Ok(see_other(&format!("{}{}", journey.base, path.as_str())))
        }
        Err(No::Refused(refusal)) => refused(refusal).await,
        Err(No::Failed(failure)) => Err(failure.into()),
    }
}
