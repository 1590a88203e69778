//! The start page of development: what runs, where to look, what to try.

mod gallery;
mod inbox;

use crate::dev::apps::pages::Progress;
use crate::kernel::moment::Ambient;
use crate::kernel::time::Timestamp;
use crate::kernel::uri::Origin;
use crate::keys::model::{Algorithm, State, Succession};
use crate::keys::rotate::KeyMaking;
use crate::platform::storage::At;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::tenants::http::CurrentTenant;
use crate::tenants::model::Tenant;
use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

/// What the page tells, besides what it looks up.
#[derive(Clone)]
pub struct Setting {
    pub making: KeyMaking,
    pub ambient: Ambient,
    pub public_url: Origin,
    pub operations_url: Option<String>,
    /// As it is typed behind `--config`.
    pub config_file: String,
    pub database: &'static str,
    pub apps: Option<Apps>,
}

/// Where the demo applications are, and how far the tour has got.
#[derive(Clone)]
pub struct Apps {
    pub photos: String,
    pub notes: String,
    pub api: String,
    pub example: String,
    pub progress: Arc<Progress>,
}

/// One step of the tour.
struct Step {
    title: &'static str,
    words: &'static str,
    is_done: bool,
    is_next: bool,
    action: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "dev/home.html")]
struct Home<'a> {
    shell: Shell,
    setting: &'a Setting,
    issuer: String,
    keys: Vec<Row>,
    steps: Vec<Step>,
}

struct Row {
    kid: String,
    algorithm: Algorithm,
    state: &'static str,
    from: String,
}

pub fn routes(setting: Setting) -> Router {
    let setting = Arc::new(setting);
    let asked = Arc::clone(&setting);
    let home = move |CurrentTenant(tenant): CurrentTenant| {
        let setting = Arc::clone(&asked);
        async move { home(&setting, &tenant).await }
    };
    let asked = Arc::clone(&setting);
    let inbox = move |CurrentTenant(tenant): CurrentTenant| {
        let setting = Arc::clone(&asked);
        async move { inbox::inbox(&setting, &tenant).await }
    };
    let letter = move |CurrentTenant(tenant): CurrentTenant, Path(id): Path<String>| {
        let setting = Arc::clone(&setting);
        async move { inbox::letter(&setting, &tenant, &id).await }
    };
    Router::new()
        .route("/", get(home))
        .route("/dev/inbox", get(inbox))
        .route("/dev/inbox/{letter}", get(letter))
        .route("/dev/gallery", get(gallery::index))
        .route("/dev/gallery/{page}", get(gallery::show))
}

async fn home(setting: &Setting, tenant: &Tenant) -> Response {
    let at = At { tenant: tenant.id, now: setting.ambient.now() };
    let keys = match setting.making.keys(at).await {
        Ok(keys) => keys,
        Err(failure) => return Problem::from(failure).into_response(),
    };
    let row = |key: &crate::keys::model::SigningKey| Row {
        kid: key.jwk.kid.as_str().chars().take(8).collect(),
        algorithm: key.jwk.alg,
        state: word(Succession::of(&keys, key.jwk.alg).state(&key.life, at.now)),
        from: day(key.life.activates_at),
    };
    let issuer = tenant.issuer(&setting.public_url);
    let rows = keys.iter().map(row).collect();
    let steps = setting.apps.as_ref().map(steps).unwrap_or_default();
    let shell = Shell::new("Vestibule");
    Page::new(Home { shell, setting, issuer, keys: rows, steps }).into_response()
}

/// The steps of the tour, in words, each with what is pressed for it.
const STEPS: [(&str, &str, &str); 5] = [
    (
        "Open Photos and choose “Sign in”",
        "You land in the hall: a page of this server, not of Photos.",
        "Open Photos",
    ),
    (
        "Sign in as Ada",
        "ada@example.test, demo-walk-through-hall. You are asked what Photos may see, then you are back there.",
        "Sign in",
    ),
    (
        "Look at what happened",
        "Every message between you, Photos and this server, in order and in words.",
        "Open the trace",
    ),
    (
        "Open Notes",
        "Nobody asks who you are: that is single sign-on. Only whether Notes may is asked, as for every public \
         application on this computer.",
        "Open Notes",
    ),
    (
        "Sign out everywhere in Notes",
        "Then load Photos again: it has been told, from server to server.",
        "Open Notes",
    ),
];

/// Each ticks itself off when it has happened.
fn steps(apps: &Apps) -> Vec<Step> {
    let (Apps { photos, notes, .. }, tour) = (apps, apps.progress.now());
    let happened = [
        (tour.asked_to_sign_in, format!("{photos}/")),
        (tour.signed_in_at_photos, format!("{photos}/sign-in")),
        (tour.looked_at_the_trace, format!("{photos}/trace")),
        (tour.signed_in_at_notes, format!("{notes}/sign-in")),
        (tour.told_at_photos, format!("{notes}/")),
    ];
    let next = happened.iter().position(|(is_done, _)| !is_done);
    let told = STEPS.into_iter().zip(happened).enumerate();
    told.map(|(number, ((title, words, action), (is_done, href)))| Step {
        title,
        words,
        is_done,
        is_next: next == Some(number),
        action,
        href,
    })
    .collect()
}

const fn word(state: State) -> &'static str {
    match state {
        State::Upcoming => "published, signs later",
        State::Active => "signs",
        State::Retiring => "published, signs no more",
        State::Gone => "gone",
        State::Revoked => "revoked",
    }
}

fn day(at: Timestamp) -> String {
    at.rfc3339().chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect()
}
