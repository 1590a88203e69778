//! Through another provider: away, back, and what came of it.
//!
//! ```text
//! GET  /login/via/{provider}           asks, for whoever came by a link
//! POST /login/via/{provider}           away
//! GET  /login/via/{provider}/callback  back     back.rs
//! …    /login/link                              link.rs
//! ```

pub(super) mod back;
pub(super) mod link;
mod words;

use super::{CHANGE, Journey, Room};
use crate::federation::begin::{Leaving, Refusal, begin};
use crate::federation::model::Provider;
use crate::federation::redirect_uri;
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::kernel::uri::Origin;
use crate::platform::web::forms::Fields;
use crate::platform::web::headers::Policy;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, see_other};
use crate::tenants::model::Slug;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use url::form_urlencoded::byte_serialize;

/// A button of the sign-in page.
pub(super) struct Way {
    pub(super) label: String,
    pub(super) action: String,
}

/// What this browser knows and no other, for as long as it keeps its cookie.
const BROWSER: &str = "federation";

async fn secret_of(room: &Room, browser: &Browser) -> Result<Secret, Failure> {
    if let Some(kept) = browser.recall(BROWSER).await? {
        return Ok(Secret::new(kept));
    }
    let fresh = room.ground.ambient.clone().secret();
    browser.remember(BROWSER, fresh.reveal()).await?;
    Ok(fresh)
}

/// Those that the sign-in page of this journey may send somebody to.
pub(super) async fn providers(room: &Room, journey: &Journey) -> Result<Vec<Provider>, Failure> {
    let (all, client) =
        (room.federation.providers(journey.at).await?, journey.purpose.client.as_ref());
    Ok(all.into_iter().filter(|one| one.serves(client)).collect())
}

pub(super) fn ways(journey: &Journey, providers: &[Provider]) -> Vec<Way> {
    let way = |one: &Provider| Way {
        label: one.settings.label.clone(),
        action: journey.place(&format!("/login/via/{}", one.slug)),
    };
    providers.iter().map(way).collect()
}

/// To prove there once more who they are.
pub(super) fn ways_for_change(journey: &Journey, providers: &[Provider]) -> Vec<Way> {
    let back: String = byte_serialize(journey.purpose.return_to.as_str().as_bytes()).collect();
    let way = |one: &Provider| Way {
        label: one.settings.label.clone(),
        action: format!("{}/login/via/{}?for={CHANGE}&return_to={back}", journey.base, one.slug),
    };
    providers.iter().map(way).collect()
}

/// Chromium holds the redirect after a form against `form-action`.
pub(super) fn policy<'p>(
    journey: &Journey,
    providers: impl IntoIterator<Item = &'p Provider>,
) -> Policy {
    let origins = providers.into_iter().filter_map(|one| Origin::parse(&one.settings.origin).ok());
    origins.fold(journey.policy(), |policy, origin| policy.with_form_to(&origin))
}

#[derive(Template)]
#[template(path = "signin/via.html")]
struct AskPage<'a> {
    shell: &'a Shell,
    label: &'a str,
    action: String,
    back: String,
    token: String,
}

#[derive(Template)]
#[template(path = "signin/via_failed.html")]
struct FailedPage<'a> {
    shell: &'a Shell,
    words: words::Words,
    again: Option<Again>,
    back: String,
    token: String,
}

struct Again {
    label: String,
    action: String,
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    Path(name): Path<String>,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    let providers = providers(&room, &journey).await?;
    let Some(provider) = providers.into_iter().find(|one| one.slug.as_str() == name) else {
        return Ok(see_other(&journey.place("/login")));
    };
    let page = AskPage {
        shell: &journey.shell,
        label: &provider.settings.label,
        action: journey.place(&format!("/login/via/{}", provider.slug)),
        back: journey.place("/login"),
        token: browser.token().await?,
    };
    Ok(Page::new(page).with_policy(policy(&journey, [&provider])).into_response())
}

const HINTED: &str = "hinted";

/// An application says where its people sign in (`idp_hint`). Once: whoever comes back without being signed in
/// chooses for themselves.
pub(super) async fn hinted(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
) -> Result<Option<Response>, Problem> {
    let Some(hint) = &journey.purpose.idp_hint else { return Ok(None) };
    let here = journey.purpose.return_to.as_str();
    if browser.recall(HINTED).await?.as_deref() == Some(here) {
        return Ok(None);
    }
    let providers = providers(room, journey).await?;
    let Some(provider) = providers.iter().find(|one| one.slug.as_str() == &**hint) else {
        return Ok(None);
    };
    browser.remember(HINTED, here).await?;
    let known = journey.purpose.login_hint.as_deref().map(str::to_owned);
    send(room, journey, browser, (provider.slug.clone(), known)).await.map(Some)
}

pub(super) async fn leave(
    State(room): State<Arc<Room>>,
    Path(name): Path<String>,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let place = journey.place(&format!("/login/via/{name}"));
    match (browser.vouches(fields.text("token")).await?, Slug::parse(&name)) {
        (_, Err(_)) => Err(Problem::of_status(StatusCode::NOT_FOUND)),
        (false, Ok(_)) => Ok(see_other(&place)),
        (true, Ok(slug)) => {
            let hint = journey.purpose.login_hint.as_deref().map(str::to_owned);
            send(&room, &journey, &browser, (slug, hint)).await
        }
    }
}

/// Where addresses of this domain are signed in, whoever has them: nobody is looked up.
pub(super) fn route<'p>(providers: &'p [Provider], typed: &str) -> Option<&'p Provider> {
    let email = Email::parse(typed)?;
    providers.iter().find(|one| one.is_way_for(&email))
}

pub(super) async fn send(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    (provider, login_hint): (Slug, Option<String>),
) -> Result<Response, Problem> {
    let leaving = Leaving {
        browser: secret_of(room, browser).await?,
        user: None::<UserId>,
        return_to: journey.purpose.return_to.as_str().to_owned(),
        login_hint,
        fresh_since: journey.wish.fresh_since,
        is_for_change: journey.wish.is_for_change,
        redirect_uri: redirect_uri(&journey.issuer, provider.as_str()),
        provider,
    };
    match begin(&room.federation, journey.at, &leaving).await {
        Ok(place) => Ok(see_other(&place)),
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(Refusal::Closed)) => Err(Problem::of_status(StatusCode::NOT_FOUND)),
        Err(No::Refused(Refusal::Trouble(provider, trouble))) => {
            failed(
                journey,
                browser,
                (words::of_trouble(journey.shell.language, &provider, &trouble), Some(&provider)),
            )
            .await
        }
    }
}

/// What happened, and a way on.
async fn failed(
    journey: &Journey,
    browser: &Browser,
    (words, provider): (words::Words, Option<&Provider>),
) -> Result<Response, Problem> {
    let again = provider.filter(|one| one.is_active()).map(|provider| Again {
        label: provider.settings.label.clone(),
        action: journey.place(&format!("/login/via/{}", provider.slug)),
    });
    let status = words.status;
    let page = FailedPage {
        shell: &journey.shell,
        words,
        again,
        back: journey.place("/login"),
        token: browser.token().await?,
    };
    Ok(Page::new(page).with_status(status).with_policy(policy(journey, provider)).into_response())
}
