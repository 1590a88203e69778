//! Signing out by an application, and how the others learn of it.

use crate::support::application::{ADA, Application, came_back, claims, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::receiver::Receiver;
use crate::support::server::TestServer;
use crate::support::visitor::{PASSWORD, Visitor};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use url::form_urlencoded::{Serializer, parse};
use vestibule::kernel::time::Lifetime;
use vestibule::keys::model::Algorithm;
use vestibule::oauth::clients::model::{Kind, Logout, Party, RedirectUri, Registration};

const LOGOUT: &str = "/oauth/logout";
const AFTER: &str = "https://photos.example.test/bye?from=us";
const QUESTION: &str = "<h1>Sign out of Vestibule?</h1>";
const OUT: &str = "<h1>You are signed out</h1>";

fn uri(text: &str) -> RedirectUri {
    RedirectUri::parse(text, Kind::Confidential).unwrap()
}

fn ours() -> Registration {
    let logout = Logout { post_logout_redirect_uris: vec![uri(AFTER)], ..Logout::default() };
    Registration { party: Party::First, logout, ..web() }
}

struct SignedIn {
    application: Application,
    visitor: Visitor,
    tokens: Value,
}

async fn signed_in(server: &TestServer, registration: Registration) -> SignedIn {
    let application = server.application(&server.default_tenant(), registration).await;
    let mut visitor = server.ada().await;
    let back = application.sign_in(&mut visitor, &[]).await;
    let tokens = redeemed(server, &application, &back).await;
    SignedIn { application, visitor, tokens }
}

/// Another application, in the same browser and session.
async fn also(
    server: &TestServer,
    visitor: &mut Visitor,
    registration: Registration,
) -> (Application, Value) {
    let application = server.application(&server.default_tenant(), registration).await;
    let back = visitor.open(&application.request(&[])).await;
    let tokens = redeemed(server, &application, &back).await;
    (application, tokens)
}

async fn redeemed(server: &TestServer, application: &Application, back: &Answer) -> Value {
    let code = came_back(back)["code"].clone();
    let answer = application.redeem(server, &code, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn request(pairs: &[(&str, &str)]) -> String {
    format!("{LOGOUT}?{}", Serializer::new(String::new()).extend_pairs(pairs).finish())
}

fn hint(tokens: &Value) -> &str {
    tokens["id_token"].as_str().unwrap()
}

async fn is_in(visitor: &mut Visitor) -> bool {
    visitor.visit("/account").await.body.contains("<h1>Your account</h1>")
}

// P-057, RP-Logout §2, §3: a hint that is over, signed by a key that is gone, still proves who asks
#[tokio::test]
async fn a_hint_of_this_session_ends_it_without_a_question() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let SignedIn { mut visitor, tokens, .. } = signed_in(&server, ours()).await;
        server.clock.advance(Lifetime::minutes(30));
        let asked = [
            ("id_token_hint", hint(&tokens)),
            ("post_logout_redirect_uri", AFTER),
            ("state", "a b&c"),
        ];
        let answer = visitor.get(&request(&asked)).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(answer.header("location"), format!("{AFTER}&state=a+b%26c"), "{engine:?}");
        assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
        assert!(!is_in(&mut visitor).await);
        let again = visitor.get(&request(&asked)).await;
        assert_eq!(again.header("location"), format!("{AFTER}&state=a+b%26c"), "nobody is asked");
        server.end().await;
    }
}

// P-057, OIDC Core §10.1.1: the key of the hint is published no more
#[tokio::test]
async fn a_hint_outlives_its_key() {
    let server = TestServer::start(Engine::Sqlite).await;
    let SignedIn { visitor, tokens, .. } = signed_in(&server, ours()).await;
    let before = server.browser().get("/jwks").await.body;
    for _ in 0..4 {
        server.clock.advance(Lifetime::days(60));
        server.turn("keys").await;
        server.turn("refresh").await;
    }
    let after = server.browser().get("/jwks").await.json();
    for key in after["keys"].as_array().unwrap() {
        assert!(!before.contains(key["kid"].as_str().unwrap()), "the key is still there");
    }
    let asked = [("id_token_hint", hint(&tokens)), ("post_logout_redirect_uri", AFTER)];
    let answer = visitor.clone().get(&request(&asked)).await;
    assert_eq!(answer.header("location"), AFTER);
    server.end().await;
}

// P-057: a POST comes without our cookie, so it is asked once more as a GET of our own
#[tokio::test]
async fn a_post_from_elsewhere_goes_through_our_own_get() {
    let server = TestServer::start(Engine::Sqlite).await;
    let SignedIn { mut visitor, tokens, .. } = signed_in(&server, ours()).await;
    let pairs = [("id_token_hint", hint(&tokens)), ("post_logout_redirect_uri", AFTER)];
    let body = Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let cross = [("sec-fetch-site", "cross-site"), ("origin", "https://photos.example.test")];
    let answer = server.browser().post(LOGOUT, &cross, &body).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let place = answer.header("location").to_owned();
    assert!(place.starts_with(LOGOUT), "{place}");
    assert_eq!(visitor.get(&place).await.header("location"), AFTER);
    assert!(!is_in(&mut visitor).await);
    server.end().await;
}

// P-058, P-060, A-145: without a hint somebody is asked, and the client that is named leads back
#[tokio::test]
async fn without_a_hint_the_person_is_asked() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let SignedIn { application, mut visitor, .. } = signed_in(&server, ours()).await;
        let named =
            [("client_id", application.id()), ("post_logout_redirect_uri", AFTER), ("state", "x")];
        let page = visitor.get(&request(&named)).await;
        assert!(page.body.contains(QUESTION) && page.body.contains("Photos asks"), "{}", page.body);
        let csp = page.header("content-security-policy");
        assert!(csp.contains("form-action 'self' https://photos.example.test"), "P-005: {csp}");
        assert!(is_in(&mut visitor).await, "nothing has happened");
        let done = visitor.post(&crate::support::visitor::Form::of(&page)).await;
        assert_eq!(done.header("location"), format!("{AFTER}&state=x"), "{}", done.text());
        assert!(!is_in(&mut visitor).await, "{engine:?}");
        let nobody = visitor.visit(&request(&named)).await;
        assert!(nobody.body.contains(OUT), "nobody said yes: {}", nobody.text());
        visitor.sign_in("/login", ADA, PASSWORD).await;
        let page = visitor.get(LOGOUT).await;
        let done = visitor.submit(&page, &[]).await;
        assert!(done.body.contains(OUT), "{}", done.text());
        server.end().await;
    }
}

/// The `jti` of a logout token that says what it must, and nothing else.
#[track_caller]
fn told_by((line, body): &(String, String), application: &Application, tokens: &Value) -> String {
    assert!(line.starts_with("POST /out?logout=backchannel "), "{line}");
    let pairs: Vec<(String, String)> = parse(body.as_bytes()).into_owned().collect();
    let [(name, token)] = pairs.as_slice() else { panic!("{body}") };
    assert_eq!(name, "logout_token");
    let header = header(token);
    assert_eq!((&header["typ"], &header["alg"]), (&"logout+jwt".into(), &"ES256".into()));
    let (said, id) = (claims(&token.as_str().into()), claims(&tokens["id_token"]));
    assert_eq!((&said["iss"], &said["aud"]), (&id["iss"], &application.id().into()));
    assert_eq!((&said["sub"], &said["sid"]), (&id["sub"], &id["sid"]));
    let event = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    assert_eq!((&said["events"], said.get("nonce")), (&event, None));
    let life = said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap();
    assert!((1..=120).contains(&life), "{life}");
    said["jti"].as_str().unwrap().to_owned()
}

fn header(token: &str) -> Value {
    let bytes = BASE64URL_NOPAD.decode(token.split('.').next().unwrap().as_bytes()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

// Back-Channel §2.4, §2.5, P-061, P-062, P-231, A-147: told with a new token each time, until it has heard
#[tokio::test]
async fn an_application_is_told_until_it_has_heard() {
    for engine in engines() {
        let receiver = Receiver::start(503).await;
        let server =
            TestServer::wanted(engine).set("outbound.allow", &receiver.place()).start().await;
        let told = Logout {
            backchannel_logout_uri: Some(uri(&format!(
                "{}/out?logout=backchannel",
                receiver.url()
            ))),
            ..ours().logout
        };
        let registration = Registration { logout: told, ..ours() };
        let SignedIn { application, mut visitor, tokens } = signed_in(&server, registration).await;
        let page = visitor.visit("/logout").await;
        visitor.submit(&page, &[]).await;
        assert_eq!(receiver.heard().len(), 0, "signing out waits for nobody");
        server.turn("jobs").await;
        server.clock.advance(Lifetime::minutes(10));
        receiver.answer(200);
        server.turn("jobs").await;
        server.clock.advance(Lifetime::hours(2));
        server.turn("jobs").await;
        let heard = receiver.heard();
        assert_eq!(heard.len(), 2, "{engine:?}: once more, and then no more");
        let jtis: Vec<String> =
            heard.iter().map(|one| told_by(one, &application, &tokens)).collect();
        assert_ne!(jtis[0], jtis[1]);
        server.end().await;
    }
}

// P-062, Front-Channel §2, §3, P-063, P-231, INV-16: told in frames of its origin, with issuer and session
#[tokio::test]
async fn an_application_is_told_in_a_frame() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let framed = |path: &str| Logout {
            frontchannel_logout_uri: Some(uri(&format!("https://photos.example.test{path}"))),
            ..ours().logout
        };
        let registration = Registration { logout: framed("/out?logout=get"), ..ours() };
        let SignedIn { mut visitor, tokens, .. } = signed_in(&server, registration).await;
        let other = Registration { logout: framed("/two"), ..ours() };
        also(&server, &mut visitor, other).await;
        let asked = [("id_token_hint", hint(&tokens)), ("post_logout_redirect_uri", AFTER)];
        let page = visitor.get(&request(&asked)).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let (issuer, id) = (server.issuer(&server.default_tenant()), claims(&tokens["id_token"]));
        let pairs = [("iss", issuer.as_str()), ("sid", id["sid"].as_str().unwrap())];
        let more =
            Serializer::new(String::new()).extend_pairs(pairs).finish().replace('&', "&#38;");
        for start in ["/out?logout=get&#38;", "/two?"] {
            let frame = format!("<iframe src=\"https://photos.example.test{start}{more}\"");
            assert!(page.body.contains(&frame), "{frame}: {}", page.body);
        }
        let csp = page.header("content-security-policy");
        assert!(csp.contains("frame-src https://photos.example.test"), "{csp}");
        assert_eq!(page.header("cross-origin-embedder-policy"), "unsafe-none");
        assert!(page.body.contains(&format!("url={AFTER}")), "it goes on: {}", page.body);
        assert!(!is_in(&mut visitor).await, "{engine:?}");
        server.end().await;
    }
}

// Back-Channel §2.7, OIDC Core §11: what was granted offline stays, also that of another application
#[tokio::test]
async fn signing_out_by_one_application_leaves_offline_access_of_another() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let SignedIn { application, mut visitor, tokens } = signed_in(&server, ours()).await;
        let other = server.application(&server.default_tenant(), ours()).await;
        let asked = [("scope", "openid offline_access"), ("prompt", "consent")];
        let page = visitor.open(&other.request(&asked)).await;
        let back = visitor.decide(&page, "allow").await;
        let offline = redeemed(&server, &other, &back).await;
        visitor.get(&request(&[("id_token_hint", hint(&tokens))])).await;
        assert!(!is_in(&mut visitor).await);
        let refreshed = other.refresh(&server, offline["refresh_token"].as_str().unwrap()).await;
        assert_eq!(refreshed.status, 200, "{engine:?}: {}", refreshed.text());
        let online = application.refresh(&server, tokens["refresh_token"].as_str().unwrap()).await;
        assert_eq!(online.status, 400, "{engine:?}: its session is over");
        server.end().await;
    }
}

// P-047, P-061: the logout token is signed as the ID token is
#[tokio::test]
async fn both_tokens_of_a_client_have_one_algorithm() {
    let receiver = Receiver::start(200).await;
    let server = TestServer::wanted(Engine::Sqlite)
        .set("jwt.algorithms", "ES256,RS256")
        .set("outbound.allow", &receiver.place())
        .start()
        .await;
    let logout = Logout { backchannel_logout_uri: Some(uri(&receiver.url())), ..ours().logout };
    let registration = Registration { id_token_algorithm: Algorithm::Rs256, logout, ..ours() };
    let SignedIn { mut visitor, tokens, .. } = signed_in(&server, registration).await;
    visitor.get(&request(&[("id_token_hint", hint(&tokens))])).await;
    server.turn("jobs").await;
    let heard = receiver.heard();
    let token = heard[0].1.strip_prefix("logout_token=").unwrap();
    for token in [token, hint(&tokens)] {
        assert_eq!(header(token)["alg"], "RS256");
    }
    server.end().await;
}
