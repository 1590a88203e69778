//! Addresses that clients give us: what the server fetches, how often, and what it never touches.

use crate::support::assertion::{KeyPair, SigningMachine, form, registration};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::site::Site;
use serde_json::json;
use tokio::task::JoinSet;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::Registration;

async fn served(site: &Site) -> TestServer {
    let server = TestServer::wanted(Engine::Sqlite).set("outbound.allow", &site.door());
    server.set("rate_limit.token", "100/1m").start().await
}

async fn at(server: &TestServer, uri: String, seed: u64) -> SigningMachine {
    let keyed = Registration { jwks_uri: Some(uri), ..registration() };
    SigningMachine::registered(server, &server.default_tenant(), KeyPair::new(seed), &keyed).await
}

async fn status(server: &TestServer, signer: &SigningMachine, jti: &str) -> u16 {
    SigningMachine::present(server, &signer.assertion(server, jti)).await.status
}

// P-044, OIDC Core §10.1.1: fetched when needed, kept, and fetched again for a key that is not known yet
#[tokio::test]
async fn published_keys_are_fetched_when_needed_and_not_more_often() {
    let site = Site::open().await;
    let server = served(&site).await;
    let mut signer = at(&server, site.url("/keys"), 1).await;
    site.put("/keys", &signer.key.jwks());
    assert!(site.asked().is_empty(), "lazily");
    assert_eq!(status(&server, &signer, "1").await, 200);
    assert_eq!(status(&server, &signer, "2").await, 200);
    assert_eq!(site.asked().len(), 1);
    // The client changes its key: nobody needs to tell us.
    signer.key = KeyPair::new(2);
    site.put("/keys", &signer.key.jwks());
    assert_eq!(status(&server, &signer, "3").await, 401, "asked a moment ago");
    server.clock.advance(Lifetime::seconds(60));
    assert_eq!(status(&server, &signer, "4").await, 200);
    assert_eq!(site.asked().len(), 2);
    // An unknown key is asked about once a minute, however many come.
    let eve = SigningMachine {
        id: signer.id.clone(),
        key: KeyPair::new(3),
        issuer: signer.issuer.clone(),
    };
    server.clock.advance(Lifetime::seconds(60));
    for n in 0..5 {
        assert_eq!(status(&server, &eve, &format!("eve {n}")).await, 401);
    }
    assert_eq!(site.asked().len(), 3);
    // After an hour it is asked for anew; while it cannot be had, the old one is good for a day.
    server.clock.advance(Lifetime::hours(1));
    assert_eq!(status(&server, &signer, "5").await, 200);
    assert_eq!(site.asked().len(), 4);
    site.put("/keys", "<html>maintenance</html>");
    server.clock.advance(Lifetime::hours(2));
    assert_eq!(status(&server, &signer, "6").await, 200);
    server.clock.advance(Lifetime::hours(24));
    assert_eq!(status(&server, &signer, "7").await, 401);
    server.end().await;
}

// P-044: many at once ask once
#[tokio::test]
async fn one_fetch_serves_all_who_wait() {
    let site = Site::open().await;
    let server = served(&site).await;
    let signer = at(&server, site.url("/keys"), 1).await;
    site.put("/keys", &signer.key.jwks());
    let tokens: Vec<_> = (0..12).map(|n| signer.assertion(&server, &n.to_string())).collect();
    let (mut answers, mut tasks) = (Vec::new(), JoinSet::new());
    for token in tokens {
        let (browser, body) = (server.browser(), form(&token));
        tasks.spawn(async move { browser.post("/oauth/token", &[], &body).await.status });
    }
    while let Some(answer) = tasks.join_next().await {
        answers.push(answer.unwrap());
    }
    assert_eq!(answers, [200; 12]);
    assert_eq!(site.asked(), ["/keys"]);
    server.end().await;
}

// A-113: what is no set of good public keys is not used
#[tokio::test]
async fn a_bad_key_set_is_not_used() {
    let site = Site::open().await;
    let server = served(&site).await;
    let key = KeyPair::new(1);
    let mut private = key.jwk.clone();
    private["d"] = json!("AAAA");
    let many: Vec<_> = (0..21).map(|n| KeyPair::new(n + 1).jwk).collect();
    let huge = format!(r#"{{"pad":"{}","keys":[{}]}}"#, "x".repeat(70_000), key.jwk);
    for (number, page) in [
        json!({ "keys": [private] }).to_string(),
        json!({ "keys": many }).to_string(),
        json!({ "keys": [key.jwk, { "kty": "oct", "k": "AAAA" }] }).to_string(),
        json!({ "keys": [key.jwk, key.jwk] }).to_string(),
        format!(r#"{{"keys":[],"keys":[{}]}}"#, key.jwk),
        huge,
        "<html></html>".into(),
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("/{number}");
        site.put(&path, &page);
        let signer = at(&server, site.url(&path), 1).await;
        assert_eq!(status(&server, &signer, "x").await, 401, "{page:.80}");
    }
    server.end().await;
}

// A-117, D-11: nothing inside is asked, and the answer says nothing about it
#[tokio::test]
async fn addresses_inside_are_never_asked_for_keys() {
    let (site, canary) = (Site::open().await, Site::open().await);
    let server = served(&site).await;
    let mut bodies = Vec::new();
    for uri in [
        canary.url("/keys"),
        canary.url("/keys").replace("127.0.0.1", "localhost"),
        "https://169.254.169.254/latest".into(),
        "https://10.0.0.1:6379/".into(),
        "https://[::1]:22/".into(),
        "file:///etc/passwd".into(),
        "gopher://127.0.0.1/".into(),
    ] {
        let signer = at(&server, uri.clone(), 1).await;
        let answer = SigningMachine::present(&server, &signer.assertion(&server, "x")).await;
        assert_eq!(answer.status, 401, "{uri}");
        bodies.push(answer.body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    assert_eq!(canary.asked(), Vec::<String>::new());
    server.end().await;
}
