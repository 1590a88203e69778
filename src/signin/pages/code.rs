//! The second step: a code from the app, or a recovery code in its place. Both pages are one form.

use super::super::code::{Guess, Kind, Refusal, conclude, prove};
use super::super::model::{Blocked, Purpose, SignIn, SignIns};
use super::login::{Again, blocked_for, place};
use super::{Journey, Room, words};
use crate::accounts::model::Users;
use crate::kernel::failure::{Failure, No};
use crate::kernel::time::Lifetime;
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
#[template(path = "signin/code.html")]
struct CodePage<'a> {
    shell: &'a Shell,
    purpose: &'a Purpose,
    action: String,
    other: String,
    back: String,
    token: String,
    email: &'a str,
    is_recovery: bool,
    /// For how many days; not offered for none.
    trust_days: i64,
    wrong: Option<String>,
}

pub(super) async fn ask_totp(
    State(room): State<Arc<Room>>,
    user: MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    ask(&room, user, &journey, (&browser, Kind::Totp)).await
}

pub(super) async fn ask_recovery(
    State(room): State<Arc<Room>>,
    user: MaybeUser,
    journey: Journey,
    browser: Browser,
) -> Result<Response, Problem> {
    ask(&room, user, &journey, (&browser, Kind::Recovery)).await
}

pub(super) async fn take_totp(
    State(room): State<Arc<Room>>,
    user: MaybeUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    take(&room, user, &journey, (&browser, Kind::Totp, &fields)).await
}

pub(super) async fn take_recovery(
    State(room): State<Arc<Room>>,
    user: MaybeUser,
    journey: Journey,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    take(&room, user, &journey, (&browser, Kind::Recovery, &fields)).await
}

async fn ask(
    room: &Room,
    MaybeUser(user): MaybeUser,
    journey: &Journey,
    (browser, kind): (&Browser, Kind),
) -> Result<Response, Problem> {
    match on_the_way(room, journey, browser).await? {
        Some(way) => page(journey, browser, kind, (&way.email, Again::default())).await,
        None => journey.anew(room, user.as_ref()).await,
    }
}

async fn take(
    room: &Room,
    MaybeUser(former): MaybeUser,
    journey: &Journey,
    (browser, kind, fields): (&Browser, Kind, &Fields),
) -> Result<Response, Problem> {
    let Some(way) = on_the_way(room, journey, browser).await? else {
        return journey.anew(room, former.as_ref()).await;
    };
    let code = fields.secret("code");
    let again = if !browser.vouches(fields.text("token")).await? {
        Again::with(StatusCode::OK, journey.shell.say("sign-in-once-more"))
    } else if code.reveal().trim().is_empty() {
        Again::with(StatusCode::UNPROCESSABLE_ENTITY, journey.shell.say("code-missing"))
    } else {
        let guess = Guess {
            sign_in: way.sign_in.id.clone(),
            browser: way.sign_in.browser,
            kind,
            code,
            personal: journey.personal.clone(),
            request: journey.request.clone(),
        };
        let trusts = fields.text("trust") == "yes";
        let way = Way { trusts, ..way };
        return verify(room, journey, browser, (&way, &guess)).await;
    };
    page(journey, browser, kind, (&way.email, again)).await
}

async fn verify(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
    (way, guess): (&Way, &Guess),
) -> Result<Response, Problem> {
    let refusal = match prove(&room.ground, journey.at, guess, journey.terms).await {
        Err(No::Refused(refusal)) => refusal,
        Err(No::Failed(failure)) => return Err(failure.into()),
        Ok(proof) => {
            let mut place = place(journey, browser).await?;
            if way.trusts && journey.terms.trust > Lifetime::ZERO {
                place.trusted_until = Some(journey.at.now.plus(journey.terms.trust));
            }
            match conclude(&room.ground, journey.at, &proof, &place).await {
                Ok(outcome) => return Ok(journey.onward(&outcome)),
                Err(No::Refused(refusal)) => refusal,
                Err(No::Failed(failure)) => return Err(failure.into()),
            }
        }
    };
    let again = match refusal {
        Refusal::Over => return Ok(see_other(&journey.place("/login"))),
        Refusal::Wrong => {
            let words = words::wrong(journey.shell.language, guess.kind);
            Again::with(StatusCode::UNPROCESSABLE_ENTITY, words)
        }
        Refusal::Blocked(blocked) => {
            let words = words::blocked(journey.shell.language, blocked, journey.at.now);
            Again::with(StatusCode::TOO_MANY_REQUESTS, words)
        }
    };
    let response = page(journey, browser, guess.kind, (&way.email, again)).await?;
    Ok(match refusal {
        Refusal::Blocked(Blocked { until }) => blocked_for(response, until.since(journey.at.now)),
        _ => response,
    })
}

/// Somebody of whom something is proven, in this browser.
struct Way {
    sign_in: SignIn,
    email: String,
    /// They wish not to be asked again on this device.
    trusts: bool,
}

async fn on_the_way(
    room: &Room,
    journey: &Journey,
    browser: &Browser,
) -> Result<Option<Way>, Failure> {
    let Some((id, name)) = journey.step.as_ref().zip(browser.name()) else { return Ok(None) };
    let read = async |work: &mut Work| {
        let Some(sign_in) = work.sign_in(id, &name).await? else { return Ok(None) };
        let user = work.user(&sign_in.user).await?;
        Ok(user.map(|user| Way { sign_in, email: user.email.to_string(), trusts: false }))
    };
    room.ground.database.read(journey.at, read).await
}

async fn page(
    journey: &Journey,
    browser: &Browser,
    kind: Kind,
    (email, again): (&str, Again),
) -> Result<Response, Problem> {
    let (here, other) = match kind {
        Kind::Totp => ("/login/totp", "/login/recovery"),
        Kind::Recovery => ("/login/recovery", "/login/totp"),
    };
    let step = journey.step.as_ref();
    let page = CodePage {
        shell: &journey.shell,
        purpose: &journey.purpose,
        action: journey.place_of(here, step),
        other: journey.place_of(other, step),
        back: journey.place("/login"),
        token: browser.token().await?,
        email,
        is_recovery: kind == Kind::Recovery,
        trust_days: journey.terms.trust.as_seconds() / Lifetime::days(1).as_seconds(),
        wrong: again.wrong,
    };
    let page = Page::new(page).with_status(again.status).with_policy(journey.policy());
    Ok(page.into_response())
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("signin/code", "", |shell| sample(shell, false, None)),
    Sample::of("signin/code", "wrong", |shell| {
        sample(shell, false, Some(shell.say("code-wrong").into()))
    }),
    Sample::of("signin/code", "recovery", |shell| sample(shell, true, None)),
];

fn sample(shell: &Shell, is_recovery: bool, wrong: Option<String>) -> Response {
    let page = CodePage {
        shell,
        purpose: &super::login::purpose(),
        action: "/login/totp".into(),
        other: "/login/recovery".into(),
        back: "/login".into(),
        token: String::new(),
        email: EMAIL,
        is_recovery,
        trust_days: 30,
        wrong,
    };
    Page::new(page).into_response()
}
