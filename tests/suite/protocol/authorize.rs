//! The authorization endpoint and the whole code flow: OIDC Core §3.1, RFC 6749 §4.1, RFC 7636, RFC 9207.

use crate::support::application::{ADA, Application, CALLBACK, came_back, claims, spa, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use serde_json::Value;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Party, Registration, SubjectType};

// P-056, OIDC Core §3.1.2, §3.1.3 (P-020, P-036, P-205): application, sign-in, consent, code, tokens
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

/// The claims of the ID token that stands behind an answer.
async fn told(server: &TestServer, photos: &Application, answer: &Answer) -> Value {
    let tokens = photos.redeem(server, &came_back(answer)["code"], &[]).await.json();
    claims(&tokens["id_token"])
}

/// Ada signs in once more, where the journey asks her to.
async fn again(ada: &mut Visitor, page: &Answer) -> Answer {
    let page = ada.submit(page, &[("username", ADA)]).await;
    let done = ada.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
    ada.follow_here(done).await
}

// P-030, OIDC Core §3.1.2.1, §3.1.2.6 (P-027, P-028): without a page it works at once, or says what is missing
#[tokio::test]
async fn prompt_none_is_answered_at_once() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let photos = server.application(&server.default_tenant(), web()).await;
        let mut ada = server.ada().await;
        let none = [("prompt", "none")];
        assert_eq!(came_back(&ada.get(&photos.request(&none)).await)["error"], "login_required");
        let page = photos.sign_in(&mut ada, &[]).await;
        assert_eq!(came_back(&ada.get(&photos.request(&none)).await)["error"], "consent_required");
        ada.decide(&page, "allow").await;
        assert!(came_back(&ada.get(&photos.request(&none)).await).contains_key("code"));
        server.clock.advance(Lifetime::seconds(10));
        let old = ada.get(&photos.request(&[("prompt", "none"), ("max_age", "9")])).await;
        assert_eq!(came_back(&old)["error"], "login_required", "P-030");
        server.end().await;
    }
}

// OIDC Core §3.1.2.1 (P-029, P-030, P-031, P-232, A-158, INV-08): who must sign in anew does, and auth_time says so
#[tokio::test]
async fn a_sign_in_that_is_too_old_is_asked_for_again() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let photos = server.application(&tenant, web()).await;
    let strict = Registration { default_max_age: Some(60), party: Party::First, ..web() };
    let strict = server.application(&tenant, strict).await;
    let mut ada = server.ada().await;
    let page = photos.sign_in(&mut ada, &[]).await;
    let first = told(&server, &photos, &ada.decide(&page, "allow").await).await;
    server.clock.advance(Lifetime::seconds(100));
    let same = told(&server, &photos, &ada.get(&photos.request(&[("max_age", "100")])).await).await;
    assert_eq!(same["auth_time"], first["auth_time"], "not too old yet");
    for more in [("max_age", "99"), ("max_age", "0"), ("prompt", "login")] {
        server.clock.advance(Lifetime::seconds(2));
        let page = ada.open(&photos.request(&[more])).await;
        assert!(page.body.contains("to continue to <strong>Photos</strong>"), "{more:?}");
        server.clock.advance(Lifetime::seconds(5));
        let claims = told(&server, &photos, &again(&mut ada, &page).await).await;
        assert_eq!(claims["auth_time"], server.now().seconds(), "{more:?}");
    }
    server.clock.advance(Lifetime::seconds(61));
    let page = ada.open(&strict.request(&[])).await;
    assert!(page.body.contains("<h1>Sign in</h1>"), "P-232: {}", page.text());
    server.end().await;
}

// OIDC Core §3.1.2.1, §3.1.2.2 (P-032): the hint names who it must be, also when it is over and its key is gone
#[tokio::test]
async fn an_id_token_hint_names_who_must_be_signed_in() {
    a_hint_names_who_it_must_be(web()).await;
}

// OIDC Core §8, P-032: by the name that this application knows
#[tokio::test]
async fn a_hint_may_be_a_pairwise_name() {
    let pairwise = Registration { subject_type: SubjectType::Pairwise, ..web() };
    a_hint_names_who_it_must_be(pairwise).await;
}

async fn a_hint_names_who_it_must_be(registration: Registration) {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let photos = server.application(&tenant, registration).await;
    let mut ada = server.ada().await;
    let code = photos.code(&mut ada, &[]).await;
    let tokens = photos.redeem(&server, &code, &[]).await.json();
    let hint = tokens["id_token"].as_str().unwrap();
    let none = [("prompt", "none"), ("id_token_hint", hint)];
    assert!(came_back(&ada.get(&photos.request(&none)).await).contains_key("code"));
    server.person(&tenant, "grace@example.test", PASSWORD).await;
    let mut grace = server.visitor();
    grace.sign_in("/login", "grace@example.test", PASSWORD).await;
    assert_eq!(came_back(&grace.get(&photos.request(&none)).await)["error"], "login_required");
    // Asked to be Ada, and signing in as Grace again: that is not who was meant.
    server.clock.advance(Lifetime::seconds(5));
    let page = grace.open(&photos.request(&[("id_token_hint", hint)])).await;
    assert!(page.body.contains("<h1>Sign in</h1>"), "{}", page.text());
    let page = grace.submit(&page, &[("username", "grace@example.test")]).await;
    let done = grace.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
    let refused = grace.follow_here(done).await;
    assert_eq!(came_back(&refused)["error"], "login_required");
    server.clock.advance(Lifetime::seconds(5));
    let page = grace.open(&photos.request(&[("id_token_hint", hint)])).await;
    assert!(came_back(&again(&mut grace, &page).await).contains_key("code"), "as Ada");
    server.end().await;
}

// OIDC Core §3.1.2.1 (P-032): it may be over, and its key in no JWKS any more
#[tokio::test]
async fn an_id_token_hint_outlives_its_key() {
    let server = TestServer::start(Engine::Sqlite).await;
    let photos = server.application(&server.default_tenant(), web()).await;
    let mut ada = server.ada().await;
    let code = photos.code(&mut ada, &[]).await;
    let tokens = photos.redeem(&server, &code, &[]).await.json();
    let hint = tokens["id_token"].as_str().unwrap();
    let none = [("prompt", "none"), ("id_token_hint", hint)];
    for _ in 0..2 {
        server.clock.advance(Lifetime::days(200));
        for task in ["keys", "refresh"] {
            server.turn(task).await;
        }
    }
    let keys = server.browser().get("/jwks").await.body;
    let kid = hint_kid(hint);
    assert!(!keys.contains(&kid), "{kid} in {keys}");
    let answer = ada.get(&photos.request(&none)).await;
    assert_eq!(
        came_back(&answer)["error"],
        "login_required",
        "read, and nobody is signed in any more"
    );
    let forged = format!("{}x", &hint[..hint.len() - 1]);
    let answer = ada.get(&photos.request(&[("id_token_hint", &forged)])).await;
    assert_eq!(came_back(&answer)["error"], "invalid_request");
    server.end().await;
}

fn hint_kid(token: &str) -> String {
    let header = data_encoding::BASE64URL_NOPAD.decode(token.split('.').next().unwrap().as_bytes());
    let header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

// OIDC Core §3.1.2.1, §5.5.1.1, RFC 9470 §5 (P-034, P-208): as sure as can be, and an error where it must be
#[tokio::test]
async fn an_assurance_is_a_wish_or_a_demand() {
    let server = TestServer::start(Engine::Sqlite).await;
    let photos = server.application(&server.default_tenant(), web()).await;
    let mut ada = server.ada().await;
    photos.code(&mut ada, &[]).await;
    let (one, two) = ("urn:vestibule:acr:1fa", "urn:vestibule:acr:2fa");
    let known = ada.get(&photos.request(&[("acr_values", &format!("x {one}"))])).await;
    assert_eq!(told(&server, &photos, &known).await["acr"], one);
    server.clock.advance(Lifetime::seconds(5));
    let page = ada.open(&photos.request(&[("acr_values", two)])).await;
    assert!(page.body.contains("<h1>Sign in</h1>"), "asked once: {}", page.text());
    let answer = again(&mut ada, &page).await;
    assert_eq!(told(&server, &photos, &answer).await["acr"], one, "a wish");
    let must = format!(r#"{{"id_token":{{"acr":{{"essential":true,"value":"{two}"}}}}}}"#);
    server.clock.advance(Lifetime::seconds(5));
    let page = ada.open(&photos.request(&[("claims", &must)])).await;
    let refused = came_back(&again(&mut ada, &page).await);
    assert_eq!(refused["error"], "unmet_authentication_requirements");
    server.end().await;
}

// OIDC Core §3.1.2.1 (P-007, P-033, P-037): wishes and unknown words are no error
#[tokio::test]
async fn what_is_only_a_wish_is_never_an_error() {
    let server = TestServer::start(Engine::Sqlite).await;
    let photos = server.application(&server.default_tenant(), web()).await;
    let mut ada = server.ada().await;
    let long = "x".repeat(400);
    for (name, value) in [
        ("display", "popup"),
        ("display", "x"),
        ("ui_locales", "tlh x-y"),
        ("claims_locales", "de"),
        ("login_hint", &*long),
        ("ui_locales", &long),
        ("nonce", ""),
        ("state", ""),
        ("unknown", "x"),
        ("acr_values", "0"),
        ("scope", "openid unknown admin"),
    ] {
        let answer = ada.open(&photos.request(&[(name, value)])).await;
        assert!(answer.body.contains("<h1>Sign in</h1>"), "{name}: {}", answer.text());
    }
    let hinted = ada.open(&photos.request(&[("login_hint", "ada@example.test")])).await;
    assert!(hinted.body.contains("value=\"ada@example.test\""), "{}", hinted.body);
    server.end().await;
}

// OAuth 2.0 Multiple Response Types §2.1, §5; Form Post §2 (P-012, P-234): errors use the mode of the success
#[tokio::test]
async fn the_answer_comes_in_the_mode_that_was_asked_for() {
    let server = TestServer::start(Engine::Sqlite).await;
    let photos = server.application(&server.default_tenant(), web()).await;
    let mut ada = server.ada().await;
    let page = photos.sign_in(&mut ada, &[]).await;
    ada.decide(&page, "allow").await;
    for (more, named) in [(("scope", "openid"), "code"), (("prompt", "none login"), "error")] {
        let answer = ada.get(&photos.request(&[("response_mode", "fragment"), more])).await;
        let place = answer.header("location");
        assert!(place.starts_with(&format!("{CALLBACK}#{named}=")), "{place}");
        let answer = ada.get(&photos.request(&[("response_mode", "form_post"), more])).await;
        let form = Form::of(&answer);
        assert_eq!((answer.status, &*form.action, &*form.fields[0].0), (200, CALLBACK, named));
        let answer = ada.get(&photos.request(&[("response_mode", "query"), more])).await;
        assert!(came_back(&answer).contains_key(named));
    }
    server.end().await;
}
