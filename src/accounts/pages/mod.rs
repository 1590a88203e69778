//! What people see of their own account, and of the ways to have one.

mod activity;
mod email;
mod forgot;
mod invitation;
mod letters;
mod overview;
mod password;
mod register;
mod reset;
mod settled;
mod setup;
mod verify;
mod visit;
mod well_known;
pub mod words;

use super::desk::Desk;
mod security;
mod sessions;
mod sure;
mod profile;

use super::model::{Field, User};
use crate::kernel::moment::Ambient;
use crate::platform::messages::Language;
use crate::platform::sealing::Sealer;
use crate::platform::storage::Database;
use crate::platform::web::page::Shell;
use crate::platform::web::sample::Sample;
use axum::Router;
use axum::routing::{get, post};
use security::{authenticator, codes, passkeys};
use std::sync::Arc;
use visit::{Visit, over};

/// What these pages are given.
pub struct Room {
    pub database: Database,
    pub desk: Desk,
    pub ambient: Ambient,
    pub sealer: Sealer,
}

/// In the language of their profile, unless they chose another one in this browser.
fn for_user(shell: Shell, user: &User) -> Shell {
    shell.preferring(user.profile.get(Field::Locale).and_then(Language::of_tag), None)
}

/// For the gallery of development.
pub fn samples() -> Vec<Sample> {
    let journeys = [
        register::SAMPLES,
        verify::SAMPLES,
        invitation::SAMPLES,
        setup::SAMPLES,
        forgot::SAMPLES,
        reset::SAMPLES,
        visit::SAMPLES,
    ];
    let account = [
        overview::SAMPLES,
        profile::SAMPLES,
        password::SAMPLES,
        email::SAMPLES,
        security::SAMPLES,
        authenticator::SAMPLES,
        codes::SAMPLES,
        passkeys::SAMPLES,
        sessions::SAMPLES,
        activity::SAMPLES,
        letters::SAMPLES,
    ];
    [journeys.concat(), account.concat()].concat()
}

pub fn routes(room: Arc<Room>) -> Router {
    Router::new()
        .route("/register", get(register::ask).post(register::take))
        .route("/register/sent", get(register::sent).post(register::send_again))
        .route("/verify/{token}", get(verify::ask).post(verify::take))
        .route("/forgot", get(forgot::ask).post(forgot::take))
        .route("/forgot/sent", get(forgot::sent))
        .route("/reset/{token}", get(reset::ask).post(reset::take))
        .route("/invitation/{token}", get(invitation::ask).post(invitation::take))
        .route("/setup/{token}", get(setup::ask).post(setup::take))
        .route("/email/{token}", get(email::confirm_ask).post(email::confirm))
        .route("/email/undo/{token}", get(email::undo_ask).post(email::undo))
        .route("/.well-known/change-password", get(well_known::change_password))
        .route("/.well-known/passkey-endpoints", get(well_known::passkey_endpoints))
        .route("/account", get(overview::show))
        .route("/account/password", get(password::ask).post(password::take))
        .route("/account/email", get(email::ask).post(email::take))
        .route("/account/profile", get(profile::show).post(profile::save))
        .route("/account/activity", get(activity::show))
        .route("/account/sessions", get(sessions::show))
        .route("/account/sessions/end-others", post(sessions::end_all_others))
        .route("/account/sessions/end", post(sessions::end_one))
        .route("/account/security", get(security::show))
        .route("/account/security/authenticator/add", post(authenticator::offer))
        .route(
            "/account/security/authenticator",
            get(authenticator::show).post(authenticator::confirm),
        )
        .route("/account/security/authenticator/remove", post(authenticator::remove))
        .route("/account/security/recovery-codes", post(codes::renew))
        .route("/account/security/passkeys/add", get(passkeys::ask))
        .route("/account/security/passkeys/options", post(passkeys::options))
        .route("/account/security/passkeys", post(passkeys::take))
        .route("/account/security/passkeys/rename", post(passkeys::rename))
        .route("/account/security/passkeys/remove", post(passkeys::take_away))
        .with_state(room)
}
