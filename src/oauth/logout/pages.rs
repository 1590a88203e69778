//! The `end_session_endpoint` (RP-Logout §2) in a browser: asks unless the request proves itself, ends the session,
//! and tells in frames whoever wants to be told there (Front-Channel §2).

use super::model::{Asked, Destination, Next, SignOns, frame};
use super::{next, read};
use crate::federation::farewell::{Parting, exit, part};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::SessionId;
use crate::kernel::uri::Origin;
use crate::oauth::http::{Protocol, form_pairs, pairs};
use crate::oauth::parameters::Parameters;
use crate::oauth::realm::{END_SESSION, Realm};
use crate::platform::storage::Work;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::headers::{Policy, clear_site_data};
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::end::end_here;
use crate::sessions::http::{Browser, MaybeUser, see_other};
use crate::sessions::model::Session;
use crate::tenants::http::CurrentTenant;
use crate::tenants::model::Tenant;
use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, RawQuery};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;
use url::form_urlencoded::Serializer;

/// They know their browser: they are mounted with the pages.
pub fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new()
        .route("/oauth/logout", get(ask).post(through_get))
        .route("/oauth/logout/confirm", post(confirm))
        .with_state(protocol)
}

/// What is carried from the request to the answer.
const CARRIED: [&str; 4] = ["client_id", "post_logout_redirect_uri", "state", "id_token_hint"];

/// A POST comes from another site without our cookie, so it is asked once more as a GET of our own (P-057).
async fn through_get(
    CurrentTenant(tenant): CurrentTenant,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let sent = form_pairs(&headers, &body).and_then(Parameters::new);
    let sent = sent.map_err(|_| Problem::of_status(StatusCode::BAD_REQUEST))?;
    let carried = carried(&sent);
    let query = Serializer::new(String::new()).extend_pairs(&carried).finish();
    Ok(see_other(&format!("{}{END_SESSION}?{query}", tenant.base())))
}

fn carried(sent: &Parameters) -> Vec<(&'static str, String)> {
    CARRIED.iter().filter_map(|name| Some((*name, sent.get(name)?.to_owned()))).collect()
}

async fn ask(
    place: Place,
    browser: Browser,
    MaybeUser(user): MaybeUser,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let sent = pairs(query.unwrap_or_default().as_bytes()).and_then(Parameters::new);
    let sent = sent.map_err(|_| Problem::of_status(StatusCode::BAD_REQUEST))?;
    let asked = read(&place.protocol.ground, &place.realm, &sent).await?;
    let session = user.map(|user| user.session);
    let subject = place.subject(&asked, session.as_ref()).await?;
    match (next(&asked, session.as_ref(), subject.as_deref()), session) {
        (Next::End, Some(session)) => {
            let destination = asked.proven_destination();
            place.end(&browser, &session, destination).await
        }
        (Next::Ask, session) => {
            let fields = carried(&sent);
            place.question(&browser, &asked, (session.as_ref(), fields)).await
        }
        (Next::Over | Next::End, _) => Ok(match asked.proven_destination() {
            Some(destination) => see_other(&destination.location()),
            None => place.done(),
        }),
    }
}

/// The person said yes. What the form carries is judged anew: it is no more believed than the request was.
async fn confirm(
    place: Place,
    browser: Browser,
    MaybeUser(user): MaybeUser,
    (headers, body): (HeaderMap, Bytes),
) -> Result<Response, Problem> {
    let sent = form_pairs(&headers, &body).and_then(Parameters::new);
    let sent = sent.map_err(|_| Problem::of_status(StatusCode::BAD_REQUEST))?;
    let asked = read(&place.protocol.ground, &place.realm, &sent).await?;
    if !browser.vouches(sent.get("token").unwrap_or_default()).await? {
        let session = user.as_ref().map(|user| &user.session);
        return place.question(&browser, &asked, (session, carried(&sent))).await;
    }
    match user {
        Some(user) => place.end(&browser, &user.session, asked.destination.as_ref()).await,
        None => Ok(place.done()),
    }
}

/// An extractor: which authorization server was asked, and what its pages look like.
struct Place {
    protocol: Arc<Protocol>,
    realm: Realm,
    tenant: Arc<Tenant>,
    shell: Shell,
}

impl FromRequestParts<Arc<Protocol>> for Place {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        protocol: &Arc<Protocol>,
    ) -> Result<Self, Problem> {
        let arrival = Arrival::from_request_parts(parts, protocol).await?;
        let shell = Shell::from_request_parts(parts, protocol).await.map_err(Problem::of_status)?;
        let tenant = CurrentTenant::from_request_parts(parts, protocol).await;
        let CurrentTenant(tenant) = tenant.map_err(Problem::of_status)?;
        let realm = protocol.realm(&tenant, &arrival, END_SESSION);
        Ok(Self { protocol: Arc::clone(protocol), realm, tenant, shell })
    }
}

#[derive(Template)]
#[template(path = "oauth/sign_out.html")]
struct Question<'a> {
    shell: &'a Shell,
    base: String,
    token: String,
    client: Option<String>,
    fields: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "oauth/signed_out.html")]
struct Told<'a> {
    shell: &'a Shell,
    /// Where it goes on.
    place: Option<String>,
    frames: Vec<String>,
}

impl Place {
    async fn subject(
        &self,
        asked: &Asked,
        session: Option<&Session>,
    ) -> Result<Option<String>, Failure> {
        let (Some(client), Some(session)) = (&asked.client, session) else { return Ok(None) };
        self.protocol.ground.subject(&self.realm, client, &session.user).await.map(Some)
    }

    async fn question(
        &self,
        browser: &Browser,
        asked: &Asked,
        (session, fields): (Option<&Session>, Vec<(&'static str, String)>),
    ) -> Result<Response, Problem> {
        let page = Question {
            shell: &self.shell,
            base: self.tenant.base(),
            token: browser.token().await?,
            client: asked.client.as_ref().map(|client| client.registration.name.clone()),
            fields,
        };
        let destination = asked.destination.as_ref().and_then(|place| Origin::of(&place.uri));
        let exit = match session {
            Some(session) => self.exit(session).await?,
            None => None,
        };
        let places = destination.iter().chain(&exit);
        let policy = places.fold(Policy::default(), Policy::with_form_to);
        Ok(Page::new(page).with_policy(policy).into_response())
    }

    /// Where a browser goes on to, if the session came from a provider.
    async fn exit(&self, session: &Session) -> Result<Option<Origin>, Failure> {
        let find = async |work: &mut Work| exit(work, session.id.as_str()).await;
        self.protocol.ground.database.read(self.realm.at, find).await
    }

    /// Everybody who is signed in here leaves. The sessions end first: if forgetting the browser fails, its name leads to nobody.
    async fn end(
        &self,
        browser: &Browser,
        session: &Session,
        destination: Option<&Destination>,
    ) -> Result<Response, Problem> {
        let context = self.realm.by_user(&session.user);
        let destination = destination.map(Destination::location);
        let ground = &self.protocol.ground;
        let over = async |work: &mut Work| {
            end_here(work, &session.browser, &context).await?;
            let back = (self.realm.issuer.as_str(), destination.as_deref());
            Ok(part(work, &ground.sealer, session.id.as_str(), back).await?)
        };
        let done: Done<_> = ground.database.write(self.realm.at, over).await;
        let parting = unrefused(done)?;
        browser.forget().await?;
        let frames = self.frames(&session.id).await?;
        let place = match parting {
            None => destination,
            Some(Parting::Go(place)) => Some(place),
            Some(Parting::Offer(ticket)) => {
                Some(format!("{}/logout/done?at={}", self.tenant.base(), ticket.reveal()))
            }
        };
        let response = match (frames.as_slice(), &place) {
            ([], Some(place)) => see_other(place),
            ([], None) => self.done(),
            _ => {
                let origins: Vec<Origin> =
                    frames.iter().filter_map(|frame| Origin::of(frame)).collect();
                let page = Told { shell: &self.shell, place, frames };
                let policy = Policy::default().with_frames(&origins);
                Page::new(page).with_policy(policy).into_response()
            }
        };
        Ok(clear_site_data(response))
    }

    async fn frames(&self, session: &SessionId) -> Result<Vec<String>, Failure> {
        let read = async |work: &mut Work| work.reached_by(session).await;
        let reached = self.protocol.ground.database.read(self.realm.at, read).await?;
        let issuer = &self.realm.issuer;
        let frames = reached.iter().filter_map(|(_, client)| frame(client, issuer, session));
        Ok(frames.collect())
    }

    fn done(&self) -> Response {
        see_other(&format!("{}/logout/done", self.tenant.base()))
    }
}

pub const SAMPLES: &[Sample] = &[
    Sample::of("oauth/sign_out", "", |shell| sample(shell, Some("Photos".into()))),
    Sample::of("oauth/sign_out", "unnamed", |shell| sample(shell, None)),
    Sample::of("oauth/signed_out", "", |shell| {
        Page::new(Told { shell, place: None, frames: Vec::new() }).into_response()
    }),
];

fn sample(shell: &Shell, client: Option<String>) -> Response {
    let (base, token, fields) = (String::new(), String::new(), Vec::new());
    Page::new(Question { shell, base, token, client, fields }).into_response()
}
