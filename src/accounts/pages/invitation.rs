//! An invitation is accepted: a name and a password, for the address and the role it was made for.

use super::settled::{at_sign_in, settle, with_status_of};
use super::{Room, Visit, over};
use crate::accounts::invite::accept;
use crate::accounts::model::Purpose;
use crate::accounts::register::applicant;
use crate::kernel::secret::Secret;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, NAME, Sample};
use crate::sessions::http::Browser;
use crate::tenants::model::display_name;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "journey/invitation.html")]
struct InvitationPage<'a> {
    shell: &'a Shell,
    action: String,
    token: String,
    name: String,
    email: String,
    fewest: usize,
    wrong: &'a [String],
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    show(&room, (&visit, &browser), (&token, None, &[])).await
}

async fn show(
    room: &Room,
    (visit, browser): (&Visit, &Browser),
    (token, name, wrong): (&str, Option<&str>, &[String]),
) -> Result<Response, Problem> {
    let secret = Secret::new(token);
    let invited = match applicant(&room.desk, visit.at, (Purpose::Invitation, &secret)).await? {
        Ok(invited) => invited,
        Err(dead) => return Ok(over(visit, dead, at_sign_in(visit))),
    };
    let page = InvitationPage {
        shell: &visit.shell,
        action: visit.place(&format!("/invitation/{token}")),
        token: browser.token().await?,
        name: name.map_or(invited.name, str::to_owned),
        email: invited.email,
        fewest: (room.desk.making)(visit.at.tenant)?.policy.min_length,
        wrong,
    };
    Ok(with_status_of(wrong, page))
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let typed: String = fields.text("name").trim().chars().take(320).collect();
    let (here, language) = ((&visit, &browser), visit.shell.language);
    let is_ours = browser.vouches(fields.text("token")).await?;
    let wrong = match (is_ours, display_name(&typed)) {
        (false, _) => vec![language.say("sign-in-once-more").into()],
        (true, Err(_)) => vec![language.say("register-no-name").into()],
        (true, Ok(name)) => {
            let (secret, password) = (Secret::new(token.as_str()), fields.secret("password"));
            let form = (&secret, &*name, &password);
            let done = accept(&room.desk, visit.at, form, &visit.asker).await;
            match settle(here, done, at_sign_in(&visit)).await? {
                Ok(answer) => return Ok(answer),
                Err(wrong) => wrong,
            }
        }
    };
    show(&room, here, (&token, Some(&typed), &wrong)).await
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("journey/invitation", "", |shell| sample(shell, &[])),
    Sample::of("journey/invitation", "weak", |shell| {
        sample(shell, &[shell.say("breach-leaked").into()])
    }),
];

fn sample(shell: &Shell, wrong: &[String]) -> Response {
    let (action, token, fewest) = (String::new(), String::new(), 15);
    let page = InvitationPage {
        shell,
        action,
        token,
        name: NAME.into(),
        email: EMAIL.into(),
        fewest,
        wrong,
    };
    Page::new(page).into_response()
}
