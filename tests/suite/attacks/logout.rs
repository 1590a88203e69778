//! Nobody is signed out by another, and nobody is led away.

use crate::support::application::{ADA, Application, came_back, claims, web};
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;
use vestibule::keys::model::Algorithm;
use vestibule::oauth::clients::model::{Kind, Logout, Party, RedirectUri, Registration};

const LOGOUT: &str = "/oauth/logout";
const AFTER: &str = "https://photos.example.test/bye";
const QUESTION: &str = "<h1>Sign out of Vestibule?</h1>";

fn ours() -> Registration {
    let after = RedirectUri::parse(AFTER, Kind::Confidential).unwrap();
    let logout = Logout { post_logout_redirect_uris: vec![after], ..Logout::default() };
    Registration { party: Party::First, logout, ..web() }
}

async fn tokens(server: &TestServer, application: &Application, visitor: &mut Visitor) -> Value {
    let back = visitor.open(&application.request(&[])).await;
    let code = came_back(&back)["code"].clone();
    application.redeem(server, &code, &[]).await.json()
}

fn request(pairs: &[(&str, &str)]) -> String {
    format!("{LOGOUT}?{}", Serializer::new(String::new()).extend_pairs(pairs).finish())
}

async fn is_in(visitor: &mut Visitor) -> bool {
    visitor.visit("/account").await.body.contains("<h1>Your account</h1>")
}

async fn ada(server: &TestServer) -> (Application, Visitor, String) {
    let application = server.application(&server.default_tenant(), ours()).await;
    let mut visitor = server.ada().await;
    visitor.sign_in("/login", ADA, PASSWORD).await;
    let tokens = tokens(server, &application, &mut visitor).await;
    (application, visitor, tokens["id_token"].as_str().unwrap().to_owned())
}

// A-146, INV-13: a link, another person's hint, a hint of another session: the person is asked, nothing has changed
#[tokio::test]
async fn nobody_is_signed_out_by_another() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let (application, mut visitor, hint) = ada(&server).await;
        server.person(&server.default_tenant(), "eve@example.test", PASSWORD).await;
        let mut eve = server.visitor();
        eve.sign_in("/login", "eve@example.test", PASSWORD).await;
        let eves = tokens(&server, &application, &mut eve).await;
        let mut elsewhere = server.visitor();
        elsewhere.sign_in("/login", ADA, PASSWORD).await;
        let other = tokens(&server, &application, &mut elsewhere).await;
        for wrong in [&eves, &other] {
            let hint = wrong["id_token"].as_str().unwrap();
            let asked = [("id_token_hint", hint), ("post_logout_redirect_uri", AFTER)];
            let page = visitor.get(&request(&asked)).await;
            assert!(page.body.contains(QUESTION), "{engine:?}: {}", page.text());
            assert!(is_in(&mut visitor).await);
        }
        let page = visitor.get(LOGOUT).await;
        assert!(page.body.contains(QUESTION), "{}", page.text());
        let form = Form::of(&page);
        let cross = visitor.post_with(&form, &[("sec-fetch-site", "cross-site")]).await;
        assert_eq!(cross.status, 403);
        let forged = visitor.post(&form.clone().with(&[("token", "x")])).await;
        assert!(forged.body.contains(QUESTION), "{}", forged.text());
        assert!(is_in(&mut visitor).await && is_in(&mut eve).await && is_in(&mut elsewhere).await);
        let right = visitor.get(&request(&[("id_token_hint", &hint)])).await;
        assert_eq!(right.status, 303);
        assert!(is_in(&mut eve).await && is_in(&mut elsewhere).await, "only this session ended");
        server.end().await;
    }
}

// A-145, P-059, V-012: no redirect but to what was registered, octet for octet
#[tokio::test]
async fn nobody_is_led_to_an_address_that_nobody_registered() {
    let server = TestServer::start(Engine::Sqlite).await;
    let (_, visitor, hint) = ada(&server).await;
    for wrong in [
        "https://evil.test/",
        "https://photos.example.test/bye?x=1",
        "https://photos.example.test/bye/",
        "https://photos.example.test/bye#",
        "HTTPS://photos.example.test/bye",
        "https://photos.example.test@evil.test/bye",
        "javascript:alert(1)",
        "//evil.test",
    ] {
        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", wrong)];
        let answer = visitor.clone().get(&request(&asked)).await;
        assert_eq!(answer.header("location"), "/logout/done", "{wrong}");
    }
    server.end().await;
}

// A-145, P-059: and only by the client that registered it, with a hint of its own or none
#[tokio::test]
async fn nobody_is_led_to_where_no_client_is_at_home() {
    let server = TestServer::start(Engine::Sqlite).await;
    let (application, visitor, hint) = ada(&server).await;
    let theirs = Registration { logout: Logout::default(), ..ours() };
    let stranger = server.application(&server.default_tenant(), theirs).await;
    for pairs in [
        vec![("post_logout_redirect_uri", AFTER)],
        vec![("client_id", stranger.id()), ("post_logout_redirect_uri", AFTER)],
        vec![("client_id", "nobody"), ("post_logout_redirect_uri", AFTER)],
        vec![
            ("client_id", stranger.id()),
            ("id_token_hint", hint.as_str()),
            ("post_logout_redirect_uri", AFTER),
        ],
        vec![
            ("client_id", application.id()),
            ("id_token_hint", "x.y.z"),
            ("post_logout_redirect_uri", AFTER),
        ],
    ] {
        let mut visitor = visitor.clone();
        let page = visitor.get(&request(&pairs)).await;
        assert!(page.body.contains(QUESTION), "{pairs:?}: {}", page.text());
        assert!(!page.header("content-security-policy").contains("photos.example"), "{pairs:?}");
    }
    server.end().await;
}

// what is no ID token of ours for this client proves nothing
#[tokio::test]
async fn a_forged_hint_is_as_good_as_none() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let acme = server.tenant("acme", &[]).await;
    let (_, mut visitor, hint) = ada(&server).await;
    let said = claims(&hint.as_str().into());
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let parts: Vec<&str> = hint.split('.').collect();
    let none = part(&json!({"alg": "none", "typ": "JWT"}));
    let mut changed = said.clone();
    changed["sid"] = "ses_00000000000000000000000000".into();
    let forged = [
        format!("{none}.{}.", parts[1]),
        format!("{}.{}.{}", parts[0], part(&changed), parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        server.token(&tenant, Algorithm::Es256, &said),
        server.token(&acme, Algorithm::Es256, &said),
        "x".repeat(17 * 1024),
    ];
    for hint in &forged {
        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTER)];
        let answer = visitor.get(&request(&asked)).await;
        let refused = answer.body.contains(QUESTION) || [400, 414].contains(&answer.status);
        assert!(refused, "{} bytes: {} {}", hint.len(), answer.status, answer.header("location"));
        assert!(is_in(&mut visitor).await);
    }
    server.end().await;
}

// A-014, INV-33: nothing that is sent there breaks it
#[tokio::test]
async fn odd_requests_are_answered() {
    let server = TestServer::start(Engine::Sqlite).await;
    let (_, mut visitor, _) = ada(&server).await;
    for query in
        ["?state=%00", "?state=%ff", "?client_id=a&client_id=b", "?id_token_hint=.", "?%", "?a=b"]
    {
        let answer = visitor.get(&format!("{LOGOUT}{query}")).await;
        assert!([200, 400].contains(&answer.status), "{query}: {}", answer.text());
    }
    assert_eq!(server.browser().send(LOGOUT, &[], "{}").await.status, 400);
    assert!(is_in(&mut visitor).await);
    server.end().await;
}
