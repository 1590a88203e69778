//! Who comes to these pages, whose pages they are, and where the journey goes on.

use super::Room;
use super::words;
use crate::accounts::desk::Asker;
use crate::accounts::register::Dead;
use crate::kernel::ids::RequestId;
use crate::platform::messages::Phrase;
use crate::platform::storage::At;
use crate::platform::web::arrival::Arrival;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::tenants::http::CurrentTenant;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use url::form_urlencoded;

/// An extractor.
pub(super) struct Visit {
    pub(super) at: At,
    pub(super) base: String,
    pub(super) shell: Shell,
    pub(super) asker: Asker,
    /// Where the sign-in that follows is to lead. It is only handed on to `/login`, which judges it.
    pub(super) return_to: String,
}

/// Nothing longer is handed on.
const LONGEST: usize = 6 * 1024;

impl FromRequestParts<Arc<Room>> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, room: &Arc<Room>) -> Result<Self, Problem> {
        let arrival = Arrival::from_request_parts(parts, room).await?;
        let tenant = CurrentTenant::from_request_parts(parts, room).await;
        let CurrentTenant(tenant) = tenant.map_err(Problem::of_status)?;
        let shell = Shell::from_request_parts(parts, room).await.map_err(Problem::of_status)?;
        let query = parts.uri.query().unwrap_or_default();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let back = pairs.find(|(name, _)| name == "return_to").map(|(_, path)| path.into_owned());
        Ok(Self {
            at: At { tenant: tenant.id, now: arrival.at },
            base: tenant.base(),
            shell,
            asker: Asker {
                ip: arrival.caller.ip,
                request: RequestId::parse(arrival.reference.as_str()),
            },
            return_to: back.filter(|back| back.len() <= LONGEST).unwrap_or_default(),
        })
    }
}

impl Visit {
    /// A page of this journey.
    pub(super) fn place(&self, path: &str) -> String {
        self.place_with(path, &self.return_to)
    }

    pub(super) fn place_with(&self, path: &str, return_to: &str) -> String {
        let base = &self.base;
        if return_to.is_empty() {
            return format!("{base}{path}");
        }
        let back: String = form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
        format!("{base}{path}?return_to={back}")
    }
}

#[derive(Template)]
#[template(path = "journey/over.html")]
struct OverPage<'a> {
    shell: &'a Shell,
    title: String,
    advice: String,
    /// Where a new one is asked for.
    again: String,
    again_words: String,
}

/// A link that does nothing any more.
pub(super) fn over(visit: &Visit, dead: Dead, (path, again_words): (&str, Phrase)) -> Response {
    let (title, advice) = words::dead(visit.shell.language, dead);
    let page = OverPage {
        shell: &visit.shell,
        title: title.into(),
        advice: advice.into(),
        again: visit.place(path),
        again_words: again_words.into(),
    };
    Page::new(page).with_status(StatusCode::GONE).into_response()
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("journey/over", "", |shell| sample(shell, Dead::Over)),
    Sample::of("journey/over", "used", |shell| sample(shell, Dead::Used)),
    Sample::of("journey/over", "unknown", |shell| sample(shell, Dead::Unknown)),
];

fn sample(shell: &Shell, dead: Dead) -> Response {
    let (title, advice) = words::dead(shell.language, dead);
    let (title, advice, again) = (title.into(), advice.into(), "/forgot".into());
    let again_words = shell.say("link-forgot").into();
    Page::new(OverPage { shell, title, advice, again, again_words }).into_response()
}
