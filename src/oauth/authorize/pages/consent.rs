//! May this application do that? Deny comes first, and what is optional may be left out (experience.md §4.2).

use super::super::interaction::{Next, next};
use super::super::model::{Decided, Prompt, Transaction};
use super::super::{approve, deny};
use super::ask::keep;
use super::deliver::leave;
use super::resume::{UnderWay, elsewhere, end, under_way};
use super::{Place, Visit};
use crate::accounts::model::{Field, User, Users};
use crate::kernel::failure::No;
use crate::oauth::clients::model::Origin;
use crate::oauth::consent::words::{Line, say};
use crate::oauth::error::{Code, OAuthError};
use crate::oauth::logos::model as logos;
use crate::oauth::model::Scope;
use crate::oauth::resources::model::Known;
use crate::platform::messages::Language;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, NAME, Sample};
use crate::sessions::model::Session;
use crate::signin::pages::leading_to;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use url::Url;

#[derive(Template)]
#[template(path = "authorize/consent.html")]
struct ConsentPage<'a> {
    shell: &'a Shell,
    application: &'a str,
    picture: Option<String>,
    /// It registered itself: nobody here vouches for its name and picture.
    is_stranger: bool,
    /// Where it is, as far as that can be checked.
    host: Option<String>,
    name: &'a str,
    email: &'a str,
    action: String,
    token: String,
    /// What it gets, and what may be left out.
    needed: Vec<Line>,
    optional: Vec<Line>,
    policy: Option<&'a str>,
    terms: Option<&'a str>,
}

pub(super) async fn get(visit: Visit, Path(named): Path<String>) -> Result<Response, Problem> {
    match under_way(&visit, &named).await? {
        Some(here) => show(&visit, &here).await,
        None => elsewhere(&visit, &named).await,
    }
}

/// Whoever is not signed in, or has nothing to decide, goes on where that is seen.
async fn show(visit: &Visit, here: &UnderWay) -> Result<Response, Problem> {
    let (place, UnderWay { transaction, client, .. }) = (&visit.place, here);
    let bond = visit.bond(client).await?;
    let known = visit.known(&bond);
    let is_asked = next(&transaction.request, client, known, transaction.made_at) == Next::Consent;
    let Some(session) = visit.session.as_ref().filter(|_| is_asked) else {
        return Ok(place.back_to(&transaction.id));
    };
    let user = person(place, session).await?;
    let optional = &client.registration.optional_scope;
    let kept = user.profile.get(Field::Locale).and_then(Language::of_tag);
    let asked = transaction.request.ui_locales.as_deref().and_then(Language::first_of);
    let shell = place.shell.clone().preferring(kept, asked);
    let (request, email) = (&transaction.request, user.email.as_str());
    let about = &client.registration.about;
    let (language, apis) = (shell.language, &place.realm.resources);
    let says = |token: &str| say((token, &request.resources), language, apis);
    let lines = |wanted: &Scope| wanted.tokens().map(|one| line(one, says(one), email)).collect();
    let uri = request.destination.redirect_uri();
    let page = ConsentPage {
        shell: &shell,
        application: &client.registration.name,
        picture: picture(&place.base, here),
        is_stranger: client.registration.origin == Origin::Itself,
        host: Url::parse(uri).ok().and_then(|url| url.host_str().map(ToOwned::to_owned)),
        action: format!("{}/consent/{}", place.base, transaction.id),
        token: visit.browser.token().await?,
        needed: lines(&request.scope.only(|token| !optional.contains(token))),
        optional: lines(&request.scope.within(optional)),
        policy: about.policy_uri.as_deref(),
        terms: about.tos_uri.as_deref(),
        name: &user.name,
        email,
    };
    let page = Page::new(page);
    Ok(match super::super::explain::outside(uri) {
        Some(outside) => page.with_policy(leading_to(&outside)).into_response(),
        None => page.into_response(),
    })
}

async fn person(place: &Place, session: &Session) -> Result<User, Problem> {
    let find = async |work: &mut Work| work.user(&session.user).await;
    let user = place.database().read(place.realm.at, find).await?;
    user.ok_or_else(|| Problem::broken("a session of nobody"))
}

/// At our own address: no browser asks anybody else here (ADR 59).
fn picture(base: &str, here: &UnderWay) -> Option<String> {
    let digest = here.logo.as_ref()?;
    Some(format!("{base}{}", logos::path(&here.client.id, digest)))
}

fn line(token: &str, words: String, email: &str) -> Line {
    let detail = (token == "email").then(|| email.to_owned());
    Line { token: token.to_owned(), words, detail }
}

/// Which optional parts are ticked: one field each, so that no name stands twice.
fn ticked(asked: &Scope, optional: &Scope, fields: &Fields) -> Scope {
    asked.only(|token| !optional.contains(token) || fields.text(&format!("scope:{token}")) == "on")
}

pub(super) async fn post(
    visit: Visit,
    Path(named): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    let Some(here) = under_way(&visit, &named).await? else {
        return elsewhere(&visit, &named).await;
    };
    if !visit.browser.vouches(fields.text("token")).await? {
        return show(&visit, &here).await;
    }
    let UnderWay { transaction: Transaction { id, request, made_at, .. }, client, .. } = &here;
    let bond = visit.bond(client).await?;
    match next(request, client, visit.known(&bond), *made_at) {
        Next::Consent => {}
        _ => return Ok(visit.place.back_to(id)),
    }
    match fields.text("decision") {
        "allow" => {
            let optional = &client.registration.optional_scope;
            let allowed = ticked(&request.scope, optional, &fields);
            allow(&visit, &named, (&here, allowed)).await
        }
        "deny" => {
            let error = OAuthError::new(Code::AccessDenied, "the person said no");
            match client.registration.origin {
                Origin::Administrator => end(&visit, (id, client), error).await,
                Origin::Itself => end_by_hand(&visit, &here, error).await,
            }
        }
        // Somebody else is to decide: the same request again, beginning with who they are.
        "other" => {
            let mut again = request.clone();
            again.prompt.retain(|prompt| *prompt != Prompt::Create);
            again.prompt.push(Prompt::Login);
            again.login_hint = None;
            Ok(visit.place.login(&keep(&visit, &again).await?))
        }
        _ => show(&visit, &here).await,
    }
}

/// The application registered itself: the person sees where they would be sent.
async fn end_by_hand(
    visit: &Visit,
    here: &UnderWay,
    error: OAuthError,
) -> Result<Response, Problem> {
    let (place, id, mark) = (&visit.place, &here.transaction.id, visit.mark().await?);
    let deny = async |work: &mut Work| deny(work, &place.realm, (id, &mark), &error).await;
    match place.database().write(place.realm.at, deny).await {
        Ok(reply) => Ok(leave(place, &here.client, &reply, StatusCode::OK)),
        Err(No::Refused(_)) => elsewhere(visit, id.as_str()).await,
        Err(No::Failed(failure)) => Err(failure.into()),
    }
}

async fn allow(
    visit: &Visit,
    named: &str,
    (here, allowed): (&UnderWay, Scope),
) -> Result<Response, Problem> {
    let (place, id, mark) = (&visit.place, &here.transaction.id, visit.mark().await?);
    let request = &here.transaction.request;
    let approval = visit.approval(request, (allowed, Decided::Now));
    let approval = approval.ok_or_else(|| Problem::broken("granted to nobody"))?;
    let ground = &place.protocol.ground;
    match approve(ground, &place.realm, (id, &mark), (request, &approval)).await {
        Ok(reply) => visit.answered(&request.client_id, reply).await,
        Err(No::Refused(_)) => elsewhere(visit, named).await,
        Err(No::Failed(failure)) => Err(failure.into()),
    }
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("authorize/consent", "", |shell| {
        sample(shell, Some("photos.example.test"), ["openid profile email", ""])
    }),
    Sample::of("authorize/consent", "optional", |shell| {
        sample(
            shell,
            Some("photos.example.test"),
            ["openid profile", "email offline_access photos.read"],
        )
    }),
    Sample::of("authorize/consent", "on-device", |shell| sample(shell, None, ["openid", ""])),
    Sample::of("authorize/consent", "stranger", |shell| {
        let page = made_up(shell, Some("photos.example.test"), ["openid profile email", ""]);
        let picture = Some(shell.asset("favicon.svg").to_owned());
        Page::new(ConsentPage { picture, is_stranger: true, ..page }).into_response()
    }),
];

fn sample(shell: &Shell, host: Option<&str>, scopes: [&str; 2]) -> Response {
    Page::new(made_up(shell, host, scopes)).into_response()
}

fn made_up<'a>(
    shell: &'a Shell,
    host: Option<&str>,
    [needed, optional]: [&str; 2],
) -> ConsentPage<'a> {
    let says = |token: &str| say((token, &[]), shell.language, &Known::default());
    let line = |token: &str| line(token, says(token), EMAIL);
    ConsentPage {
        shell,
        application: "Photos",
        picture: None,
        is_stranger: false,
        host: host.map(str::to_owned),
        name: NAME,
        email: EMAIL,
        action: String::new(),
        token: String::new(),
        policy: Some("https://photos.example.test/policy"),
        terms: None,
        needed: needed.split_whitespace().map(line).collect(),
        optional: optional.split_whitespace().map(line).collect(),
    }
}
