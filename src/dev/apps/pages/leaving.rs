//! Signing out everywhere, as a browser sees it, and where the server tells of it.

use super::super::model::{Over, Session, Which};
use super::{Desk, led_to};
use crate::kernel::secret::Secret;
use crate::platform::web::forms::Fields;
use axum::extract::{RawQuery, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use url::form_urlencoded;

/// Here first: whatever the server does, this application has forgotten who it was.
pub(super) async fn leave(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let (before, known) = match desk.session(&headers) {
        Some((cookie, session)) => (Some(cookie), session.known),
        None => (None, None),
    };
    let left = match &known {
        Some(known) => desk.party.leave(known).await,
        None => Err("nobody is signed in here".into()),
    };
    let (to, session) = match left {
        Ok((url, state)) => (url, Session { leaving: Some(state), ..Session::default() }),
        Err(trouble) => ("/".into(), Session { trouble: Some(trouble), ..Session::default() }),
    };
    led_to(&to, &desk.renew(before.as_ref(), session))
}

/// The browser is back (RP-Logout §3), with the state it was sent with.
pub(super) async fn left(
    State(desk): State<Arc<Desk>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let state = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "state");
    let state = state.map(|(_, value)| Secret::new(value));
    let found = desk.session(&headers);
    let was_sent = found
        .as_ref()
        .is_some_and(|(_, session)| session.leaving.is_some() && session.leaving == state);
    let over = was_sent.then_some(Over::Everywhere);
    let before = found.map(|(cookie, _)| cookie);
    led_to("/", &desk.renew(before.as_ref(), Session { over, ..Session::default() }))
}

/// Back-Channel §2.7: done is 200, whether or not anybody was signed in; what cannot be believed is 400.
pub(super) async fn hear(State(desk): State<Arc<Desk>>, fields: Fields) -> Response {
    let (status, words) = match desk.party.hear(fields.text("logout_token")).await {
        Ok(notice) => {
            let over = Over::Told(notice.hop.clone());
            let ended = desk.sessions().end(|known| notice.is_about(known), &over);
            if ended > 0 && desk.party.which == Which::Photos {
                desk.progress.note(|tour| tour.told_at_photos = true);
            }
            (StatusCode::OK, String::new())
        }
        Err(trouble) => (StatusCode::BAD_REQUEST, trouble),
    };
    (status, [(CACHE_CONTROL, "no-store")], words).into_response()
}
