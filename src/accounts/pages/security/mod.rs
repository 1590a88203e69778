//! How somebody proves who they are: what there is, and what would make it safer.

pub(super) mod authenticator;
pub(super) mod codes;

use super::{Room, day};
use crate::accounts::factors::recovery::{COUNT, FEW};
use crate::accounts::model::{Authenticator, Factors, SecondFactors};
use crate::platform::storage::Work;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, CurrentUser};
use crate::tenants::http::CurrentTenant;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account/security.html")]
struct Security {
    shell: Shell,
    base: String,
    token: String,
    factors: Factors,
    app: Option<App>,
    made: usize,
    few: i64,
}

struct App {
    added: String,
    used: Option<String>,
}

pub(super) async fn show(
    State(room): State<Arc<Room>>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentUser { session }: CurrentUser,
    browser: Browser,
    shell: Shell,
) -> Result<Response, Problem> {
    let read = async |work: &mut Work| {
        let factors = work.factors_of(&session.user).await?;
        Ok((factors, work.authenticator_of(&session.user).await?))
    };
    let (factors, kept) = room.database.read(browser.at, read).await?;
    let page = Security {
        shell,
        base: tenant.base(),
        token: browser.token().await?,
        factors,
        app: kept.as_ref().and_then(app),
        made: COUNT,
        few: FEW,
    };
    Ok(Page::new(page).into_response())
}

fn app(kept: &Authenticator) -> Option<App> {
    let confirmed_at = kept.confirmed_at?;
    Some(App { added: day(confirmed_at), used: kept.used_at.map(day) })
}
