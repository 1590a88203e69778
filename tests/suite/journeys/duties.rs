//! What nobody is let past on the way in: a password that is too old, and documents of a new version.

use crate::support::application::{ADA, came_back, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::{TestServer, Wanted};
use crate::support::visitor::{Form, PASSWORD};
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Party, Registration, SecondFactor};

const ANOTHER: &str = "another-walk-through-hall";

fn expiring(engine: Engine) -> Wanted {
    TestServer::wanted(engine).set("password.max_age_days", "90")
}

#[track_caller]
fn asks_for(answer: &Answer, title: &str) {
    assert!(answer.body.contains(&format!("<h1>{title}</h1>")), "{title}: {}", answer.text());
}

// ACC-03, ACC-06: an old password is replaced on the way in, and the way goes on to its own end
#[tokio::test]
async fn a_password_that_is_too_old_is_replaced_on_the_way_in() {
    for engine in engines() {
        let server = expiring(engine).start().await;
        let photos = Registration { party: Party::First, ..web() };
        let photos = server.application(&server.default_tenant(), photos).await;
        let mut ada = server.ada().await;
        server.clock.advance(Lifetime::days(90));
        let page = photos.sign_in(&mut ada, &[]).await;
        asks_for(&page, "Choose a new password");
        let same = ada.submit(&page, &[("password", PASSWORD)]).await;
        assert_eq!(same.status, 422, "{}", same.text());
        assert!(same.body.contains("Do not use a password that you had before."), "{}", same.body);
        let none = ada.submit(&same, &[]).await;
        assert!(none.body.contains("Enter your password."), "{}", none.body);
        assert_eq!(ada.get("/account").await.status, 303, "nobody is in yet");
        let done = ada.post(&Form::of(&none).with(&[("password", ANOTHER)])).await;
        let back = ada.follow_here(done).await;
        assert!(came_back(&back).contains_key("code"), "{}", back.text());
        let mut later = server.visitor();
        asks_for(&later.sign_in("/account", ADA, ANOTHER).await, "Your account");
        server.end().await;
    }
}

// INV-17, INV-23: who has only the old password cannot replace it while a code is asked for
#[tokio::test]
async fn an_old_password_alone_is_not_enough_to_replace_it() {
    let server = expiring(Engine::Sqlite).start().await;
    let tenant = server.default_tenant();
    let user = server.person(&tenant, ADA, PASSWORD).await;
    server.second_factor(&tenant, &user).await;
    server.clock.advance(Lifetime::days(91));
    let mut eve = server.visitor();
    let page = eve.sign_in("/account", ADA, PASSWORD).await;
    asks_for(&page, "Enter your code");
    let mut form = Form::of(&page).with(&[("password", ANOTHER)]);
    form.action = form.action.replace("/login/totp", "/login/new-password");
    let answer = eve.post(&form).await;
    assert!(answer.header("location").starts_with("/login/totp?step="), "{}", answer.text());
    form.action = form.action.replace("/login/new-password", "/login/documents");
    let answer = eve.post(&form).await;
    assert!(answer.header("location").starts_with("/login/totp?step="), "{}", answer.text());
    // With the code it is what comes next.
    let page = eve.submit(&page, &[("code", &server.code())]).await;
    asks_for(&page, "Choose a new password");
    asks_for(&eve.submit(&page, &[("password", ANOTHER)]).await, "Your account");
    server.end().await;
}

// ACC-02, ACC-03: a new version of the terms is accepted before anything else, once
#[tokio::test]
async fn a_new_version_of_the_terms_is_accepted_on_the_way_in() {
    for engine in engines() {
        let server = TestServer::wanted(engine)
            .set("registration.terms_url", "https://example.test/terms")
            .set("registration.terms_version", "2026-11")
            .start()
            .await;
        let mut ada = server.ada().await;
        let page = ada.sign_in("/login?return_to=%2Faccount%2Fsecurity", ADA, PASSWORD).await;
        asks_for(&page, "Something new to accept");
        assert!(page.body.contains("href=\"https://example.test/terms\""), "{}", page.body);
        let refused = ada.submit(&page, &[("accepted", "")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Accept the documents to go on."), "{}", refused.body);
        let done = ada.post(&Form::of(&refused).with(&[("accepted", "yes")])).await;
        assert_eq!(done.header("location"), "/account/security", "{}", done.text());
        let mut again = server.visitor();
        asks_for(&again.sign_in("/account", ADA, PASSWORD).await, "Your account");
        server.end().await;
    }
}

// ACC-08: where an application demands it, whoever has no second factor sets one up on the way; a trusted device
// and a session with one factor are not enough
#[tokio::test]
async fn an_application_demands_a_second_factor() {
    let server = TestServer::start(Engine::Sqlite).await;
    let demanding =
        Registration { party: Party::First, second_factor: SecondFactor::Demanded, ..web() };
    let vault = server.application(&server.default_tenant(), demanding).await;
    let mut ada = server.ada().await;
    asks_for(&ada.sign_in("/account", ADA, PASSWORD).await, "Your account");
    let silent = came_back(&ada.get(&vault.request(&[("prompt", "none")])).await);
    assert_eq!(silent["error"], "login_required");
    let page = vault.sign_in(&mut ada, &[]).await;
    asks_for(&page, "Set up two-step sign-in");
    let page = ada.submit(&page, &[]).await;
    let code = super::factors::read_by_app(&page).code(server.now());
    let page = ada.submit(&page, &[("code", &code)]).await;
    asks_for(&page, "Your recovery codes");
    let back = ada.open(&vault.request(&[])).await;
    assert!(came_back(&back).contains_key("code"), "{}", back.text());
    server.end().await;
}
