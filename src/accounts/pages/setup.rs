//! The first administrator: by a link that is good once, and only while there is none.

use super::settled::{at_sign_in, settle, with_status_of};
use super::{Room, Visit, over};
use crate::accounts::setup::{First, complete, is_open};
use crate::kernel::email::Email;
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
#[template(path = "journey/setup.html")]
struct SetupPage<'a> {
    shell: &'a Shell,
    action: String,
    token: String,
    name: &'a str,
    email: &'a str,
    fewest: usize,
    wrong: &'a [String],
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    Path(token): Path<String>,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    show(&room, (&visit, &browser), (&token, ("", "")), &[]).await
}

async fn show(
    room: &Room,
    (visit, browser): (&Visit, &Browser),
    (token, (name, email)): (&str, (&str, &str)),
    wrong: &[String],
) -> Result<Response, Problem> {
    if let Err(dead) = is_open(&room.desk, visit.at, &Secret::new(token)).await? {
        return Ok(over(visit, dead, at_sign_in(visit)));
    }
    let page = SetupPage {
        shell: &visit.shell,
        action: visit.place(&format!("/setup/{token}")),
        token: browser.token().await?,
        name,
        email,
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
    let cut = |name| fields.text(name).trim().chars().take(320).collect::<String>();
    let (name, email) = (cut("name"), cut("email"));
    let here = (&visit, &browser);
    let typed = (&*token, (&*name, &*email));
    let language = visit.shell.language;
    let is_ours = browser.vouches(fields.text("token")).await?;
    let (first, wrong) = match (is_ours, display_name(&name), Email::parse(&email)) {
        (false, ..) => (None, vec![language.say("sign-in-once-more").into()]),
        (_, Err(_), _) => (None, vec![language.say("register-no-name").into()]),
        (_, _, None) => (None, vec![language.say("register-no-email").into()]),
        (true, Ok(name), Some(email)) => {
            (Some(First { email, name, password: fields.secret("password") }), Vec::new())
        }
    };
    let Some(first) = first else { return show(&room, here, typed, &wrong).await };
    let secret = Secret::new(token.as_str());
    let done = complete(&room.desk, visit.at, (&secret, &first), &visit.asker).await;
    match settle(here, done, at_sign_in(&visit)).await? {
        Ok(answer) => Ok(answer),
        Err(wrong) => show(&room, here, typed, &wrong).await,
    }
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("journey/setup", "", |shell| sample(shell, &[])),
    Sample::of("journey/setup", "weak", |shell| {
        sample(shell, &[shell.say("breach-leaked").into()])
    }),
];

fn sample(shell: &Shell, wrong: &[String]) -> Response {
    let (action, token, fewest) = (String::new(), String::new(), 15);
    let page = SetupPage {
        shell,
        action,
        token,
        name: if wrong.is_empty() { "" } else { NAME },
        email: if wrong.is_empty() { "" } else { EMAIL },
        fewest,
        wrong,
    };
    Page::new(page).into_response()
}
