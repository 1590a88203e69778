//! Linked accounts: what is linked, what can be, and taking a link away. Whoever changes a way in has just proven
//! who they are, as well as they can.

use super::Room;
use crate::accounts::model::SecondFactors;
use crate::events::{Actor, Context};
use crate::federation::begin::{Leaving, Refusal as Stays, begin};
use crate::federation::link::{Refusal, unlink as take};
use crate::federation::model::{Identities, Linked, Provider, Providers};
use crate::federation::redirect_uri;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::RequestId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::kernel::uri::Origin;
use crate::platform::messages::{Language, Phrase};
use crate::platform::storage::Work;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::forms::Fields;
use crate::platform::web::headers::Policy;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, CurrentUser, see_other};
use crate::sessions::model::Session;
use crate::tenants::http::CurrentTenant;
use crate::tenants::model::{Slug, Tenant};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/linked.html")]
struct LinkedPage {
    shell: Shell,
    base: String,
    token: String,
    wrong: Option<String>,
    /// It would be the last way in.
    is_last: bool,
    rows: Vec<Row>,
    ways: Vec<Way>,
}

struct Row {
    id: String,
    provider: String,
    label: String,
    linked_at: String,
    used_at: String,
}

impl Row {
    /// For whoever hears the button and does not see the row.
    fn which(&self) -> String {
        format!("{} {}", self.provider, self.label)
    }
}

struct Way {
    slug: String,
    label: String,
}

/// Of whom, and how the page is shown again.
struct Sight<'a> {
    shell: Shell,
    tenant: &'a Tenant,
    session: &'a Session,
    browser: &'a Browser,
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, shell): (Browser, Shell),
) -> Result<Response, Problem> {
    let sight = Sight { shell, tenant: &tenant, session: &session, browser: &browser };
    page(&room, &sight, None).await
}

async fn page(
    room: &Room,
    sight: &Sight<'_>,
    wrong: Option<(StatusCode, Phrase)>,
) -> Result<Response, Problem> {
    let read = async |work: &mut Work| {
        let linked = work.identities_of(&sight.session.user).await?;
        Ok((linked, work.providers().await?))
    };
    let (linked, providers) = room.ground.database.read(sight.browser.at, read).await?;
    let policy = providers.iter().filter_map(|one| Origin::parse(&one.settings.origin).ok());
    let policy = policy.fold(Policy::default(), |policy, origin| policy.with_form_to(&origin));
    let is_free = |one: &&Provider| {
        one.is_active() && !linked.iter().any(|link| link.identity.issuer == one.settings.issuer)
    };
    let way =
        |one: &Provider| Way { slug: one.slug.to_string(), label: one.settings.label.clone() };
    let (language, status) =
        (sight.shell.language, wrong.as_ref().map_or(StatusCode::OK, |(status, _)| *status));
    let page = LinkedPage {
        shell: sight.shell.clone(),
        base: sight.tenant.base(),
        token: sight.browser.token().await?,
        wrong: wrong.map(|(_, words)| words.into()),
        is_last: status == StatusCode::CONFLICT,
        rows: linked.iter().map(|one| row(one, &providers, language)).collect(),
        ways: providers.iter().filter(is_free).map(way).collect(),
    };
    Ok(Page::new(page).with_status(status).with_policy(policy).into_response())
}

fn row(one: &Linked, providers: &[Provider], language: Language) -> Row {
    let known = providers.iter().find(|provider| provider.slug == one.provider);
    Row {
        id: one.identity.id(),
        provider: known
            .map_or_else(|| one.provider.to_string(), |provider| provider.settings.label.clone()),
        label: one.label.clone(),
        linked_at: language.date(one.linked_at),
        used_at: language.date(one.used_at),
    }
}

/// Asks whoever is signed in to prove it once more, unless they just have (INV-23, A-169).
async fn unsure(room: &Room, sight: &Sight<'_>) -> Result<Option<Response>, Failure> {
    let (session, at) = (sight.session, sight.browser.at);
    let read = async |work: &mut Work| work.factors_of(&session.user).await;
    let factors = room.ground.database.read(at, read).await?;
    let base = sight.tenant.base();
    let place = format!("{base}/login/confirm?return_to=%2Faccount%2Flinked");
    Ok((!factors.are_shown(session, at.now)).then(|| see_other(&place)))
}

pub(super) async fn link(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, shell): (Browser, Shell),
    fields: Fields,
) -> Result<Response, Problem> {
    let sight = Sight { shell, tenant: &tenant, session: &session, browser: &browser };
    let here = format!("{}/account/linked", tenant.base());
    let Ok(provider) = Slug::parse(fields.text("provider")) else { return Ok(see_other(&here)) };
    if !browser.vouches(fields.text("token")).await? {
        return Ok(see_other(&here));
    }
    if let Some(asked) = unsure(&room, &sight).await? {
        return Ok(asked);
    }
    let leaving = Leaving {
        browser: secret_of(&room, &browser).await?,
        user: Some(session.user.clone()),
        return_to: "/account/linked".into(),
        login_hint: None,
        fresh_since: None,
        is_for_change: false,
        redirect_uri: redirect_uri(&tenant.issuer(&room.public_url), provider.as_str()),
        provider,
    };
    match begin(&room.ground, browser.at, &leaving).await {
        Ok(place) => Ok(see_other(&place)),
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(Stays::Closed)) => Ok(see_other(&here)),
        Err(No::Refused(Stays::Trouble(provider, _))) => {
            let label = &provider.settings.label;
            let words = sight.shell.say("via-silent").with("provider", label);
            page(&room, &sight, Some((StatusCode::SERVICE_UNAVAILABLE, words))).await
        }
    }
}

/// As the pages of signing in keep it: the browser comes back to them.
async fn secret_of(room: &Room, browser: &Browser) -> Result<Secret, Failure> {
    if let Some(kept) = browser.recall("federation").await? {
        return Ok(Secret::new(kept));
    }
    let fresh = room.ground.ambient.clone().secret();
    browser.remember("federation", fresh.reveal()).await?;
    Ok(fresh)
}

pub(super) async fn unlink(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    (browser, arrival, shell): (Browser, Arrival, Shell),
    fields: Fields,
) -> Result<Response, Problem> {
    let sight = Sight { shell, tenant: &tenant, session: &session, browser: &browser };
    let here = format!("{}/account/linked", tenant.base());
    if !browser.vouches(fields.text("token")).await? {
        return Ok(see_other(&here));
    }
    if let Some(asked) = unsure(&room, &sight).await? {
        return Ok(asked);
    }
    let wanted = fields.text("identity");
    let request = RequestId::parse(arrival.reference.as_str());
    let context = Context { actor: Actor::User { user: session.user.clone() }, request };
    let take = async |work: &mut Work| {
        let mine = work.identities_of(&session.user).await?;
        let meant = mine.into_iter().find(|one| one.identity.id() == wanted);
        let meant = meant.ok_or(No::Refused(Refusal::Lost))?;
        take(work, &meant.identity, &session.user, &context).await
    };
    match room.ground.database.write(browser.at, take).await {
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(Refusal::LastWay)) => {
            let words = sight.shell.say("linked-last");
            page(&room, &sight, Some((StatusCode::CONFLICT, words))).await
        }
        Ok(()) | Err(No::Refused(_)) => Ok(see_other(&here)),
    }
}
