//! What the demo applications show, each on a port of its own.

mod api;
mod leaving;

pub use api::api;

use super::model::{Hop, Known, Over, Session, Sessions, Tour, Which};
use super::relying_party::{RelyingParty, Returned};
use crate::kernel::secret::Secret;
use crate::kernel::uri::Origin;
use crate::platform::web::headers::Policy;
use crate::platform::web::page::{Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What the three of them and the start page share.
#[derive(Default)]
pub struct Progress(Mutex<Tour>);

impl Progress {
    pub fn now(&self) -> Tour {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, happened: impl FnOnce(&mut Tour)) {
        happened(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// One of the two web applications.
pub struct Desk {
    party: RelyingParty,
    sessions: Mutex<Sessions>,
    progress: Arc<Progress>,
    /// The start page, and the other application.
    tour: String,
    other: Link,
}

struct Link {
    name: &'static str,
    home: String,
    href: String,
}

#[derive(Template)]
#[template(path = "dev/app.html")]
struct AppPage<'a> {
    shell: Shell,
    name: &'static str,
    known: Option<&'a Known>,
    over: Option<&'a Over>,
    trouble: Option<&'a str>,
    tour: &'a str,
    other: &'a Link,
}

#[derive(Template)]
#[template(path = "dev/trace.html")]
struct TracePage<'a> {
    shell: Shell,
    title: &'a str,
    summary: String,
    trouble: Option<&'a str>,
    hops: &'a [Hop],
    tour: &'a str,
    other: Option<&'a Link>,
}

impl Desk {
    pub fn new(party: RelyingParty, progress: Arc<Progress>, other: (Which, &str)) -> Self {
        let (other, home) = other;
        Self {
            tour: party.issuer.clone(),
            party,
            sessions: Mutex::default(),
            progress,
            other: Link {
                name: other.name(),
                href: format!("{home}/sign-in"),
                home: home.to_owned(),
            },
        }
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session that the browser names, if there is one.
    fn session(&self, headers: &HeaderMap) -> Option<(Secret, Session)> {
        let cookie = cookie(headers, self.party.which.cookie())?;
        let session = self.sessions().get(&cookie)?.clone();
        Some((cookie, session))
    }

    /// A session under a new name: what was in the cookie before is worth nothing any more.
    fn renew(&self, before: Option<&Secret>, session: Session) -> String {
        let fresh =
            Secret::new(data_encoding::BASE64URL_NOPAD.encode(&self.party.ambient.random::<32>()));
        let mut sessions = self.sessions();
        if let Some(before) = before {
            sessions.forget(before);
        }
        let cookie = format!(
            "{}={}; Path=/; HttpOnly; SameSite=Lax",
            self.party.which.cookie(),
            fresh.reveal()
        );
        sessions.add(fresh, session);
        cookie
    }
}

/// What stands behind one port.
pub type Routes = Router;

pub fn application(desk: Desk) -> Routes {
    Router::new()
        .route("/", get(home))
        .route("/sign-in", get(sign_in))
        .route("/callback", get(callback))
        .route("/trace", get(trace))
        .route("/sign-out", post(sign_out))
        .route("/sign-out-everywhere", post(leaving::leave))
        .route("/signed-out", get(leaving::left))
        .route("/backchannel-logout", post(leaving::hear))
        .with_state(Arc::new(desk))
}

async fn home(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let session = desk.session(&headers).map(|(_, session)| session).unwrap_or_default();
    let page = AppPage {
        shell: Shell::new(desk.party.which.name()),
        name: desk.party.which.name(),
        known: session.known.as_ref(),
        over: session.over.as_ref(),
        trouble: session.trouble.as_deref(),
        tour: &desk.tour,
        other: &desk.other,
    };
    // Signing out everywhere sends a form here that leads to the server.
    let policy = match Origin::of(&desk.tour) {
        Some(server) => Policy::default().with_form_to(&server),
        None => Policy::default(),
    };
    Page::new(page).with_policy(policy).into_response()
}

async fn sign_in(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let before = desk.session(&headers).map(|(cookie, _)| cookie);
    if desk.party.which == Which::Photos {
        desk.progress.note(|tour| tour.asked_to_sign_in = true);
    }
    let (to, session) = match desk.party.begin().await {
        Ok((url, waiting)) => (url, Session { waiting: Some(waiting), ..Session::default() }),
        Err(trouble) => ("/".into(), Session { trouble: Some(trouble), ..Session::default() }),
    };
    led_to(&to, &desk.renew(before.as_ref(), session))
}

async fn callback(
    State(desk): State<Arc<Desk>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let found = desk.session(&headers);
    let (cookie, waiting) = match found {
        Some((cookie, session)) => (Some(cookie), session.waiting),
        None => (None, None),
    };
    let outcome = match (Returned::read(&query.unwrap_or_default()), waiting) {
        (Err(refusal), _) => Err(refusal),
        (_, None) => Err("this browser was not waiting for an answer".into()),
        (Ok(returned), Some(waiting)) => desk.party.finish(returned, waiting).await,
    };
    let session = match outcome {
        Ok(known) => {
            desk.progress.note(|tour| match desk.party.which {
                Which::Photos => tour.signed_in_at_photos = true,
                Which::Notes => tour.signed_in_at_notes = true,
            });
            Session { known: Some(known), ..Session::default() }
        }
        Err(trouble) => Session { trouble: Some(trouble), ..Session::default() },
    };
    led_to("/", &desk.renew(cookie.as_ref(), session))
}

async fn trace(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let known = desk.session(&headers).and_then(|(_, session)| session.known);
    let Some(known) = known else {
        return (StatusCode::SEE_OTHER, [(LOCATION, "/")]).into_response();
    };
    desk.progress.note(|tour| tour.looked_at_the_trace |= desk.party.which == Which::Photos);
    let name = desk.party.which.name();
    Page::new(TracePage {
        shell: Shell::new(name),
        title: "One sign-in, step by step",
        summary: format!("{} signed in to {name}. {} hops.", known.name, known.hops.len()),
        trouble: None,
        hops: &known.hops,
        tour: &desk.tour,
        other: Some(&desk.other),
    })
    .into_response()
}

/// Here alone: the server and the other application know nothing of it.
async fn sign_out(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let before = desk.session(&headers).map(|(cookie, _)| cookie);
    led_to("/", &desk.renew(before.as_ref(), Session::default()))
}

fn led_to(place: &str, cookie: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, place), (SET_COOKIE, cookie)]).into_response()
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let all = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| Secret::new(value))
}
