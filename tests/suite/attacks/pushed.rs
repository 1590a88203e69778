//! Requests by reference: used twice, by others, late, or mixed with what a browser brings (RFC 9126, OIDC Core §6.2).

use crate::support::application::{ADA, Application, CALLBACK, came_back, web};
use crate::support::assertion::KeyPair;
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::site::Site;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use serde_json::{Value, json};
use url::form_urlencoded::{Serializer, parse};
use vestibule::admin::clients;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Pushing, Registration};

async fn push(server: &TestServer, app: &Application, more: &[(&str, &str)]) -> String {
    let query = app.query(more);
    let pairs: Vec<(String, String)> = parse(query.as_bytes()).into_owned().collect();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = app.post(server, "/oauth/par", &pairs).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["request_uri"].as_str().unwrap().to_owned()
}

fn by_reference(client: &str, uri: &str, more: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("client_id", client).append_pair("request_uri", uri).extend_pairs(more);
    format!("/authorize?{}", query.finish())
}

async fn sign_in(visitor: &mut Visitor, place: &str) -> Answer {
    let page = visitor.visit(place).await;
    let page = visitor.submit(&page, &[("username", ADA)]).await;
    let done = visitor.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
    visitor.follow_here(done).await
}

fn is_page(answer: &Answer, error: &str) -> bool {
    answer.status == 400 && answer.body.contains(error) && answer.header("location").is_empty()
}

// A-106, A-108, A-110, RFC 9126 §4: loaded as often as one likes, answered once, and only what was pushed counts
#[tokio::test]
async fn a_pushed_request_leads_to_one_answer() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let photos = server.application(&server.default_tenant(), web()).await;
        let uri = push(&server, &photos, &[("state", "marked-state")]).await;
        let odd = [
            ("scope", "openid phone"),
            ("redirect_uri", "https://evil.example/"),
            ("state", "x"),
            ("response_mode", "fragment"),
        ];
        let place = by_reference(photos.id(), &uri, &odd);
        let mut ada = server.ada().await;
        let mut other = server.visitor();
        let theirs = sign_in(&mut other, &place).await;
        let page = sign_in(&mut ada, &place).await;
        let again = ada.open(&place).await;
        assert!(again.body.contains("Photos"), "a reload works: {}", again.text());
        for page in [&page, &theirs] {
            assert!(!page.text().contains("marked-state"), "A-110");
            assert!(!page.body.contains("scope:phone"), "A-108");
        }
        let back = came_back(&ada.decide(&page, "allow").await);
        assert_eq!(
            (&*back["state"], back.contains_key("code")),
            ("marked-state", true),
            "{engine:?}"
        );
        let late = other.decide(&theirs, "allow").await;
        assert!(late.status == 400 && late.header("location").is_empty(), "{}", late.text());
        let used = ada.get(&place).await;
        assert!(is_page(&used, "invalid_request_uri"), "{engine:?}: {}", used.text());
        server.end().await;
    }
}

// A-107, A-111
#[tokio::test]
async fn a_reference_is_its_clients_and_soon_over() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let photos = server.application(&tenant, web()).await;
    let evil = server.application(&tenant, web()).await;
    let uri = push(&server, &photos, &[]).await;
    let mut visitor = server.visitor();
    let stolen = visitor.get(&by_reference(evil.id(), &uri, &[])).await;
    assert!(is_page(&stolen, "invalid_request_uri"), "{}", stolen.text());
    assert_eq!(
        visitor.get(&by_reference(photos.id(), &uri, &[])).await.status,
        303,
        "to signing in"
    );
    server.clock.advance(Lifetime::seconds(91));
    let late = visitor.get(&by_reference(photos.id(), &uri, &[])).await;
    assert!(is_page(&late, "invalid_request_uri"), "{}", late.text());
    let unknown = by_reference(photos.id(), "urn:ietf:params:oauth:request_uri:x", &[]);
    assert!(is_page(&visitor.get(&unknown).await, "invalid_request_uri"));
    server.end().await;
}

// A-111, RFC 9126 §5
#[tokio::test]
async fn a_request_that_must_be_pushed_is_refused_otherwise() {
    let server = TestServer::start(Engine::Sqlite).await;
    let strict = Registration { pushing: Pushing::Required, ..web() };
    let photos = server.application(&server.default_tenant(), strict).await;
    let mut visitor = server.visitor();
    let plain = came_back(&visitor.get(&photos.request(&[])).await);
    assert_eq!(plain["error"], "invalid_request");
    let uri = push(&server, &photos, &[]).await;
    assert_eq!(visitor.get(&by_reference(photos.id(), &uri, &[])).await.status, 303);
    server.end().await;
}

fn object(server: &TestServer, app: &Application, key: &KeyPair, state: &str) -> String {
    let issuer = server.issuer(&server.default_tenant());
    let mut claims = json!({ "iss": app.id(), "aud": issuer, "exp": server.now().seconds() + 60 });
    let query = app.query(&[("state", state)]);
    for (name, value) in parse(query.as_bytes()).into_owned() {
        claims[name] = Value::from(value);
    }
    key.sign(r#"{"alg":"ES256"}"#, &claims.to_string())
}

// P-049, P-051, OIDC Core §6.1: a signed request in the browser
#[tokio::test]
async fn a_signed_request_cannot_be_changed_in_the_browser() {
    let server = TestServer::start(Engine::Sqlite).await;
    let key = KeyPair::new(4);
    let keyed = Registration { jwks: Some(key.jwks()), ..web() };
    let photos = server.application(&server.default_tenant(), keyed).await;
    let signed = object(&server, &photos, &key, "signed-state");
    let mut query = Serializer::new(String::new());
    query.append_pair("client_id", photos.id()).append_pair("request", &signed);
    query.append_pair("state", "changed").append_pair("scope", "openid phone");
    let mut ada = server.ada().await;
    let page = sign_in(&mut ada, &format!("/authorize?{}", query.finish())).await;
    let back = came_back(&ada.decide(&page, "allow").await);
    assert_eq!(back["state"], "signed-state");
    let forged = object(&server, &photos, &KeyPair::new(5), "x");
    let mut query = Serializer::new(String::new());
    query.append_pair("client_id", photos.id()).append_pair("request", &forged);
    let refused = ada.get(&format!("/authorize?{}", query.finish())).await;
    assert!(is_page(&refused, "invalid_request_object"), "{}", refused.text());
    let both =
        format!("{}&request={forged}", by_reference(photos.id(), "https://rp.example/x", &[]));
    assert_eq!(ada.get(&both).await.status, 400);
    server.end().await;
}

// P-050, A-117: by reference only from an address that was registered for it
#[tokio::test]
async fn a_request_is_fetched_only_from_where_it_was_registered() {
    let site = Site::open().await;
    let server =
        TestServer::wanted(Engine::Sqlite).set("outbound.allow", &site.door()).start().await;
    let key = KeyPair::new(4);
    let uris = vec![site.url("/object"), site.url("/object#bm90LXRoZS1oYXNo")];
    let keyed = Registration { jwks: Some(key.jwks()), request_uris: uris.clone(), ..web() };
    let tenant = server.default_tenant();
    let photos = server.application(&tenant, keyed).await;
    let plain = server.application(&tenant, web()).await;
    site.put("/object", &object(&server, &photos, &key, "fetched"));
    let mut visitor = server.visitor();
    let off = visitor.get(&by_reference(plain.id(), &uris[0], &[])).await;
    assert!(is_page(&off, "request_uri_not_supported"), "{}", off.text());
    for other in [site.url("/other"), site.url("/object?x"), "https://169.254.169.254/".into()] {
        let refused = visitor.get(&by_reference(photos.id(), &other, &[])).await;
        assert!(is_page(&refused, "invalid_request_uri"), "{}", refused.text());
    }
    assert!(site.asked().is_empty());
    let changed = visitor.get(&by_reference(photos.id(), &uris[1], &[])).await;
    assert!(is_page(&changed, "invalid_request_uri"), "not what its fragment says");
    let good = visitor.get(&by_reference(photos.id(), &uris[0], &[])).await;
    assert_eq!(good.status, 303, "{}", good.text());
    server.end().await;
}

// ADM-10: the page carries a reference, and what is kept under it says what to mend
#[tokio::test]
async fn a_refused_sign_in_is_explained() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let photos = server.application(&server.default_tenant(), web()).await;
        let wrong = format!("{CALLBACK}/");
        let asked = [
            ("redirect_uri", wrong.as_str()),
            ("code_challenge", ""),
            ("scope", "openid admin"),
            ("code_challenge_method", ""),
        ];
        let page = server.visitor().get(&photos.request(&asked)).await;
        let reference = page.header("x-request-id").to_owned();
        assert!(page.body.contains(&reference), "{}", page.text());
        let at = server.at(&server.default_tenant());
        let found = clients::refused_as(&server.house().database, at, &reference).await.unwrap();
        assert_eq!((found.len(), found[0].client.as_str()), (1, photos.id()), "{engine:?}");
        let whats: Vec<_> = found[0].findings.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(whats.len(), 3, "{whats:?}");
        assert!(
            found[0].findings[0].fix.contains("differ from character"),
            "{:?}",
            found[0].findings
        );
        assert!(whats[1].contains("PKCE") && whats[2].contains("scope"), "{whats:?}");
        server.end().await;
    }
}

// ADM-10: what came to nothing after signing in is on the application's list too, by the reference of that answer; that
// nobody is signed in is an answer to prompt=none, and no mistake
#[tokio::test]
async fn a_refusal_after_signing_in_names_its_application() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let photos = server.application(&server.default_tenant(), web()).await;
        let mut ada = server.ada().await;
        let silent = ada.get(&photos.request(&[("prompt", "none")])).await;
        assert!(silent.header("location").contains("error=login_required"), "{}", silent.text());
        let page = photos.sign_in(&mut ada, &[]).await;
        let denied = ada.post(&Form::of(&page).with(&[("decision", "deny")])).await;
        assert!(denied.header("location").contains("error=access_denied"), "{}", denied.text());
        let at = server.at(&server.default_tenant());
        let kept = clients::refused_of(&server.house().database, at, photos.id()).await.unwrap();
        let told: Vec<_> = kept.iter().map(|one| (one.error.as_str(), &one.findings[..])).collect();
        assert_eq!(told, [("access_denied", &[][..])], "{engine:?}");
        assert_eq!(kept[0].reference, denied.header("x-request-id"));
        server.end().await;
    }
}

// ADM-10, INV-32: however much is refused, little is kept; and not for long
#[tokio::test]
async fn what_is_kept_of_refusals_is_bounded() {
    let server = TestServer::start(Engine::Sqlite).await;
    let photos = server.application(&server.default_tenant(), web()).await;
    let mut visitor = server.visitor();
    let kept = async |client: &str| {
        let at = server.at(&server.default_tenant());
        clients::refused_of(&server.house().database, at, client).await.unwrap().len()
    };
    for _ in 0..6 {
        for _ in 0..22 {
            visitor.get(&photos.request(&[("code_challenge", "")])).await;
        }
        server.clock.advance(Lifetime::minutes(1));
    }
    assert_eq!(kept(photos.id()).await, 100, "6 times 20, and the oldest are gone");
    visitor.get("/authorize?client_id=nobody").await;
    assert_eq!(kept("").await, 1);
    server.clock.advance(Lifetime::days(9));
    server.turn("housekeeping").await;
    assert_eq!((kept(photos.id()).await, kept("").await), (0, 0));
    server.end().await;
}
