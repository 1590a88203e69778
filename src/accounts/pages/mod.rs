//! What people see of their own account.

mod overview;
mod security;
mod sure;
mod profile;

use crate::kernel::moment::Ambient;
use crate::kernel::time::Timestamp;
use crate::platform::sealing::Sealer;
use crate::platform::storage::Database;
use axum::Router;
use axum::routing::{get, post};
use security::{authenticator, codes};
use std::sync::Arc;

/// What these pages are given.
pub struct Room {
    pub database: Database,
    pub ambient: Ambient,
    pub sealer: Sealer,
}

pub fn routes(room: Arc<Room>) -> Router {
    Router::new()
        .route("/account", get(overview::show))
        .route("/account/profile", get(profile::show).post(profile::save))
        .route("/account/sessions/end", post(overview::end_session))
        .route("/account/security", get(security::show))
        .route("/account/security/authenticator/add", post(authenticator::offer))
        .route(
            "/account/security/authenticator",
            get(authenticator::show).post(authenticator::confirm),
        )
        .route("/account/security/authenticator/remove", post(authenticator::remove))
        .route("/account/security/recovery-codes", post(codes::renew))
        .with_state(room)
}

/// In UTC.
fn day(at: Timestamp) -> String {
    at.rfc3339().chars().take(10).collect()
}
