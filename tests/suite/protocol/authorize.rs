//! The authorization endpoint and the whole code flow: OIDC Core §3.1, RFC 6749 §4.1, RFC 7636, RFC 9207.

use crate::support::application::{ADA, came_back, claims, spa, web};
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use vestibule::kernel::time::Lifetime;

// OIDC Core §3.1.2, §3.1.3 (P-020, P-036, P-205): application, sign-in, consent, code, tokens
#[tokio::test]
async fn a_browser_comes_back_with_a_code_that_becomes_tokens() {
    for engine in engines() {
        for registration in [web(), spa()] {
            let server = TestServer::start(engine).await;
            let tenant = server.default_tenant();
            let photos = server.application(&tenant, registration).await;
            let mut ada = server.ada().await;
            let page = photos.sign_in(&mut ada, &[]).await;
            assert!(
                page.body.contains("<h1>Photos wants to use your account</h1>"),
                "{}",
                page.text()
            );
            assert!(page.body.contains("photos.example.test") && page.body.contains("Ada Okafor"));
            let back = came_back(&ada.decide(&page, "allow").await);
            let names: Vec<_> = back.keys().map(String::as_str).collect();
            assert_eq!(names, ["code", "iss", "state"]);
            assert_eq!((&*back["state"], &*back["iss"]), ("af0ifjsldkj", &*server.issuer(&tenant)));
            let answer = photos.redeem(&server, &back["code"], &[]).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(answer.header("cache-control"), "no-store");
            let tokens = answer.json();
            assert_eq!(tokens["scope"], "openid profile email");
            let id_token = tokens["id_token"].as_str().unwrap();
            let verified = server.relying_party(&tenant).verify(id_token, server.now()).await;
            let told = verified.unwrap();
            assert_eq!(told["aud"], photos.id());
            assert_eq!(told["nonce"], "n-0S6_WzA2Mj");
            assert_eq!(told["auth_time"], server.now().seconds());
            assert_eq!(
                (&told["acr"], &told["amr"][0]),
                (&"urn:vestibule:acr:1fa".into(), &"pwd".into())
            );
            assert!(told["sid"].is_string() && told.get("azp").is_none());
            assert_eq!(claims(&tokens["access_token"])["sub"], told["sub"], "P-221");
            server.end().await;
        }
    }
}

// OIDC Core §3.1.2.4 (P-028, A-043): asked once, not again for the same, again for more; no is access_denied
#[tokio::test]
async fn consent_is_asked_once_and_again_for_more() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let photos = server.application(&server.default_tenant(), web()).await;
        let mut ada = server.ada().await;
        let page = photos.sign_in(&mut ada, &[]).await;
        let denied = came_back(&ada.decide(&page, "deny").await);
        assert_eq!(denied["error"], "access_denied");
        assert_eq!(denied["state"], "af0ifjsldkj");
        let page = ada.open(&photos.request(&[])).await;
        let first = came_back(&ada.decide(&page, "allow").await);
        let again = ada.get(&photos.request(&[])).await;
        let second = came_back(&again);
        assert_ne!(first["code"], second["code"], "at once, with a code of its own");
        came_back(&ada.get(&photos.request(&[("scope", "openid")])).await);
        let more = ada.open(&photos.request(&[("scope", "openid email phone")])).await;
        assert!(more.body.contains("name=\"scope:phone\""), "{}", more.text());
        server.end().await;
    }
}

// D-06: the state of a request is on the server, each tab ends where it began, and a restart changes nothing
#[tokio::test]
async fn each_tab_comes_back_to_its_own_application() {
    let server = TestServer::start(Engine::Sqlite).await;
    let photos = server.application(&server.default_tenant(), web()).await;
    let mut ada = server.ada().await;
    let first = ada.open(&photos.request(&[("state", "first")])).await;
    let second = ada.open(&photos.request(&[("state", "second")])).await;
    let page = ada.submit(&second, &[("username", ADA)]).await;
    let second = ada.submit(&page, &[("password", PASSWORD)]).await;
    // Overnight, in a tab that was left open.
    server.clock.advance(Lifetime::hours(7));
    let first = ada.follow_here(ada.clone().post(&Form::of(&first)).await).await;
    let first = ada.submit(&first, &[("username", ADA)]).await;
    let first = ada.submit(&first, &[("password", PASSWORD)]).await;
    assert_eq!(came_back(&ada.decide(&first, "allow").await)["state"], "first");
    let second = ada.decide(&second, "allow").await;
    assert_eq!(came_back(&second)["state"], "second", "{}", second.text());
    server.end().await;
}
