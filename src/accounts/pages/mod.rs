//! What people see of their own account.

mod overview;
mod profile;

use super::model::{Field, User};
use crate::platform::messages::Language;
use crate::platform::storage::Database;
use crate::platform::web::page::Shell;
use axum::Router;
use axum::routing::{get, post};
use std::sync::Arc;

/// What these pages are given.
pub struct Room {
    pub database: Database,
}

/// In the language of their profile, unless they chose another one in this browser.
fn for_user(shell: Shell, user: &User) -> Shell {
    shell.preferring(user.profile.get(Field::Locale).and_then(Language::of_tag), None)
}

pub fn routes(room: Arc<Room>) -> Router {
    Router::new()
        .route("/account", get(overview::show))
        .route("/account/profile", get(profile::show).post(profile::save))
        .route("/account/sessions/end", post(overview::end_session))
        .with_state(room)
}
