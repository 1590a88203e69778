//! Somebody sets up a second factor, saves recovery codes, and takes it away again.

use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use data_encoding::BASE32_NOPAD;
use vestibule::accounts::factors::totp::Seed;
use vestibule::kernel::time::Lifetime;

const ADA: &str = "ada@example.test";

async fn house(engine: Engine) -> TestServer {
    let server = TestServer::start(engine).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    server
}

/// The form of a page that leads there.
fn form_to(page: &Answer, action: &str) -> Form {
    let forms = page.body.split("<form ").skip(1).map(|form| format!("<form {form}"));
    let found =
        forms.map(|body| Form::of(&Answer { status: 200, headers: page.headers.clone(), body }));
    let found = found.into_iter().find(|form| form.action == action);
    found.unwrap_or_else(|| panic!("no form to {action}: {}", page.body))
}

async fn press(visitor: &mut Visitor, page: &Answer, action: &str) -> Answer {
    let answer = visitor.post(&form_to(page, action)).await;
    visitor.follow(answer).await
}

pub(super) fn read_by_app(page: &Answer) -> Seed {
    let spelled = page.body.split("<pre tabindex=\"0\">").nth(1).unwrap();
    let spelled = spelled.split('<').next().unwrap().replace(' ', "");
    Seed::new(BASE32_NOPAD.decode(spelled.as_bytes()).unwrap())
}

fn codes_of(page: &Answer) -> Vec<String> {
    let parts = page.body.split("<li><code>").skip(1);
    parts.map(|part| part.split('<').next().unwrap().to_owned()).collect()
}

// ACC-08: set up, asked for, renewed, taken away
#[tokio::test]
async fn an_app_is_set_up_asked_for_and_taken_away() {
    for engine in engines() {
        let mut server = house(engine).await;
        let mut ada = server.visitor();
        ada.sign_in("/login", ADA, PASSWORD).await;
        let security = ada.visit("/account/security").await;
        assert!(security.body.contains("<h1>Security</h1>"), "{}", security.text());
        let page = press(&mut ada, &security, "/account/security/authenticator/add").await;
        assert!(page.body.contains("<svg class=\"scan\"") && !page.body.contains("style="));
        let seed = read_by_app(&page);
        server.plant(seed.spelled().reveal());
        let wrong = ada.submit(&page, &[("code", "000000")]).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(read_by_app(&wrong).bytes(), seed.bytes(), "the app need not read anew");
        let saved = ada.submit(&wrong, &[("code", &seed.code(server.now()))]).await;
        let codes = codes_of(&saved);
        assert_eq!(codes.len(), 10, "{}", saved.text());
        assert!(saved.body.contains("download=\"recovery-codes.txt\""));
        for code in &codes {
            server.plant(code);
        }

        server.clock.advance(Lifetime::minutes(1));
        let mut elsewhere = server.visitor();
        let page = elsewhere.sign_in("/login", ADA, PASSWORD).await;
        let account = elsewhere.submit(&page, &[("code", &seed.code(server.now()))]).await;
        assert!(account.body.contains("<h1>Your account</h1>"), "{}", account.text());

        let security = elsewhere.visit("/account/security").await;
        assert!(security.body.contains("10 of 10 left"), "{}", security.body);
        let renewed = press(&mut elsewhere, &security, "/account/security/recovery-codes").await;
        assert!(codes_of(&renewed).iter().all(|code| !codes.contains(code)));
        let gone = "/account/security/authenticator/remove";
        let security = press(&mut elsewhere, &security, gone).await;
        assert!(security.body.contains(">Off</span>"), "{}", security.body);
        let mut again = server.visitor();
        let account = again.sign_in("/login", ADA, PASSWORD).await;
        assert!(account.body.contains("<h1>Your account</h1>"), "{}", account.text());
        server.end().await;
    }
}

// A-128, INV-23, V-051: who is not sure enough proves it first, and comes back to where they were
#[tokio::test]
async fn a_change_of_factors_asks_who_it_is() {
    for engine in engines() {
        let server = house(engine).await;
        let mut ada = server.visitor();
        ada.sign_in("/login", ADA, PASSWORD).await;
        server.clock.advance(Lifetime::seconds(301));
        let security = ada.visit("/account/security").await;
        let asked = press(&mut ada, &security, "/account/security/authenticator/add").await;
        assert!(asked.body.contains("<h1>Confirm it is you</h1>"), "{}", asked.text());
        let wrong = ada.submit(&asked, &[("password", "not this one")]).await;
        assert_eq!(wrong.status, 422);
        let before = ada.cookies.clone();
        let security = ada.submit(&wrong, &[("password", PASSWORD)]).await;
        assert!(security.body.contains("<h1>Security</h1>"), "{}", security.text());
        assert_ne!(ada.cookies, before, "INV-12");
        let page = press(&mut ada, &security, "/account/security/authenticator/add").await;
        let seed = read_by_app(&page);

        // A session from before the factor is ended by it, and the way back asks for both.
        let mut other = server.visitor();
        other.sign_in("/login", ADA, PASSWORD).await;
        ada.submit(&page, &[("code", &seed.code(server.now()))]).await;
        assert_eq!(other.get("/account").await.status, 303, "{engine:?}: INV-21");
        // Here the session proved one factor, and now there are two.
        let security = ada.visit("/account/security").await;
        for action in ["authenticator/remove", "recovery-codes"] {
            let action = format!("/account/security/{action}");
            let asked = press(&mut ada, &security, &action).await;
            assert!(asked.body.contains("<h1>Confirm it is you</h1>"), "{}", asked.text());
        }
        server.clock.advance(Lifetime::minutes(1));
        let asked = ada.visit("/login/confirm?return_to=%2Faccount%2Fsecurity").await;
        let code = ada.submit(&asked, &[("password", PASSWORD)]).await;
        assert!(code.body.contains("<h1>Enter your code</h1>"), "{}", code.text());
        let security = ada.submit(&code, &[("code", &seed.code(server.now()))]).await;
        let security = press(&mut ada, &security, "/account/security/authenticator/remove").await;
        assert!(security.body.contains(">Off</span>"), "{}", security.text());
        server.end().await;
    }
}

// A-128, INV-13: no link changes a factor, and nobody who is not signed in sees any
#[tokio::test]
async fn no_link_and_no_stranger_changes_a_factor() {
    let server = house(Engine::Sqlite).await;
    let mut ada = server.visitor();
    ada.sign_in("/login", ADA, PASSWORD).await;
    for path in ["authenticator/add", "authenticator/remove", "recovery-codes"] {
        let path = format!("/account/security/{path}");
        assert_eq!(ada.get(&path).await.status, 405, "{path}");
        let foreign = Form { action: path.clone(), fields: vec![("token".into(), "x".into())] };
        let answer = ada.post(&foreign).await;
        assert_eq!(answer.header("location"), "/account/security", "{path}");
        let mut nobody = server.visitor();
        assert!(nobody.post(&foreign).await.header("location").starts_with("/login"), "{path}");
    }
    assert!(
        ada.get("/account/security/authenticator").await.header("location").ends_with("/security")
    );
    let mut nobody = server.visitor();
    for path in ["/login/confirm", "/account/security", "/account/security/authenticator"] {
        assert!(nobody.get(path).await.header("location").starts_with("/login"), "{path}");
    }
    server.end().await;
}
