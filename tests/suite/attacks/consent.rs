//! Consent that somebody did not give: A-040 to A-044.

use crate::support::application::{ADA, Application, came_back, web};
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{
    About, Kind, Method, Origin, Party, RedirectUri, Registration,
};

async fn house(engine: Engine) -> (TestServer, Application) {
    let server = TestServer::start(engine).await;
    let photos = server.application(&server.default_tenant(), web()).await;
    (server, photos)
}

// A-040, INV-13: another site cannot press the button, and no token but this browser's counts
#[tokio::test]
async fn nobody_else_presses_allow() {
    let (server, photos) = house(Engine::Sqlite).await;
    let mut ada = server.ada().await;
    let page = photos.sign_in(&mut ada, &[]).await;
    server.person(&server.default_tenant(), "eve@example.test", PASSWORD).await;
    let mut eve = server.visitor();
    let hers = eve.visit("/login").await;
    let form = Form::of(&page).with(&[("decision", "allow")]);
    for headers in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("origin", "https://evil.test")],
        vec![("origin", "null")],
        vec![],
    ] {
        assert_eq!(ada.post_with(&form, &headers).await.status, 403, "{headers:?}");
    }
    for token in ["", "x", &Form::of(&hers).fields[0].1] {
        let answer = ada.post(&form.clone().with(&[("token", token)])).await;
        assert_eq!((answer.status, answer.header("location")), (200, ""), "asked once more");
    }
    let allowed = ada.post(&form).await;
    assert!(came_back(&allowed).contains_key("code"), "and it still works");
    server.end().await;
}

// A-041, V-045, V-061: what began in one browser is not gone on with in another
#[tokio::test]
async fn a_request_of_another_browser_is_not_gone_on_with() {
    for engine in engines() {
        let (server, photos) = house(engine).await;
        let mut eve = server.visitor();
        let begun = eve.get(&photos.request(&[("state", "of-eve")])).await;
        let link = begun.header("location").to_owned();
        let mut ada = server.ada().await;
        let page = ada.sign_in(&link, ADA, PASSWORD).await;
        assert_eq!(page.status, 400, "{}", page.text());
        assert!(page.body.contains("<h1>This sign-in cannot go on here</h1>"), "{}", page.text());
        let id = link.split("authorize%2F").nth(1).unwrap().to_owned();
        for path in [format!("/authorize/{id}"), format!("/consent/{id}")] {
            assert_eq!(ada.get(&path).await.status, 400, "{path}");
        }
        let token = Form::of(&page).fields[0].1.clone();
        let decision = Form {
            action: format!("/consent/{id}"),
            fields: vec![("token".into(), token), ("decision".into(), "allow".into())],
        };
        assert_eq!(ada.post(&decision).await.status, 400);
        // Begun anew it is hers, from the request that was found good and nothing else (V-060).
        let again = ada.post(&Form::of(&page)).await;
        let again = ada.follow_here(again).await;
        assert_eq!(came_back(&ada.decide(&again, "allow").await)["state"], "of-eve");
        assert_eq!(
            eve.get(&format!("/consent/{id}")).await.header("location"),
            format!("/authorize/{id}")
        );
        server.end().await;
    }
}

// A-042, INV-05: what is sent back with the decision is never more than what was asked
#[tokio::test]
async fn a_decision_grants_no_more_than_was_asked() {
    let (server, photos) = house(Engine::Sqlite).await;
    let mut ada = server.ada().await;
    let page = photos.sign_in(&mut ada, &[("scope", "openid email phone")]).await;
    let form = Form::of(&page).with(&[("decision", "allow"), ("scope:admin", "on")]);
    let form = form.with(&[("scope:profile", "on"), ("client_id", "x"), ("scope", "admin")]);
    let mut form = form;
    // A required part cannot be left out, an optional one can.
    form.fields.retain(|(name, _)| name != "scope:phone");
    let back = came_back(&ada.post(&form).await);
    let tokens = photos.redeem(&server, &back["code"], &[]).await.json();
    assert_eq!(tokens["scope"], "openid email");
    // What was left out is not asked again by itself (P-028).
    came_back(&ada.get(&photos.request(&[("scope", "openid email phone")])).await);
    // Once answered, it is over.
    assert_eq!(ada.post(&form).await.status, 400);
    server.end().await;
}

// A-043, RFC 8252 §8.6: more is asked again, and so is whatever anybody on the device could pretend to be
#[tokio::test]
async fn what_must_be_asked_is_asked_each_time() {
    let (server, photos) = house(Engine::Sqlite).await;
    let uri = "http://127.0.0.1/cb";
    let native = Registration {
        kind: Kind::Native,
        method: Method::None,
        party: Party::First,
        redirect_uris: vec![RedirectUri::parse(uri, Kind::Native).unwrap()],
        ..web()
    };
    let native = server.application(&server.default_tenant(), native).await;
    let ours = server
        .application(&server.default_tenant(), Registration { party: Party::First, ..web() })
        .await;
    let mut ada = server.ada().await;
    let page = photos.sign_in(&mut ada, &[("scope", "openid")]).await;
    came_back(&ada.decide(&page, "allow").await);
    for more in [vec![("scope", "openid email")], vec![("scope", "openid"), ("prompt", "consent")]]
    {
        let asked = ada.open(&photos.request(&more)).await;
        assert!(asked.body.contains("value=\"allow\""), "{more:?}: {}", asked.text());
    }
    came_back(&ada.get(&ours.request(&[])).await);
    for _ in 0..2 {
        let asked = ada.open(&native.request(&[("redirect_uri", uri)])).await;
        let done = ada.decide(&asked, "allow").await;
        assert!(
            done.header("location").starts_with("http://127.0.0.1/cb?code="),
            "{}",
            done.text()
        );
    }
    let none = ada.get(&native.request(&[("redirect_uri", uri), ("prompt", "none")])).await;
    assert!(none.header("location").contains("error=consent_required"), "{}", none.text());
    server.end().await;
}

// A-038, A-044, ACC-12: taken back, and everything of it is dead at once
#[tokio::test]
async fn what_is_taken_back_ends_at_once() {
    for engine in engines() {
        let (server, photos) = house(engine).await;
        let mut ada = server.ada().await;
        let code = photos.code(&mut ada, &[("scope", "openid offline_access")]).await;
        let tokens = photos.redeem(&server, &code, &[]).await.json();
        let unused = came_back(&ada.get(&photos.request(&[("scope", "openid")])).await);
        server.clock.advance(Lifetime::seconds(30));
        let page = ada.visit("/account/applications").await;
        assert!(
            page.body.contains("Photos") && page.body.contains("photos.example.test"),
            "{}",
            page.body
        );
        assert!(page.body.contains("Keep access when you are not using it"));
        let page = ada.submit(&page, &[]).await;
        assert!(page.body.contains("Applications you allow will appear here."), "{}", page.text());
        let refused = photos.refresh(&server, tokens["refresh_token"].as_str().unwrap()).await;
        assert_eq!(refused.json()["error"], "invalid_grant");
        let late = photos.redeem(&server, &unused["code"], &[]).await;
        assert_eq!(late.json()["error"], "invalid_grant", "A-038");
        let token = tokens["access_token"].as_str().unwrap();
        let told = photos.post(&server, "/oauth/introspect", &[("token", token)]).await;
        assert_eq!(told.body, r#"{"active":false}"#);
        let none = ada.get(&photos.request(&[("prompt", "none"), ("scope", "openid")])).await;
        assert_eq!(came_back(&none)["error"], "consent_required");
        server.end().await;
    }
}

// A-010: whoever says no to an application that registered itself sees where they would go, and goes by hand
#[tokio::test]
async fn saying_no_to_a_stranger_sends_nobody_away() {
    let server = TestServer::start(Engine::Sqlite).await;
    let itself = Registration { origin: Origin::Itself, ..web() };
    let evil = server.application(&server.default_tenant(), itself).await;
    let mut ada = server.ada().await;
    let page = evil.sign_in(&mut ada, &[]).await;
    let no = ada.decide(&page, "deny").await;
    assert_eq!((no.status, no.header("location")), (200, ""), "{}", no.text());
    assert!(no.body.contains("photos.example.test") && no.body.contains("registered itself here"));
    assert!(no.body.contains("error=access_denied") && !no.body.contains("<script"), "{}", no.body);
    let again = ada.decide(&page, "allow").await;
    assert_ne!(again.status, 303, "it was answered: {}", again.text());
    server.end().await;
}

// P-043: what an application promises is linked where people sign in and where they agree, and its picture is not
// fetched by their browsers
#[tokio::test]
async fn policy_and_terms_are_shown_before_anything_is_typed_or_allowed() {
    let server = TestServer::start(Engine::Sqlite).await;
    let page = |name: &str| Some(format!("https://photos.example.test/{name}"));
    let (policy_uri, tos_uri, logo_uri) = (page("policy"), page("terms"), page("logo.png"));
    let about = About { policy_uri, tos_uri, logo_uri, ..About::default() };
    let photos =
        server.application(&server.default_tenant(), Registration { about, ..web() }).await;
    let mut ada = server.ada().await;
    let login = ada.visit(&photos.request(&[])).await;
    let consent = photos.sign_in(&mut ada, &[]).await;
    for page in [&login, &consent] {
        for words in ["https://photos.example.test/policy\"", "https://photos.example.test/terms\""]
        {
            assert!(page.body.contains(words), "{words}: {}", page.text());
        }
        assert!(page.body.contains("Privacy policy of Photos"), "{}", page.text());
        assert!(!page.body.contains("logo.png"), "{}", page.text());
    }
    server.end().await;
}
