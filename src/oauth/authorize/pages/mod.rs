//! The authorization endpoint in a browser: GET and POST, the way back from signing in, and consent.

mod ask;
mod consent;
mod deliver;
mod resume;

use super::explain::path_of;
use super::interaction::Known;
use super::model::{Approval, AuthorizationRequest, Decided};
use super::wish::reached;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TransactionId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::oauth::clients::model::{Client, Party};
use crate::oauth::consent::model::{Consent, Consents};
use crate::oauth::http::Protocol;
use crate::oauth::model::Scope;
use crate::oauth::realm::{AUTHORIZE, Realm};
use crate::oauth::token::model::Authentication;
use crate::platform::storage::{Database, Work};
use crate::platform::web::arrival::{Arrival, Reference};
use crate::platform::web::page::Shell;
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, MaybeUser, see_other};
use crate::sessions::model::Session;
use crate::tenants::http::CurrentTenant;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use std::sync::Arc;
use url::form_urlencoded;

/// For the gallery of development.
pub fn samples() -> Vec<Sample> {
    [consent::SAMPLES, deliver::SAMPLES, resume::SAMPLES].concat()
}

/// These need a browser: they are mounted with the pages, not with the endpoints that clients call.
pub fn routes(protocol: Arc<Protocol>) -> Router {
    Router::new()
        .route("/authorize", get(ask::get).post(ask::post))
        .route("/authorize/{transaction}", get(resume::get).post(resume::again))
        .route("/consent/{transaction}", get(consent::get).post(consent::post))
        .with_state(protocol)
}

/// An extractor: which authorization server was asked, and what its pages look like.
struct Place {
    protocol: Arc<Protocol>,
    realm: Realm,
    /// What stands before every path of the tenant.
    base: String,
    shell: Shell,
    reference: Reference,
}

impl FromRequestParts<Arc<Protocol>> for Place {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        protocol: &Arc<Protocol>,
    ) -> Result<Self, Problem> {
        let arrival = Arrival::from_request_parts(parts, protocol).await?;
        let tenant = CurrentTenant::from_request_parts(parts, protocol).await;
        let CurrentTenant(tenant) = tenant.map_err(Problem::of_status)?;
        let shell = Shell::from_request_parts(parts, protocol).await.map_err(Problem::of_status)?;
        Ok(Self {
            protocol: Arc::clone(protocol),
            realm: protocol.realm(&tenant, &arrival, AUTHORIZE),
            base: tenant.base(),
            shell,
            reference: arrival.reference,
        })
    }
}

/// An extractor: who came there, in which browser.
struct Visit {
    place: Place,
    browser: Browser,
    session: Option<Session>,
}

impl FromRequestParts<Arc<Protocol>> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        protocol: &Arc<Protocol>,
    ) -> Result<Self, Problem> {
        let MaybeUser(user) = MaybeUser::from_request_parts(parts, protocol).await?;
        Ok(Self {
            place: Place::from_request_parts(parts, protocol).await?,
            browser: Browser::from_request_parts(parts, protocol).await?,
            session: user.map(|user| user.session),
        })
    }
}

/// Between a person and an application.
#[derive(Default)]
struct Bond {
    consent: Option<Consent>,
    /// The person's name there.
    subject: Option<String>,
}

const MARK: &str = "authorizations";

impl Visit {
    /// The secret under which this browser's requests are kept. It outlives signing in, unlike the cookie.
    async fn mark(&self) -> Result<Secret, Failure> {
        if let Some(mark) = self.browser.recall(MARK).await? {
            return Ok(Secret::new(mark));
        }
        let mark = self.place.protocol.ground.moment(&self.place.realm).secret();
        self.browser.remember(MARK, mark.reveal()).await?;
        Ok(mark)
    }

    /// What is kept of whoever is signed in, and this application.
    async fn bond(&self, client: &Client) -> Result<Bond, Failure> {
        let Some(session) = &self.session else { return Ok(Bond::default()) };
        let (ground, realm) = (&self.place.protocol.ground, &self.place.realm);
        let find = async |work: &mut Work| work.consent(&session.user, &client.id).await;
        Ok(Bond {
            consent: ground.database.read(realm.at, find).await?,
            subject: Some(ground.subject(realm, client, &session.user).await?),
        })
    }

    fn known<'a>(&'a self, bond: &'a Bond) -> Known<'a> {
        Known {
            session: self.session.as_ref(),
            consent: bond.consent.as_ref(),
            subject: bond.subject.as_deref(),
        }
    }

    /// `None` where nobody is signed in.
    fn approval(
        &self,
        request: &AuthorizationRequest,
        (scope, decided): (Scope, Decided),
    ) -> Option<Approval> {
        let session = self.session.as_ref()?;
        Some(Approval {
            user: session.user.clone(),
            session: Some(session.id.clone()),
            authentication: authentication(session, request),
            scope,
            decided,
        })
    }
}

impl Place {
    fn database(&self) -> &Database {
        &self.protocol.ground.database
    }

    /// To the pages of signing in, and back to this transaction.
    fn login(&self, id: &TransactionId) -> Response {
        let path = path_of(id);
        let back: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        see_other(&format!("{}/login?return_to={back}", self.base))
    }

    /// To where it is seen what comes next.
    fn back_to(&self, id: &TransactionId) -> Response {
        see_other(&format!("{}{}", self.base, path_of(id)))
    }

    fn to_consent(&self, id: &TransactionId) -> Response {
        see_other(&format!("{}/consent/{id}", self.base))
    }
}

/// Of this very session (INV-08), in the words of RFC 8176.
fn authentication(session: &Session, request: &AuthorizationRequest) -> Authentication {
    let amr = session.references().into_iter().map(str::to_owned).collect();
    let acr = Some(reached(request, session).as_str().to_owned());
    Authentication { at: session.proven_at, acr, amr }
}

/// Whether a use of it is to be written down.
fn decided_before(client: &Client, consent: Option<&Consent>) -> Decided {
    match (client.registration.party, consent) {
        (Party::Third, Some(_)) => Decided::Before,
        _ => Decided::Nothing,
    }
}
