//! An authenticator app is set up and taken away.

use super::codes;
use crate::accounts::factors::totp::{Picture, Seed, grouped, picture};
use crate::accounts::factors::{recovery, second};
use crate::accounts::model::Users;
use crate::accounts::pages::Room;
use crate::accounts::pages::sure::SureUser;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::UserId;
use crate::platform::storage::{At, Work};
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, Sample};
use crate::sessions::end::{Reason, end_others};
use crate::sessions::http::{Browser, see_other};
use crate::sessions::model::Devices;
use crate::tenants::http::CurrentTenant;
use crate::tenants::model::Tenant;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/authenticator.html")]
struct SetUp {
    shell: Shell,
    base: String,
    token: String,
    picture: Option<Picture>,
    spelled: String,
    wrong: bool,
}

/// A seed is made. Asked twice, the second takes the place of the first.
pub(in crate::accounts::pages) async fn offer(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    user: SureUser,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    if !browser.vouches(fields.text("token")).await? {
        return Ok(see_other(&format!("{}/account/security", tenant.base())));
    }
    let offer =
        async |work: &mut Work| Ok(second::offer(&room.sealer, work, &user.session.user).await?);
    let done: Done<bool> = room.database.write(browser.at, offer).await;
    unrefused(done)?;
    Ok(see_other(&format!("{}/account/security/authenticator", tenant.base())))
}

pub(in crate::accounts::pages) async fn show(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    user: SureUser,
    (browser, shell): (Browser, Shell),
) -> Result<Response, Problem> {
    page(&room, &tenant, (&user.session.user, &browser, shell), StatusCode::OK).await
}

/// The code shows that the app has read the seed. The first factor brings recovery codes along.
pub(in crate::accounts::pages) async fn confirm(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    user: SureUser,
    (browser, shell): (Browser, Shell),
    fields: Fields,
) -> Result<Response, Problem> {
    let (id, wrong) = (&user.session.user, StatusCode::UNPROCESSABLE_ENTITY);
    if !browser.vouches(fields.text("token")).await? {
        return page(&room, &tenant, (id, &browser, shell), StatusCode::OK).await;
    }
    let codes = recovery::draw(&room.ambient);
    let typed = fields.text("code");
    let confirm = async |work: &mut Work| {
        if !second::confirm(&room.sealer, work, (id, typed), &user.context).await? {
            return Ok(false);
        }
        second::renew_recovery_codes(work, (id, &codes), &user.context).await?;
        changed(work, &user).await?;
        Ok(true)
    };
    let done: Done<bool> = room.database.write(browser.at, confirm).await;
    match unrefused(done)? {
        true => Ok(codes::page(shell, &tenant, &codes)),
        false => page(&room, &tenant, (id, &browser, shell), wrong).await,
    }
}

pub(in crate::accounts::pages) async fn remove(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    user: SureUser,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let here = format!("{}/account/security", tenant.base());
    if !browser.vouches(fields.text("token")).await? {
        return Ok(see_other(&here));
    }
    let remove = async |work: &mut Work| {
        if second::remove_authenticator(work, &user.session.user, &user.context).await? {
            changed(work, &user).await?;
        }
        Ok(())
    };
    let done: Done<()> = room.database.write(browser.at, remove).await;
    unrefused(done)?;
    Ok(see_other(&here))
}

/// Whoever else is in, or on the way in, was let in under the old terms (INV-21).
pub(super) async fn changed(work: &mut Work, user: &SureUser) -> Result<(), Failure> {
    let (id, here) = (&user.session.user, &user.session.id);
    second::begin_anew(work, id).await?;
    work.forget_devices_of(id).await?;
    end_others(work, (id, here), Reason::FactorsChanged, &user.context).await
}

async fn page(
    room: &Room,
    tenant: &Tenant,
    (user, browser, shell): (&UserId, &Browser, Shell),
    status: StatusCode,
) -> Result<Response, Problem> {
    let Some((seed, email)) = offered(room, browser.at, user).await? else {
        return Ok(see_other(&format!("{}/account/security", tenant.base())));
    };
    let page = SetUp {
        base: tenant.base(),
        token: browser.token().await?,
        picture: picture(&seed.address(&shell.name, &email)),
        spelled: grouped(&seed.spelled()),
        wrong: status != StatusCode::OK,
        shell,
    };
    Ok(Page::new(page).with_status(status).into_response())
}

async fn offered(room: &Room, at: At, user: &UserId) -> Result<Option<(Seed, String)>, Failure> {
    let read = async |work: &mut Work| {
        let seed = second::offered(&room.sealer, work, user).await?;
        let email = work.user(user).await?.map(|user| user.email.to_string());
        Ok(seed.zip(email))
    };
    room.database.read(at, read).await
}

pub(in crate::accounts::pages) const SAMPLES: &[Sample] = &[
    Sample::of("account/authenticator", "", |shell| sample(shell, false)),
    Sample::of("account/authenticator", "wrong", |shell| sample(shell, true)),
];

fn sample(shell: &Shell, wrong: bool) -> Response {
    let seed = Seed::new(*b"of a sample, no more");
    let picture = picture(&seed.address(&shell.name, EMAIL));
    let spelled = grouped(&seed.spelled());
    let (shell, base, token) = (shell.clone(), String::new(), String::new());
    Page::new(SetUp { shell, base, token, picture, spelled, wrong }).into_response()
}
