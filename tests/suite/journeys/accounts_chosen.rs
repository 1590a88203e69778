//! Several accounts in one browser: none is lost for another, and the one that is meant is said.

use crate::support::application::{ADA, came_back, claims, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use serde_json::Value;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Party, Registration};

const GRACE: &str = "grace@example.test";

/// Ada and Grace, both signed in in one browser, Grace last.
async fn both(engine: Engine) -> (TestServer, Visitor) {
    let server = TestServer::start(engine).await;
    let mut browser = server.ada().await;
    server.person(&server.default_tenant(), GRACE, PASSWORD).await;
    browser.sign_in("/account", ADA, PASSWORD).await;
    let page = browser.visit("/login?account=other").await;
    let page = browser.submit(&page, &[("username", GRACE)]).await;
    browser.submit(&page, &[("password", PASSWORD)]).await;
    (server, browser)
}

/// The form of somebody in the list.
#[track_caller]
fn form_of(page: &Answer, email: &str) -> Form {
    assert!(page.body.contains("<h1>Choose an account</h1>"), "{}", page.text());
    let (_, rest) = page.body.split_once(email).unwrap_or_else(|| panic!("{}", page.body));
    Form::of(&Answer { status: 200, headers: page.headers.clone(), body: rest.to_owned() })
}

async fn who(browser: &mut Visitor) -> String {
    let page = browser.visit("/account").await;
    let is = |email: &&str| page.body.contains(&format!("<strong>{email}</strong>"));
    [ADA, GRACE].into_iter().find(is).unwrap_or("nobody").to_owned()
}

// ACC-03: somebody else signs in, and the first is still there
#[tokio::test]
async fn one_switches_between_accounts_without_losing_any() {
    for engine in engines() {
        let (server, mut browser) = both(engine).await;
        assert_eq!(who(&mut browser).await, GRACE, "{engine:?}");
        let old = browser.clone();
        let page = browser.visit("/login/accounts").await;
        let answer = browser.post(&form_of(&page, ADA)).await;
        assert_eq!(answer.header("location"), "/account", "no password: {}", answer.text());
        assert_eq!(who(&mut browser).await, ADA);
        assert_eq!(who(&mut old.clone()).await, "nobody", "INV-12: its old name is worthless");
        let page = browser.visit("/login/accounts").await;
        browser.post(&form_of(&page, GRACE)).await;
        assert_eq!(who(&mut browser).await, GRACE);
        // A session of somebody else's browser is none of these.
        let mut eve = server.visitor();
        eve.sign_in("/account", ADA, PASSWORD).await;
        let theirs = form_of(&browser.visit("/login/accounts").await, ADA);
        let own = form_of(&eve.visit("/login/accounts").await, ADA);
        let session = theirs.fields.iter().find(|(name, _)| name == "session").unwrap().1.clone();
        let answer = eve.post(&own.with(&[("session", &session)])).await;
        assert_eq!(answer.header("location"), "/login/accounts");
        // Whoever signs out, signs everybody out.
        let page = browser.visit("/logout").await;
        browser.submit(&page, &[]).await;
        assert_eq!(who(&mut browser).await, "nobody");
        server.end().await;
    }
}

// ACC-03: whoever lay idle is remembered, and asked for the password
#[tokio::test]
async fn an_account_that_lay_idle_is_remembered_and_opens_nothing() {
    let (server, mut browser) = both(Engine::Sqlite).await;
    server.clock.advance(Lifetime::minutes(121));
    assert_eq!(who(&mut browser).await, "nobody");
    let page = browser.visit("/login?return_to=%2Faccount%2Fsecurity").await;
    let page = browser.submit_to(&form_of(&page, ADA)).await;
    assert!(page.body.contains("<h1>Enter your password</h1>"), "{}", page.text());
    assert!(page.body.contains(&format!("value=\"{ADA}\"")), "{}", page.body);
    let done = browser.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
    assert_eq!(done.header("location"), "/account/security");
    assert_eq!(who(&mut browser).await, ADA);
    server.end().await;
}

// when the one that is meant is ended elsewhere, no other takes its place unasked
#[tokio::test]
async fn nobody_takes_the_place_of_an_account_that_was_ended() {
    let (server, mut browser) = both(Engine::Sqlite).await;
    let mut elsewhere = server.visitor();
    elsewhere.sign_in("/account", GRACE, PASSWORD).await;
    let page = elsewhere.visit("/account/sessions").await;
    elsewhere.submit(&page, &[]).await;
    assert_eq!(who(&mut browser).await, "nobody");
    let page = browser.visit("/login/accounts").await;
    browser.post(&form_of(&page, ADA)).await;
    assert_eq!(who(&mut browser).await, ADA);
    server.end().await;
}

// OIDC Core §3.1.2.1 (prompt=select_account), D-06: two tabs of two applications, each ends with who was chosen there
#[tokio::test]
async fn two_tabs_choose_each_their_own_account() {
    let (server, mut browser) = both(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let registration = Registration { party: Party::First, ..web() };
    let photos = server.application(&tenant, registration.clone()).await;
    let notes = server.application(&tenant, registration).await;
    let ask = [("prompt", "select_account")];
    server.clock.advance(Lifetime::seconds(5));
    let one = browser.open(&photos.request(&ask)).await;
    let two = browser.open(&notes.request(&ask)).await;
    let mut emails = Vec::new();
    for (page, application, email) in [(&one, &photos, ADA), (&two, &notes, GRACE)] {
        // The second tab has lost its token with the first choice, and is shown anew.
        let mut page =
            Answer { status: 200, headers: page.headers.clone(), body: page.body.clone() };
        let mut answer = browser.post(&form_of(&page, email)).await;
        if answer.header("location").starts_with("/login/accounts") {
            page = browser.follow_here(answer).await;
            answer = browser.post(&form_of(&page, email)).await;
        }
        let back = browser.follow_here(answer).await;
        let tokens = application.redeem(&server, &came_back(&back)["code"], &[]).await.json();
        emails.push(claims(&tokens["id_token"])["sub"].clone());
    }
    assert_ne!(emails[0], emails[1]);
    let known = came_back(&browser.get(&photos.request(&[])).await);
    let tokens: Value = photos.redeem(&server, &known["code"], &[]).await.json();
    assert_eq!(claims(&tokens["id_token"])["sub"], emails[1], "Grace was chosen last");
    server.end().await;
}
