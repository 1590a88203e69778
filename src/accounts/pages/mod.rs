//! What people see of their own account.

mod overview;
mod profile;

use crate::platform::storage::Database;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// What these pages are given.
pub struct Room {
    pub database: Database,
}

pub fn routes(room: Arc<Room>) -> Router {
    Router::new()
        .route("/account", get(overview::show))
        .route("/account/profile", get(profile::show).post(profile::save))
        .route("/account/sessions/end", post(overview::end_session))
        .with_state(room)
}
