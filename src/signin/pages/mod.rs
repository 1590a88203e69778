//! The pages between nobody and somebody, and back.

mod accounts;
mod code;
mod confirm;
mod documents;
mod login;
mod logout;
mod new_password;
mod via;
mod passkey;
mod set_up;
mod unlock;
mod words;

use super::complete::{Asked, Duties, Outcome, is_enough};
use super::model::{LocalPath, Outside, Purpose, Step, Wish};
use super::password::{Ground, Terms};
use crate::accounts::desk::Desk;
use crate::accounts::model::factor::RECENT;
use crate::events::record::Personal;
use crate::federation;
use crate::federation::model::Trip;
use crate::kernel::failure::Failure;
use crate::kernel::ids::{RequestId, SignInId, TenantId};
use crate::kernel::uri::Host;
use crate::kernel::uri::Origin;
use crate::platform::messages::Language;
use crate::platform::storage::{At, Work};
use crate::platform::web::arrival::Arrival;
use crate::platform::web::headers::Policy;
use crate::platform::web::page::Shell;
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{CurrentUser, DeviceMark, see_other};
use crate::tenants::http::CurrentTenant;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{get, post};
use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use url::form_urlencoded;

/// What these pages are given.
pub struct Room {
    pub ground: Ground,
    pub federation: Arc<federation::Ground>,
    pub public_url: Origin,
    /// As they are now, in this tenant.
    pub terms: Box<dyn Fn(TenantId) -> Terms + Send + Sync>,
    pub explain: Explain,
    /// With what passwords are made.
    pub desk: Desk,
    /// What nobody is let past, now.
    pub duties: Box<dyn Fn(TenantId) -> Arc<Duties> + Send + Sync>,
}

/// Who waits at the end of a path: `oauth` knows it of its own.
pub type Explain = Box<dyn Fn(At, LocalPath) -> Explaining + Send + Sync>;
pub type Explaining = Pin<Box<dyn Future<Output = Result<Purpose, Failure>> + Send>>;

/// For the gallery of development.
pub fn samples() -> Vec<Sample> {
    let all = [
        login::SAMPLES,
        accounts::SAMPLES,
        new_password::SAMPLES,
        documents::SAMPLES,
        unlock::SAMPLES,
        code::SAMPLES,
        passkey::SAMPLES,
        confirm::SAMPLES,
        set_up::SAMPLES,
        logout::SAMPLES,
        via::SAMPLES,
    ];
    all.concat()
}

pub fn routes(room: Arc<Room>) -> Router {
    Router::new()
        .route("/login", get(login::ask_name).post(login::take_name))
        .route("/login/password", get(login::ask_password).post(login::take_password))
        .route("/login/via/{provider}", get(via::ask).post(via::leave))
        .route("/login/via/{provider}/callback", get(via::back::receive))
        .route("/login/link", get(via::link::ask).post(via::link::link))
        .route("/login/confirm", get(confirm::ask).post(confirm::take))
        .route("/login/totp", get(code::ask_totp).post(code::take_totp))
        .route("/login/recovery", get(code::ask_recovery).post(code::take_recovery))
        .route("/login/mfa-setup", get(set_up::ask).post(set_up::take))
        .route("/login/mfa-setup/begin", post(set_up::begin))
        .route("/login/accounts", get(accounts::ask).post(accounts::take))
        .route("/login/unlock/{token}", get(unlock::ask).post(unlock::take))
        .route("/login/new-password", get(new_password::ask).post(new_password::take))
        .route("/login/documents", get(documents::ask).post(documents::take))
        .route("/login/passkey", get(passkey::ask).post(passkey::take))
        .route("/login/passkey/options", post(passkey::options))
        .route("/logout", get(logout::ask).post(logout::sign_out))
        .route("/logout/elsewhere", post(logout::elsewhere))
        .route("/logout/done", get(logout::done))
        .with_state(room)
}

/// An extractor: for whom this journey is, where it leads, and whose it is.
struct Journey {
    at: At,
    /// What stands before every path of the tenant.
    base: String,
    /// What stands before them for everybody else.
    issuer: String,
    shell: Shell,
    purpose: Purpose,
    wish: Wish,
    terms: Terms,
    /// How far somebody has come; it counts in one browser alone.
    step: Option<SignInId>,
    mark: DeviceMark,
    /// As the request names us.
    host: Option<Host>,
    personal: Personal,
    request: Option<RequestId>,
    may_register: bool,
    duties: Arc<Duties>,
    /// They have said that none of those who are signed in is meant.
    is_other: bool,
}

impl FromRequestParts<Arc<Room>> for Journey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, room: &Arc<Room>) -> Result<Self, Problem> {
        let arrival = Arrival::from_request_parts(parts, room).await?;
        let tenant = CurrentTenant::from_request_parts(parts, room).await;
        let CurrentTenant(tenant) = tenant.map_err(Problem::of_status)?;
        let shell = Shell::from_request_parts(parts, room).await.map_err(Problem::of_status)?;
        let at = At { tenant: tenant.id, now: arrival.at };
        let mark = DeviceMark::from_request_parts(parts, room).await?;
        let query = parts.uri.query().unwrap_or_default();
        let purpose = match of_query(query, "return_to").and_then(|path| LocalPath::parse(&path)) {
            Some(path) => (room.explain)(at, path).await?.under(&tenant.base()),
            None => Purpose::our_own(LocalPath::home()),
        };
        let asked = purpose.languages.as_deref().and_then(Language::first_of);
        let wish = match of_query(query, "for").as_deref() {
            Some(CHANGE) => purpose.wish().for_change(Some(at.now.minus(RECENT))),
            _ => purpose.wish(),
        };
        Ok(Self {
            at,
            base: tenant.base(),
            issuer: tenant.issuer(&room.public_url),
            wish,
            shell: shell.preferring(None, asked),
            purpose,
            terms: (room.terms)(at.tenant),
            step: of_query(query, "step").and_then(|step| SignInId::parse(&step)),
            mark,
            host: arrival.host.clone(),
            personal: personal(parts, &arrival),
            request: RequestId::parse(arrival.reference.as_str()),
            may_register: (room.desk.rules)(at.tenant).registration.enabled,
            duties: (room.duties)(at.tenant),
            is_other: of_query(query, "account").as_deref() == Some("other"),
        })
    }
}

/// What stands behind `for` in the address of somebody who is about to change how they prove themselves.
const CHANGE: &str = "change";

fn personal(parts: &Parts, arrival: &Arrival) -> Personal {
    let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    Personal {
        ip: Some(arrival.caller.ip.to_string()),
        user_agent: agent.map(|agent| agent.chars().take(400).collect()),
        email: None,
    }
}

fn of_query<'q>(query: &'q str, name: &str) -> Option<Cow<'q, str>> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(known, _)| known == name).map(|(_, value)| value)
}

/// For a page whose form ends outside, perhaps in a window that the application has opened (P-233).
pub fn leading_to(outside: &Outside) -> Policy {
    let policy = Policy::default().with_opener();
    match outside {
        Outside::Origin(origin) => policy.with_form_to(origin),
        Outside::Scheme(scheme) => policy.with_form_to_scheme(scheme),
    }
}

impl Journey {
    /// Where somebody signs in whom this browser does not know.
    fn place_of_others(&self) -> String {
        let place = self.place("/login");
        let mark = if place.contains('?') { '&' } else { '?' };
        format!("{place}{mark}account=other")
    }

    /// A page of this journey.
    fn place(&self, path: &str) -> String {
        self.place_of(path, None)
    }

    fn place_of(&self, path: &str, sign_in: Option<&SignInId>) -> String {
        let back = Some(self.purpose.return_to.as_str()).filter(|_| !self.is_home());
        let other = Some("other").filter(|_| self.is_other);
        let step = sign_in.map(SignInId::as_str);
        let pairs = [("step", step), ("return_to", back), ("account", other)];
        let given = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{query}", self.base)
    }

    /// Whoever comes back goes on where they left, to whatever was asked then.
    async fn resume(&mut self, room: &Room, trip: &Trip) -> Result<(), Failure> {
        let path = LocalPath::parse(&trip.return_to).unwrap_or_else(LocalPath::home);
        self.purpose = (room.explain)(self.at, path).await?.under(&self.base);
        self.wish = self.purpose.wish();
        if trip.is_for_change {
            self.wish = self.wish.for_change(trip.fresh_since);
        }
        Ok(())
    }

    fn is_home(&self) -> bool {
        self.purpose.return_to == LocalPath::home()
    }

    fn end(&self) -> String {
        format!("{}{}", self.base, self.purpose.return_to.as_str())
    }

    fn asked(&self) -> Asked {
        Asked {
            wish: self.wish,
            policy: self.terms.policy,
            device: self.mark.hash(),
            duties: Arc::clone(&self.duties),
        }
    }

    /// Where the next step is answered.
    fn onward(&self, outcome: &Outcome) -> Response {
        let response = see_other(&self.place_after(outcome));
        if matches!(outcome, Outcome::In(_)) { self.mark.keep(response) } else { response }
    }

    fn place_after(&self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::In(_) => self.end(),
            Outcome::Next(step, id) => match step {
                Step::Done => self.end(),
                Step::Code => self.place_of("/login/totp", Some(id)),
                Step::Passkey => self.place_of("/login/passkey", Some(id)),
                Step::SetUp => self.place_of("/login/mfa-setup", Some(id)),
                Step::NewPassword => self.place_of("/login/new-password", Some(id)),
                Step::Documents => self.place_of("/login/documents", Some(id)),
                Step::Name => self.place("/login"),
                Step::Password => self.place_of("/login/password", Some(id)),
            },
        }
    }

    /// Where to, when this way is over: to its end, or to its beginning; never nowhere.
    async fn anew(&self, room: &Room, user: Option<&CurrentUser>) -> Result<Response, Problem> {
        let is_over = self.is_over(room, user).await?;
        Ok(see_other(&if is_over { self.end() } else { self.place("/login") }))
    }

    /// Nothing is left to ask of whoever is signed in here (INV-17).
    async fn is_over(&self, room: &Room, user: Option<&CurrentUser>) -> Result<bool, Failure> {
        let user = user.filter(|_| !self.is_other);
        let Some(CurrentUser { session }) = user else { return Ok(false) };
        let asked = self.asked();
        let read = async |work: &mut Work| is_enough(work, session, &asked).await;
        room.ground.database.read(self.at, read).await
    }

    fn policy(&self) -> Policy {
        let plain = Policy::default();
        self.purpose.form_to.as_ref().map_or(plain, leading_to)
    }
}
