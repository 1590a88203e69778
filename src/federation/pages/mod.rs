//! What people see of their identities elsewhere.

mod linked;

use super::Ground;
use crate::kernel::uri::Origin;
use crate::platform::web::sample::Sample;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// What these pages are given.
pub struct Room {
    pub ground: Arc<Ground>,
    pub public_url: Origin,
}

/// For the gallery of development.
pub fn samples() -> Vec<Sample> {
    linked::SAMPLES.to_vec()
}

pub fn routes(room: Arc<Room>) -> Router {
    Router::new()
        .route("/account/linked", get(linked::show))
        .route("/account/linked/link", post(linked::link))
        .route("/account/linked/unlink", post(linked::unlink))
        .with_state(room)
}
