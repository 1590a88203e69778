//! A forgotten password: a letter, a new password, and signing in with it.

use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{PASSWORD, Visitor};
use vestibule::kernel::time::Lifetime;

const ADA: &str = "ada@example.test";
const NEW: &str = "quite-another-walk-through";
const CHOOSE: &str = "Choose a new password";

async fn ask(visitor: &mut Visitor, email: &str) -> crate::support::browser::Answer {
    let page = visitor.visit("/forgot").await;
    visitor.submit(&page, &[("username", email)]).await
}

// ACC-04, INV-21: the new one opens, the old one does not, and whoever was signed in is out
#[tokio::test]
async fn a_forgotten_password_is_replaced() {
    for engine in engines() {
        let mut server = TestServer::wanted(engine).with_mail().start().await;
        server.person(&server.default_tenant(), ADA, PASSWORD).await;
        server.plant(NEW);
        let mut eve = server.visitor();
        assert_eq!(eve.sign_in("/login", ADA, PASSWORD).await.status, 200);
        let mut ada = server.visitor();
        let page = ada.visit("/login").await;
        let page = ada.submit(&page, &[("username", ADA)]).await;
        assert!(page.body.contains("href=\"/forgot\""), "{}", page.body);
        let page = ada.visit("/forgot").await;
        assert!(page.body.contains(&format!("value=\"{ADA}\"")), "carried over: {}", page.body);
        let sent = ada.submit(&page, &[]).await;
        assert!(sent.body.contains("If an account uses that address"), "{}", sent.body);
        let link = server.link(ADA, CHOOSE).await;
        server.plant(link.rsplit('/').next().unwrap());
        let page = ada.visit(&link).await;
        assert!(page.body.contains("autocomplete=\"new-password\"") && page.body.contains(ADA));
        let weak = ada.submit(&page, &[("password", "short")]).await;
        assert!(weak.status == 422 && weak.body.contains("Use at least 15 characters."));
        let login = ada.submit(&weak, &[("password", NEW)]).await;
        assert!(login.body.contains("<h1>Sign in</h1>"), "{engine:?}: nobody is signed in by it");
        assert_eq!(eve.get("/account").await.status, 303, "{engine:?}: eve is out");
        assert_eq!(server.visitor().sign_in("/login", ADA, PASSWORD).await.status, 422);
        assert_eq!(server.visitor().sign_in("/login", ADA, NEW).await.status, 200);
        let told = server.letters().await;
        assert!(
            told.iter().any(|letter| letter.subject == "Your password was changed"),
            "{told:?}"
        );
        server.end().await;
    }
}

// ACC-06: with `classic`, none of the last five comes back, and the sixth does
#[tokio::test]
async fn the_last_passwords_do_not_come_back() {
    for engine in engines() {
        let server = TestServer::wanted(engine)
            .with_mail()
            .set("password.preset", "classic")
            .set("rate_limit.password_reset", "100/1h")
            .start()
            .await;
        let passwords: Vec<String> = ["Orchard", "Lantern", "Velvet", "Quarry", "Meadow", "Copper"]
            .map(|w| format!("{w}-7-Gate"))
            .into();
        server.person(&server.default_tenant(), ADA, &passwords[0]).await;
        let mut ada = server.visitor();
        let mut set = async |password: &str| {
            server.clock.advance(Lifetime::seconds(61));
            ask(&mut ada, ADA).await;
            let link = server.link(ADA, CHOOSE).await;
            let page = ada.visit(&link).await;
            let answer = ada.submit(&page, &[("password", password)]).await;
            (answer.status, answer.body.contains("Do not use a password that you had before."))
        };
        assert_eq!(set(&passwords[0]).await, (422, true), "{engine:?}: the present one");
        for next in &passwords[1..5] {
            assert_eq!(set(next).await, (200, false), "{engine:?} {next}");
        }
        assert_eq!(set(&passwords[0]).await, (422, true), "{engine:?}: one of five");
        assert_eq!(set(&passwords[5]).await, (200, false));
        assert_eq!(set(&passwords[0]).await, (200, false), "{engine:?}: five others since");
        server.end().await;
    }
}

// ACC-04: an address that was never confirmed is confirmed by it
#[tokio::test]
async fn opening_the_letter_proves_the_address() {
    let server = TestServer::wanted(Engine::Sqlite).with_mail().start().await;
    let user = server.unproven(ADA, PASSWORD).await;
    let mut ada = server.visitor();
    ask(&mut ada, ADA).await;
    let page = ada.visit(&server.link(ADA, CHOOSE).await).await;
    ada.submit(&page, &[("password", NEW)]).await;
    assert!(server.user(&user).await.email_verified_at.is_some());
    server.end().await;
}
