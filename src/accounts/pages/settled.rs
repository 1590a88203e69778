//! After a link that asked for a password: the sign-in, the same page once more, or that the link does nothing any more.

use super::visit::{Visit, over};
use super::words::breaches;
use crate::accounts::model::User;
use crate::accounts::set_password::{Refusal, Undone};
use crate::kernel::failure::No;
use crate::platform::messages::Phrase;
use crate::platform::web::page::Page;
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, see_other};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Where whoever holds a dead invitation or setup link belongs: an account may be there already.
pub(super) fn at_sign_in(visit: &Visit) -> (&'static str, Phrase) {
    ("/login", visit.shell.say("sign-in-title"))
}

/// The answer, or what the page is to say when it is shown again.
pub(super) async fn settle(
    (visit, browser): (&Visit, &Browser),
    done: Result<User, No<Undone>>,
    again: (&str, Phrase),
) -> Result<Result<Response, Vec<String>>, Problem> {
    let undone = match done {
        Ok(user) => {
            browser.remember("username", user.email.as_str()).await?;
            return Ok(Ok(see_other(&visit.place("/login"))));
        }
        Err(No::Failed(failure)) => return Err(failure.into()),
        Err(No::Refused(undone)) => undone,
    };
    let language = visit.shell.language;
    Ok(match undone {
        Undone::Dead(dead) => Ok(over(visit, dead, again)),
        Undone::Taken => Err(vec![language.say("verify-taken").into()]),
        Undone::Password(Refusal::TooLong) => Err(vec![language.say("breach-far-too-long").into()]),
        Undone::Password(Refusal::Weak(why)) => Err(breaches(language, &why)),
    })
}

/// A page that can say what is wrong with what was sent.
pub(super) fn with_status_of(wrong: &[String], page: impl Template) -> Response {
    let status = match wrong {
        [] => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Page::new(page).with_status(status).into_response()
}
