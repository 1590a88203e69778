//! The authorization endpoint in a browser: GET and POST, the way back from signing in, and consent.

mod ask;
mod consent;
mod deliver;
mod resume;

use super::explain::path_of;
use super::interaction::Known;
use super::model::{Approval, AuthorizationRequest, Decided};
use super::respond::Response as Reply;
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
use crate::oauth::session::{browser_state, session_state};
use crate::oauth::token::model::Authentication;
use crate::platform::storage::{Database, Work};
use crate::platform::web::arrival::{Arrival, Reference};
use crate::platform::web::page::Shell;
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, BrowserState, MaybeUser, see_other};
use crate::sessions::model::Session;
use crate::tenants::http::CurrentTenant;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use data_encoding::BASE64URL_NOPAD;
use deliver::deliver;
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
    state: BrowserState,
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
            state: BrowserState::from_request_parts(parts, protocol).await?,
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

    /// A good answer on its way, with the state of this browser where applications may ask about it.
    async fn answered(&self, client_id: &str, reply: Reply) -> Result<Response, Problem> {
        let (place, session) = (&self.place, self.session.as_ref());
        let is_wanted = (place.protocol.clients)(place.realm.at.tenant).session_management;
        let Some(session) = session.filter(|_| is_wanted) else {
            return Ok(deliver(place, &reply));
        };
        let state = browser_state(&self.mark().await?, session);
        let salt: [u8; 16] = place.protocol.ground.moment(&place.realm).random();
        let salt = BASE64URL_NOPAD.encode(&salt);
        let to = reply.destination().redirect_uri().to_owned();
        let reply = reply.with_session_state(session_state((client_id, &to), &state, &salt));
        Ok(self.state.keep(deliver(place, &reply), &state))
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
        self.through("/login", id)
    }

    /// To where an account is made; from there one can sign in with one's own as well.
    fn register(&self, id: &TransactionId) -> Response {
        self.through("/register", id)
    }

    fn through(&self, page: &str, id: &TransactionId) -> Response {
        let path = path_of(id);
        let back: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        see_other(&format!("{}{page}?return_to={back}", self.base))
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
