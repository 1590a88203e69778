//! A browser comes back from a provider. What it carries is read strictly, and counts once.

use super::super::super::federated::{Seen, Went, conclude, failed as note};
use super::super::login::place;
use super::super::{Journey, Room};
use super::{BROWSER, failed, words};
use crate::events::{Actor, Context};
use crate::federation::complete::{Arrival, Brought, Claimed, Lost, claim, hear};
use crate::federation::link::{self, link_arrival};
use crate::federation::model::Provider;
use crate::federation::redirect_uri;
use crate::kernel::failure::No;
use crate::kernel::secret::Secret;
use crate::platform::storage::Work;
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, CurrentUser, MaybeUser, see_other};
use crate::tenants::model::Slug;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;
use url::form_urlencoded;

/// What a browser carries: a code or an error, never both, and each name once.
struct Carried {
    state: Secret,
    iss: Option<String>,
    answer: Result<Secret, String>,
}

/// Longer than any of them is (security.md §0.2).
const LONGEST: usize = 2 * 1024;

impl Carried {
    fn read(query: &str) -> Option<Self> {
        let (mut state, mut iss, mut code, mut error) = (None, None, None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "state" => &mut state,
                "iss" => &mut iss,
                "code" => &mut code,
                "error" => &mut error,
                _ => continue,
            };
            if value.is_empty() || value.len() > LONGEST || place.is_some() {
                return None;
            }
            *place = Some(value.into_owned());
        }
        let answer = match (code, error) {
            (Some(code), None) => Ok(Secret::new(code)),
            (None, Some(error)) => Err(error),
            _ => return None,
        };
        Some(Self { state: Secret::new(state?), iss, answer })
    }
}

pub(in super::super) async fn receive(
    State(room): State<Arc<Room>>,
    (Path(name), RawQuery(query)): (Path<String>, RawQuery),
    MaybeUser(former): MaybeUser,
    mut journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    let slug = Slug::parse(&name).map_err(|_| Problem::of_status(StatusCode::NOT_FOUND))?;
    let carried = Carried::read(query.as_deref().unwrap_or_default());
    let known = browser.recall(BROWSER).await?.map(Secret::new);
    let (Some(carried), Some(known)) = (carried, known) else {
        let words = words::lost(journey.shell.language);
        return failed(&journey, &browser, (words, None)).await;
    };
    let claimed = match claim(&room.federation, journey.at, &slug, (&carried.state, &known)).await {
        Ok(claimed) => claimed,
        Err(No::Failed(failure)) => return Err(failure.into()),
        Err(No::Refused(lost)) => {
            note(&room.ground, journey.at, (reason(lost), &seen(&journey))).await?;
            let language = journey.shell.language;
            let words = match lost {
                Lost::Trip => words::lost(language),
                Lost::Provider => words::closed(language),
            };
            return failed(&journey, &browser, (words, None)).await;
        }
    };
    journey.resume(&room, &claimed.trip).await?;
    match Box::pin(listen(&room, &journey, &browser, (claimed, carried, &known))).await? {
        Ok(arrival) if arrival.trip.user.is_some() => {
            joined(&room, &journey, &browser, (&arrival, former)).await
        }
        Ok(arrival) => arrived(&room, &journey, &browser, &arrival).await,
        Err(response) => Ok(response),
    }
}

const fn reason(lost: Lost) -> &'static str {
    match lost {
        Lost::Trip => "trip_unknown",
        Lost::Provider => "provider_closed",
    }
}

fn seen(journey: &Journey) -> Seen {
    Seen { personal: journey.personal.clone(), request: journey.request.clone() }
}

/// What the provider says of the code, or the page that says why there is nothing to hear.
async fn listen(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    (claimed, carried, known): (Claimed, Carried, &Secret),
) -> Result<Result<Arrival, Response>, Problem> {
    let provider = claimed.provider.clone();
    let code = match carried.answer {
        Ok(code) => code,
        Err(error) => {
            note(&room.ground, journey.at, ("provider_error", &seen(journey))).await?;
            let words = words::of_error(journey.shell.language, &provider, &error);
            return Ok(Err(failed(journey, browser, (words, Some(&provider))).await?));
        }
    };
    let redirect_uri = redirect_uri(&journey.issuer, provider.slug.as_str());
    let brought = Brought { code, iss: carried.iss, redirect_uri };
    match hear(&room.federation, journey.at, claimed, (&brought, known)).await {
        Ok(arrival) => Ok(Ok(arrival)),
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(trouble)) => {
            note(&room.ground, journey.at, (trouble.as_str(), &seen(journey))).await?;
            let words = words::of_trouble(journey.shell.language, &provider, &trouble);
            Ok(Err(failed(journey, browser, (words, Some(&provider))).await?))
        }
    }
}

/// Somebody signs in.
async fn arrived(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    arrival: &Arrival,
) -> Result<Response, Problem> {
    let place = place(journey, browser).await?;
    match conclude(&room.ground, journey.at, arrival, (&place, &seen(journey))).await {
        Ok(Went::On(outcome)) => Ok(journey.onward(&outcome)),
        Ok(Went::Prove { proof }) => {
            super::link::wait(browser, &proof).await?;
            Ok(see_other(&journey.place("/login/link")))
        }
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(refusal)) => {
            let provider: &Provider = &arrival.provider;
            let words = words::of_refusal(journey.shell.language, provider, refusal);
            failed(journey, browser, (words, Some(provider))).await
        }
    }
}

/// Somebody who is signed in links what arrived.
async fn joined(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    (arrival, user): (&Arrival, Option<CurrentUser>),
) -> Result<Response, Problem> {
    let language = journey.shell.language;
    let refused = |refusal| failed(journey, browser, (words::of_link(language, refusal), None));
    let Some(CurrentUser { session }) = user else {
        return refused(link::Refusal::NotProven).await;
    };
    if !link::is_recent(&session, journey.at.now) {
        return refused(link::Refusal::NotProven).await;
    }
    let actor = Actor::User { user: session.user.clone() };
    let context = Context { actor, request: journey.request.clone() };
    let join = async |work: &mut Work| link_arrival(work, arrival, &session.user, &context).await;
    match room.ground.database.write(journey.at, join).await {
        Ok(()) => Ok(see_other(&journey.end())),
        Err(No::Refused(refusal)) => refused(refusal).await,
        Err(No::Failed(failure)) => Err(failure.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    //
    #[test]
    fn an_answer_is_a_code_or_an_error_and_names_each_thing_once() {
        let read = |query: &str| Carried::read(query).map(|carried| carried.answer.is_ok());
        assert_eq!(read("state=a&code=b"), Some(true));
        assert_eq!(read("state=a&code=b&iss=c&session_state=d"), Some(true));
        assert_eq!(read("state=a&error=access_denied&error_description=x"), Some(false));
        for wrong in [
            "",
            "state=a",
            "code=b",
            "state=&code=b",
            "state=a&code=",
            "state=a&code=b&error=c",
            "state=a&state=a&code=b",
            "state=a&code=b&code=c",
            "state=a&code=b&iss=c&iss=c",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(read(&format!("state=a&code={}", "x".repeat(LONGEST + 1))), None);
    }
}
