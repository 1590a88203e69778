//! Somebody who has an authenticator app comes in: password, then a code, or a recovery code in its place.

use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use vestibule::kernel::secret::Secret;
use vestibule::kernel::time::Lifetime;

const GRACE: &str = "grace@example.test";

async fn house(engine: Engine) -> (TestServer, Vec<Secret>) {
    let mut server = TestServer::start(engine).await;
    let tenant = server.default_tenant();
    let grace = server.person(&tenant, GRACE, PASSWORD).await;
    let codes = server.second_factor(&tenant, &grace).await;
    for code in &codes {
        server.plant(code.reveal());
    }
    (server, codes)
}

#[track_caller]
fn is_account(answer: &Answer) {
    assert!(answer.body.contains("<h1>Your account</h1>"), "{}", answer.text());
}

#[track_caller]
fn asks_for_code(answer: &Answer) {
    assert!(answer.body.contains("<h1>Enter your code</h1>"), "{}", answer.text());
}

// ACC-08, experience §4.2
#[tokio::test]
async fn a_code_from_the_app_completes_a_sign_in() {
    for engine in engines() {
        let (server, _) = house(engine).await;
        let mut grace = server.visitor();
        let page = grace.sign_in("/login", GRACE, PASSWORD).await;
        asks_for_code(&page);
        assert!(page.body.contains("autocomplete=\"one-time-code\"") && page.body.contains(GRACE));
        let wrong = grace.submit(&page, &[("code", "000000")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("That code did not work."), "{}", wrong.body);
        // A grouped code is the same code.
        let code = server.code();
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        is_account(&grace.submit(&wrong, &[("code", &spaced)]).await);
        server.end().await;
    }
}

// ACC-08, A-153: a recovery code stands in, once, however it is typed
#[tokio::test]
async fn a_recovery_code_stands_in_once() {
    for engine in engines() {
        let (server, codes) = house(engine).await;
        let typed = codes[0].reveal().to_uppercase().replace('-', " ");
        for expected in [200, 422] {
            let mut grace = server.visitor();
            let page = grace.sign_in("/login", GRACE, PASSWORD).await;
            let link = page.body.split("href=\"/login/recovery").nth(1).unwrap();
            let link = link.split('"').next().unwrap().replace("&#38;", "&");
            let page = grace.visit(&format!("/login/recovery{link}")).await;
            assert!(page.body.contains("<h1>Enter a recovery code</h1>"), "{}", page.body);
            let answer = grace.submit(&page, &[("code", &typed)]).await;
            assert_eq!(answer.status, expected, "{engine:?}: {}", answer.text());
        }
        server.end().await;
    }
}

// experience §4.1, D-06: each tab ends where it was to lead, and none in a dead end
#[tokio::test]
async fn ten_tabs_end_each_at_its_own_destination() {
    let (server, _) = house(Engine::Sqlite).await;
    let mut browser = server.visitor();
    let mut pages = Vec::new();
    for tab in 0..10 {
        let page = browser.visit(&format!("/login?return_to=%2Faccount%3Ftab%3D{tab}")).await;
        pages.push(browser.submit(&page, &[("username", GRACE)]).await);
    }
    // The fourth is the first that goes on, the seventh overtakes it at the second step.
    let fourth = browser.submit(&pages[4], &[("password", PASSWORD)]).await;
    asks_for_code(&fourth);
    let again = browser.submit(&pages[7], &[("password", PASSWORD)]).await;
    assert!(again.body.contains("Please try once more."), "{}", again.text());
    let seventh = browser.submit(&again, &[("password", PASSWORD)]).await;
    asks_for_code(&seventh);
    let code = [("code", &*server.code())];
    let done = browser.post(&Form::of(&seventh).with(&code)).await;
    assert_eq!(done.header("location"), "/account?tab=7", "{}", done.text());
    let done = browser.post(&Form::of(&fourth).with(&code)).await;
    assert_eq!(done.header("location"), "/account?tab=4", "signed in meanwhile");
    for (tab, page) in pages.iter().enumerate() {
        let password = Form::of(page).with(&[("password", PASSWORD)]);
        let done = browser.post(&password).await;
        let expected = format!("/account?tab={tab}");
        assert_eq!((done.status, done.header("location")), (303, &*expected), "{}", done.text());
    }
    is_account(&browser.visit("/account").await);
    server.end().await;
}

// experience §4.1: no page expires into a dead end; what is over begins anew, with its destination
#[tokio::test]
async fn a_way_that_is_over_begins_anew() {
    for engine in engines() {
        let (server, _) = house(engine).await;
        let mut grace = server.visitor();
        let page = grace.sign_in("/login?return_to=%2Flogout", GRACE, PASSWORD).await;
        asks_for_code(&page);
        server.clock.advance(Lifetime::minutes(61));
        server.turn("housekeeping").await;
        let anew = grace.post(&Form::of(&page).with(&[("code", &server.code())])).await;
        assert_eq!(anew.header("location"), "/login?return_to=%2Flogout");
        for path in ["/login/totp", "/login/recovery?step=x", "/login/totp?step=sgn_0"] {
            let answer = grace.get(path).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/login"), "{path}");
        }
        server.end().await;
    }
}
