//! The published keys: JSON Web Keys (RFC 7517), public members only (RFC 7518 §6).

use super::discovery::assert_cacheable;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use serde_json::Value;
use std::collections::BTreeSet;
use vestibule::kernel::time::Lifetime;

fn keys(document: &Value) -> Vec<Value> {
    document["keys"].as_array().unwrap().clone()
}

// P-003, RFC 7517 §4, RFC 7518 §6.2.1 and §6.3.1; INV-26, INV-30: no private member, ever
#[tokio::test]
async fn a_published_key_is_public_and_named() {
    for engine in engines() {
        let server = TestServer::wanted(engine).set("jwt.algorithms", "RS256,ES256").start().await;
        let document = server.browser().get("/jwks").await.json();
        let names: Vec<&String> = document.as_object().unwrap().keys().collect();
        assert_eq!(names, ["keys"]);
        for key in keys(&document) {
            let members: BTreeSet<&str> =
                key.as_object().unwrap().keys().map(String::as_str).collect();
            let expected: &[&str] = match key["kty"].as_str().unwrap() {
                "RSA" => &["alg", "e", "kid", "kty", "n", "use"],
                "EC" => &["alg", "crv", "kid", "kty", "use", "x", "y"],
                other => panic!("{other}"),
            };
            assert_eq!(members.into_iter().collect::<Vec<_>>(), expected);
            assert_eq!(key["use"], "sig");
        }
        let algorithms: Vec<Value> = keys(&document).iter().map(|k| k["alg"].clone()).collect();
        assert_eq!(algorithms, ["RS256", "ES256"]);
        server.end().await;
    }
}

// P-003, RFC 7517 §4.5: keys of one set have distinct names; INV-24: keys of two tenants are never the same
#[tokio::test]
async fn no_two_keys_share_a_name() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.tenant("acme", &[]).await;
    server.tenant("own", &["login.own.example"]).await;
    let policy = vestibule::app::policy(&server.house().settings.load().jwt);
    let tenants = server.house().directory.all();
    for tenant in &tenants {
        for algorithm in &policy.algorithms {
            let (making, context) = (&server.house().making, server.context());
            making.rotate(server.at(tenant), *algorithm, &policy, &context).await.unwrap();
        }
    }
    server.turn("refresh").await;
    let home = server.browser();
    let sets = [
        home.get("/jwks").await,
        home.get("/t/acme/jwks").await,
        server.browser_at("login.own.example").get("/jwks").await,
    ];
    let all: Vec<Value> = sets.iter().flat_map(|set| keys(&set.json())).collect();
    let kids: BTreeSet<&str> = all.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    let points: BTreeSet<&str> = all.iter().map(|key| key["x"].as_str().unwrap()).collect();
    assert_eq!((all.len(), kids.len(), points.len()), (6, 6, 6));
    server.end().await;
}

// P-214, RFC 9110 §13.1.2, RFC 9111 §5.2: kept as long as jwt.jwks_max_age says, asked again by tag
#[tokio::test]
async fn the_key_set_is_a_good_citizen_of_caches() {
    let server = TestServer::wanted(Engine::Sqlite).set("jwt.jwks_max_age", "7m").start().await;
    server.tenant("acme", &[]).await;
    assert_cacheable(&server.browser(), "/jwks", 420).await;
    assert_cacheable(&server.browser(), "/t/acme/jwks", 420).await;
    server.end().await;
}

// P-214, P-235, INV-28: what the schedule does to the keys is seen on the wire, and the tag changes with it
#[tokio::test]
async fn a_key_comes_ahead_of_its_turn_and_leaves_when_its_tokens_are_over() {
    for engine in engines() {
        let server = TestServer::wanted(engine)
            .set("jwt.rotation", "10h")
            .set("jwt.publish_ahead", "2h")
            .set("jwt.retire_after", "3h")
            .start()
            .await;
        let browser = server.browser();
        let (mut tags, mut counts) = (BTreeSet::new(), Vec::new());
        for _hour in 0..15 {
            let answer = browser.get("/jwks").await;
            counts.push(keys(&answer.json()).len());
            tags.insert(answer.header("etag").to_owned());
            server.clock.advance(Lifetime::hours(1));
            server.turn("keys").await;
            server.turn("refresh").await;
        }
        assert_eq!(counts, [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1], "{engine:?}");
        assert_eq!(tags.len(), 4, "one for each set, the order of its keys included");
        server.end().await;
    }
}
