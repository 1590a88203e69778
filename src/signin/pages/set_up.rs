//! Whoever must have a second factor and has none sets up an authenticator app on the way in.

use super::super::code::{Guess, Kind, Refusal, conclude};
use super::super::complete::Outcome;
use super::super::model::SignIns;
use super::super::set_up::{confirm, offer};
use super::login::{Again, place};
use super::{Journey, Room, words};
use crate::accounts::factors::totp::{Picture, Seed, grouped, picture};
use crate::accounts::factors::{recovery, second};
use crate::accounts::model::Users;
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::SignInId;
use crate::kernel::secret::{Hash, Secret};
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::{EMAIL, Sample};
use crate::sessions::http::{Browser, MaybeUser, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "signin/set_up.html")]
struct SetUpPage<'a> {
    shell: &'a Shell,
    token: String,
    begin: String,
    action: String,
    /// Nothing is offered yet.
    is_begun: bool,
    picture: Option<Picture>,
    spelled: String,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "signin/set_up_done.html")]
struct DonePage<'a> {
    shell: &'a Shell,
    onward: String,
    codes: Vec<&'a str>,
    file: String,
}

struct Way {
    id: SignInId,
    browser: Hash,
    email: String,
    seed: Option<Seed>,
}

async fn way(room: &Room, journey: &Journey, browser: &Browser) -> Result<Option<Way>, Failure> {
    let Some((id, name)) = journey.step.clone().zip(browser.name()) else { return Ok(None) };
    let read = async |work: &mut Work| {
        let Some(sign_in) = work.sign_in(&id, &name).await? else { return Ok(None) };
        let seed = second::offered(&room.ground.sealer, work, &sign_in.user).await?;
        let user = work.user(&sign_in.user).await?;
        Ok(user.map(|user| (user.email.to_string(), seed)))
    };
    let found = room.ground.database.read(journey.at, read).await?;
    Ok(found.map(|(email, seed)| Way { id: id.clone(), browser: name, email, seed }))
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    match way(&room, &journey, &browser).await? {
        Some(way) => page(&journey, &browser, &way, Again::default()).await,
        None => journey.anew(&room, user.as_ref()).await,
    }
}

pub(super) async fn begin(
    State(room): State<Arc<Room>>,
    MaybeUser(user): MaybeUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let Some(way) = way(&room, &journey, &browser).await? else {
        return journey.anew(&room, user.as_ref()).await;
    };
    if browser.vouches(fields.text("token")).await? {
        match offer(&room.ground, journey.at, (&way.id, &way.browser)).await {
            Ok(()) => {}
            Err(No::Refused(_)) => return journey.anew(&room, user.as_ref()).await,
            Err(No::Failed(failure)) => return Err(failure.into()),
        }
    }
    Ok(see_other(&journey.place_of("/login/mfa-setup", Some(&way.id))))
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    MaybeUser(former): MaybeUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let Some(way) = way(&room, &journey, &browser).await? else {
        return journey.anew(&room, former.as_ref()).await;
    };
    if !browser.vouches(fields.text("token")).await? {
        let again = Again::with(StatusCode::OK, journey.shell.say("sign-in-once-more"));
        return page(&journey, &browser, &way, again).await;
    }
    let guess = Guess {
        sign_in: way.id.clone(),
        browser: way.browser,
        kind: Kind::Totp,
        code: fields.secret("code"),
        personal: journey.personal.clone(),
        request: journey.request.clone(),
    };
    match finish(&room, &journey, &browser, &guess).await? {
        Ok((outcome, codes)) => Ok(done(&journey, &outcome, &codes)),
        Err(Refusal::Over) => Ok(see_other(&journey.place("/login"))),
        Err(Refusal::Wrong) => {
            let words = words::wrong(journey.shell.language, Kind::Totp);
            let again = Again::with(StatusCode::UNPROCESSABLE_ENTITY, words);
            page(&journey, &browser, &way, again).await
        }
        Err(Refusal::Blocked(blocked)) => {
            let words = words::blocked(journey.shell.language, blocked, journey.at.now);
            let again = Again::with(StatusCode::TOO_MANY_REQUESTS, words);
            page(&journey, &browser, &way, again).await
        }
    }
}

type Finished = Result<(Outcome, Vec<Secret>), Refusal>;

async fn finish(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    guess: &Guess,
) -> Result<Finished, Failure> {
    let (ground, codes) = (&room.ground, recovery::draw(&room.ground.ambient));
    let proof = confirm(ground, journey.at, (guess, &codes), journey.terms).await;
    let concluded = match proof {
        Ok(proof) => {
            let place = place(journey, browser).await?;
            conclude(ground, journey.at, &proof, &place).await
        }
        Err(no) => Err(no),
    };
    match concluded {
        Ok(outcome) => Ok(Ok((outcome, codes))),
        Err(No::Refused(refusal)) => Ok(Err(refusal)),
        Err(No::Failed(failure)) => Err(failure),
    }
}

/// The codes are shown only now, so the way goes on by a link.
fn done(journey: &Journey, outcome: &Outcome, codes: &[Secret]) -> Response {
    let page = DonePage {
        shell: &journey.shell,
        onward: journey.place_after(outcome),
        codes: codes.iter().map(Secret::reveal).collect(),
        file: recovery::file(codes),
    };
    let response = Page::new(page).into_response();
    if matches!(outcome, Outcome::In(_)) { journey.mark.keep(response) } else { response }
}

async fn page(
    journey: &Journey,
    browser: &Browser,
    way: &Way,
    again: Again,
) -> Result<Response, Problem> {
    let seed = way.seed.as_ref();
    let page = SetUpPage {
        shell: &journey.shell,
        token: browser.token().await?,
        begin: journey.place_of("/login/mfa-setup/begin", Some(&way.id)),
        action: journey.place_of("/login/mfa-setup", Some(&way.id)),
        is_begun: seed.is_some(),
        picture: seed.and_then(|seed| picture(&seed.address(&journey.shell.name, &way.email))),
        spelled: seed.map(|seed| grouped(&seed.spelled())).unwrap_or_default(),
        wrong: again.wrong,
    };
    Ok(Page::new(page).with_status(again.status).into_response())
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("signin/set_up", "", |shell| sample(shell, false, None)),
    Sample::of("signin/set_up", "begun", |shell| sample(shell, true, None)),
    Sample::of("signin/set_up", "wrong", |shell| {
        sample(shell, true, Some(shell.say("code-wrong").into()))
    }),
    Sample::of("signin/set_up_done", "", |shell| {
        let (codes, onward, file) = (vec!["8k2q-4m7z-x1pa"; 10], String::new(), String::new());
        Page::new(DonePage { shell, onward, codes, file }).into_response()
    }),
];

fn sample(shell: &Shell, is_begun: bool, wrong: Option<String>) -> Response {
    let seed = Seed::new(*b"of a sample, no more");
    let (token, begin, action) = (String::new(), String::new(), String::new());
    let (picture, spelled) = (picture(&seed.address(&shell.name, EMAIL)), grouped(&seed.spelled()));
    let page = SetUpPage { shell, token, begin, action, is_begun, picture, spelled, wrong };
    Page::new(page).into_response()
}
