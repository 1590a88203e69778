//! A document is of a version that somebody has not accepted, and comes before anything else.

use super::super::complete::not_accepted;
use super::super::duty::{Over, accept};
use super::super::model::Step;
use super::login::{Again, place};
use super::new_password::Standing;
use super::{Journey, Room};
use crate::accounts::model::Document;
use crate::kernel::failure::No;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use crate::sessions::http::{Browser, MaybeUser, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "signin/documents.html")]
struct DocumentsPage<'a> {
    shell: &'a Shell,
    action: String,
    back: String,
    token: String,
    documents: Vec<Document>,
    wrong: Option<String>,
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    let here = (&*room, &journey, &browser);
    match Standing::at(Step::Documents, here, user.as_ref()).await? {
        Err(response) => Ok(response),
        Ok(standing) => page(&room, (&journey, &browser), &standing, Again::default()).await,
    }
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let here = (&*room, &journey, &browser);
    let standing = match Standing::at(Step::Documents, here, user.as_ref()).await? {
        Err(response) => return Ok(response),
        Ok(standing) => standing,
    };
    let again = if !browser.vouches(fields.text("token")).await? {
        Again::with(StatusCode::OK, journey.shell.say("sign-in-once-more"))
    } else if fields.text("accepted") != "yes" {
        let words = journey.shell.say("register-not-accepted");
        Again::with(StatusCode::UNPROCESSABLE_ENTITY, words)
    } else {
        let place = place(&journey, &browser).await?;
        return match accept(&room.ground, journey.at, &standing.doing(&journey), &place).await {
            Ok(outcome) => Ok(journey.onward(&outcome)),
            Err(No::Refused(Over)) => Ok(see_other(&journey.place("/login"))),
            Err(No::Failed(failure)) => Err(failure.into()),
        };
    };
    page(&room, (&journey, &browser), &standing, again).await
}

async fn page(
    room: &Room,
    (journey, browser): (&Journey, &Browser),
    standing: &Standing,
    again: Again,
) -> Result<Response, Problem> {
    let (user, duties) = (&standing.user.id, &journey.duties);
    let read = async |work: &mut Work| not_accepted(work, user, &duties.documents).await;
    let page = DocumentsPage {
        shell: &journey.shell,
        action: journey.place_of("/login/documents", Some(&standing.way.id)),
        back: journey.place("/login"),
        token: browser.token().await?,
        documents: room.ground.database.read(journey.at, read).await?,
        wrong: again.wrong,
    };
    let page = Page::new(page).with_status(again.status).with_policy(journey.policy());
    Ok(page.into_response())
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("signin/documents", "", |shell| sample(shell, None)),
    Sample::of("signin/documents", "wrong", |shell| {
        sample(shell, Some(shell.say("register-not-accepted").into()))
    }),
];

fn sample(shell: &Shell, wrong: Option<String>) -> Response {
    let document = |name| Document { name, url: "#terms".into(), version: "2026-11".into() };
    let (action, back) = ("/login/documents".into(), "/login".into());
    let documents = ["terms", "privacy"].map(document).into();
    let page = DocumentsPage { shell, action, back, token: String::new(), documents, wrong };
    Page::new(page).into_response()
}
