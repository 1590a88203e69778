//! An account of one's own: the form, and the page that says to look for a letter. Both are the same for every address.

mod samples;

pub(super) use samples::SAMPLES;

use super::words::breach;
use super::{Room, Visit};
use crate::accounts::desk::Rules;
use crate::accounts::model::{Applicant, Document};
use crate::accounts::register::{Application, RESENT_AFTER_SECONDS, Refusal, again, apply};
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, No};
use crate::platform::messages::Language;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::sessions::http::{Browser, see_other};
use crate::tenants::model::display_name;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "journey/register.html")]
struct RegisterPage<'a> {
    shell: &'a Shell,
    action: String,
    sign_in: String,
    token: String,
    typed: &'a Typed,
    fewest: usize,
    documents: Vec<Document>,
    wrong: &'a [Wrong],
}

/// What stays in the form.
#[derive(Default)]
struct Typed {
    name: String,
    email: String,
}

/// A field, and what is wrong with it.
struct Wrong {
    field: &'static str,
    words: String,
}

fn wrong(field: &'static str, words: impl Into<String>) -> Wrong {
    Wrong { field, words: words.into() }
}

impl RegisterPage<'_> {
    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong.field == field)
    }
}

/// Where nobody can register, there is nothing.
fn rules(room: &Room, visit: &Visit) -> Option<Rules> {
    let rules = (room.desk.rules)(visit.at.tenant);
    let is_open = rules.registration.enabled && room.desk.post.is_open();
    is_open.then_some(rules)
}

fn closed() -> Problem {
    Problem::not_found().coded("registration_closed")
}

pub(super) async fn ask(
    State(room): State<Arc<Room>>,
    visit: Visit,
    browser: Browser,
) -> Result<Response, Problem> {
    let rules = rules(&room, &visit).ok_or_else(closed)?;
    let form = (StatusCode::OK, &Typed::default(), &[][..]);
    show(&room, (&visit, &browser), (&rules, form)).await
}

pub(super) async fn take(
    State(room): State<Arc<Room>>,
    visit: Visit,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    let rules = rules(&room, &visit).ok_or_else(closed)?;
    let cut = |name| fields.text(name).trim().chars().take(320).collect::<String>();
    let typed = Typed { name: cut("name"), email: cut("email") };
    let (here, language) = ((&visit, &browser), visit.shell.language);
    if !browser.vouches(fields.text("token")).await? {
        let again = [wrong("form", language.say("sign-in-once-more"))];
        return show(&room, here, (&rules, (StatusCode::OK, &typed, &again))).await;
    }
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let (application, mut found) = read((&rules, language), &typed, &fields);
    if let Some(mut application) = application.filter(|_| found.is_empty()) {
        application.applicant.return_to.clone_from(&visit.return_to);
        language.tag().clone_into(&mut application.applicant.language);
        application.applicant.mark = mark(&room, &browser).await?;
        match apply(&room.desk, visit.at, &application, &visit.asker).await {
            Ok(sealed) => {
                remember(&browser, &visit, (&application, &sealed)).await?;
                return Ok(see_other(&visit.place("/register/sent")));
            }
            Err(No::Failed(failure)) => return Err(failure.into()),
            Err(No::Refused(refusal)) => (status, found) = refused(language, refusal),
        }
    }
    show(&room, here, (&rules, (status, &typed, &found))).await
}

/// What can be told without knowing anybody.
fn read(
    (rules, language): (&Rules, Language),
    typed: &Typed,
    fields: &Fields,
) -> (Option<Application>, Vec<Wrong>) {
    let mut found = Vec::new();
    let name = display_name(&typed.name);
    if name.is_err() {
        found.push(wrong("name", language.say("register-no-name")));
    }
    let email = Email::parse(&typed.email);
    let domain = email.as_ref().and_then(|email| email.as_str().rsplit('@').next());
    let domains = &rules.registration.allowed_domains;
    match domain {
        None => found.push(wrong("email", language.say("register-no-email"))),
        Some(domain) if !domains.is_empty() && !domains.iter().any(|one| one == domain) => {
            found.push(wrong("email", language.say("register-other-domain")));
        }
        Some(_) => {}
    }
    let password = fields.secret("password");
    if password.reveal().is_empty() {
        found.push(wrong("password", language.say("password-missing")));
    }
    let documents = rules.documents();
    if !documents.is_empty() && fields.text("accepted") != "yes" {
        found.push(wrong("accepted", language.say("register-not-accepted")));
    }
    let accepted = documents.into_iter().map(|one| (one.name.to_owned(), one.version));
    let applicant = Applicant {
        name: name.unwrap_or_default(),
        accepted: accepted.collect(),
        ..Applicant::default()
    };
    (email.map(|email| Application { email, password, applicant }), found)
}

fn refused(language: Language, refusal: Refusal) -> (StatusCode, Vec<Wrong>) {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    match refusal {
        Refusal::Full(_) => {
            let words = language.say("journey-too-many");
            (StatusCode::TOO_MANY_REQUESTS, vec![wrong("form", words)])
        }
        Refusal::TooLong => (status, vec![wrong("password", language.say("breach-far-too-long"))]),
        Refusal::Weak(why) => {
            let one = |one| wrong("password", breach(language, one));
            (status, why.iter().map(one).collect())
        }
    }
}

async fn show(
    room: &Room,
    (visit, browser): (&Visit, &Browser),
    (rules, (status, typed, found)): (&Rules, (StatusCode, &Typed, &[Wrong])),
) -> Result<Response, Problem> {
    let documents = rules.documents().into_iter();
    let page = RegisterPage {
        shell: &visit.shell,
        action: visit.place("/register"),
        sign_in: visit.place("/login"),
        token: browser.token().await?,
        typed,
        fewest: (room.desk.making)(visit.at.tenant)?.policy.min_length,
        documents: documents.collect(),
        wrong: found,
    };
    Ok(Page::new(page).with_status(status).into_response())
}

/// Tells the browser in which a registration began from any other.
async fn mark(room: &Room, browser: &Browser) -> Result<String, Failure> {
    if let Some(mark) = browser.recall(MARK).await? {
        return Ok(mark);
    }
    let mark = BASE64URL_NOPAD.encode(&room.ambient.random::<16>());
    browser.remember(MARK, &mark).await?;
    Ok(mark)
}

pub(super) const MARK: &str = "mark";

/// So that it can be sent again without the form; what it is made of stays under its seal.
async fn remember(
    browser: &Browser,
    visit: &Visit,
    (application, sealed): (&Application, &str),
) -> Result<(), Failure> {
    browser.remember("registered", application.email.as_str()).await?;
    browser.remember("registration", sealed).await?;
    browser.remember("registered_at", &visit.at.now.seconds().to_string()).await
}

#[derive(Template)]
#[template(path = "journey/sent.html")]
struct SentPage<'a> {
    shell: &'a Shell,
    email: String,
    /// After how many seconds it may be sent again, counted from now.
    wait: i64,
    action: String,
    other: String,
    token: String,
    note: Option<String>,
}

pub(super) async fn sent(visit: Visit, browser: Browser) -> Result<Response, Problem> {
    waiting(&visit, &browser, None).await
}

async fn waiting(
    visit: &Visit,
    browser: &Browser,
    note: Option<String>,
) -> Result<Response, Problem> {
    let Some(email) = browser.recall("registered").await? else {
        return Ok(see_other(&visit.place("/register")));
    };
    let page = SentPage {
        shell: &visit.shell,
        email,
        wait: wait(visit, browser).await?,
        action: visit.place("/register/sent"),
        other: visit.place("/register"),
        token: browser.token().await?,
        note,
    };
    Ok(Page::new(page).into_response())
}

async fn wait(visit: &Visit, browser: &Browser) -> Result<i64, Failure> {
    let since = browser.recall("registered_at").await?;
    let since: i64 = since.and_then(|text| text.parse().ok()).unwrap_or_default();
    Ok((since + RESENT_AFTER_SECONDS - visit.at.now.seconds()).max(0))
}

pub(super) async fn send_again(
    State(room): State<Arc<Room>>,
    visit: Visit,
    browser: Browser,
    fields: Fields,
) -> Result<Response, Problem> {
    rules(&room, &visit).ok_or_else(closed)?;
    let sealed = browser.recall("registration").await?;
    let is_ours = browser.vouches(fields.text("token")).await?;
    let Some(sealed) = sealed.filter(|_| is_ours) else {
        return Ok(see_other(&visit.place("/register")));
    };
    if wait(&visit, &browser).await? > 0 {
        return waiting(&visit, &browser, None).await;
    }
    match again(&room.desk, visit.at, &sealed, &visit.asker).await {
        Ok(()) => {
            browser.remember("registered_at", &visit.at.now.seconds().to_string()).await?;
            Ok(see_other(&visit.place("/register/sent")))
        }
        Err(No::Failed(failure)) => Err(failure.into()),
        Err(No::Refused(_)) => {
            let note = visit.shell.say("journey-too-many").into();
            waiting(&visit, &browser, Some(note)).await
        }
    }
}
