//! Recovery codes are shown, once.

use crate::accounts::factors::recovery::COUNT;
use crate::accounts::factors::{recovery, second};
use crate::accounts::pages::Room;
use crate::accounts::pages::sure::SureUser;
use crate::kernel::failure::{Done, unrefused};
use crate::kernel::secret::Secret;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, see_other};
use crate::tenants::http::CurrentTenant;
use crate::tenants::model::Tenant;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct SavePage<'a> {
    shell: Shell,
    base: String,
    codes: Vec<&'a str>,
    /// The same as a file.
    file: String,
}

/// The old ones are worth nothing from now on.
pub(in crate::accounts::pages) async fn renew(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    user: SureUser,
    (browser, shell): (Browser, Shell),
    fields: Fields,
) -> Result<Response, Problem> {
    if !user.factors.any() || !browser.vouches(fields.text("token")).await? {
        return Ok(see_other(&format!("{}/account/security", tenant.base())));
    }
    let codes = recovery::draw(&room.ambient);
    let renew = async |work: &mut Work| {
        Ok(second::renew_recovery_codes(work, (&user.session.user, &codes), &user.context).await?)
    };
    let done: Done<()> = room.database.write(browser.at, renew).await;
    unrefused(done)?;
    Ok(page(shell, &tenant, &codes))
}

pub(super) fn page(shell: Shell, tenant: &Tenant, codes: &[Secret]) -> Response {
    let file = recovery::file(codes);
    let codes: Vec<&str> = codes.iter().map(Secret::reveal).collect();
    Page::new(SavePage { shell, base: tenant.base(), codes, file }).into_response()
}

pub(in crate::accounts::pages) const SAMPLES: &[Sample] =
    &[Sample::of("account/recovery_codes", "", |shell| {
        let (shell, base, file) = (shell.clone(), String::new(), String::new());
        Page::new(SavePage { shell, base, codes: vec!["8k2q-4m7z-x1pa"; COUNT], file })
            .into_response()
    })];
