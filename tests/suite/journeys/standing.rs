//! A server that goes on: through a reload that does not suit everybody, while its balancer looks away, beside
//! others on one database; and what a doctor says of it.

use crate::support::browser::Browser;
use crate::support::database::{Engine, empty, engines};
use crate::support::program::{Ground, PATIENCE};
use crate::support::server::MASTER_KEY;
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::time::timeout;

const QUICK: &str = "[jwt]\nalgorithms = [\"ES256\"]\n";

// experience §3.2: a reload is judged by what every tenant has set for itself, before anything of it counts
#[tokio::test]
async fn a_reload_that_does_not_suit_a_tenant_changes_nothing() {
    let ground = Ground::configured(QUICK);
    let mut running = ground.serve().await;
    let set = ["tenant", "set", "acme", "jwt.retire_after", "2h"];
    for command in [&["tenant", "create", "acme"][..], &set] {
        let ended = ground.configured_run(command).await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    ground.configure(&format!("log.ip = \"off\"\n{QUICK}jwks_max_age = \"3h\"\n"));
    running.signal(rustix::process::Signal::HUP);
    let line = running.hears("the configuration was not reloaded").await;
    assert!(line.contains("jwt.retire_after") && line.contains("ten_"), "{line}");
    assert_eq!(ground.browser().get("/jwks").await.max_age(), 3600);
    assert!(running.hears("\"route\":\"/jwks\"").await.contains("\"ip\":\"127.0.0.1\""));
    assert_eq!(running.stop().await.code, Some(0));

    // It does not start like that either, and the command that mends it works.
    ground.run(&["serve", "--config", "vestibule.toml"]).await.refuses(1, &["jwt.retire_after"]);
    let unset = ground.configured_run(&["tenant", "unset", "acme", "jwt.retire_after"]).await;
    assert_eq!(unset.code, Some(0), "{unset:?}");
    let running = ground.serve().await;
    assert_eq!(ground.browser().get("/jwks").await.max_age(), 3 * 3600);
    assert_eq!(running.stop().await.code, Some(0));
}

// INV-40, experience §7: readiness off, wait, drain, exit
#[tokio::test]
async fn a_server_that_stops_answers_until_its_balancer_has_noticed() {
    let ground = Ground::configured(&format!("server.shutdown_delay = \"3s\"\n{QUICK}"));
    let mut running = ground.serve().await;
    assert_eq!(ground.browser().get("/readyz").await.status, 200);
    running.signal(rustix::process::Signal::TERM);
    running.hears("stopping").await;
    assert_eq!(ground.browser().get("/readyz").await.status, 503);
    assert_eq!(ground.browser().get("/jwks").await.status, 200);
    assert_eq!(running.ended().await.code, Some(0));
}

// experience §2.3: one document for scripts, whatever was asked
#[tokio::test]
async fn every_answer_has_a_form_for_scripts() {
    let ground = Ground::configured(QUICK);
    assert_eq!(ground.serve().await.stop().await.code, Some(0));
    for command in [
        &["key", "export-public"][..],
        &["config", "schema"],
        &["config", "example"],
        &["completions", "bash"],
        &["reference", "events"],
    ] {
        let ended = ground.configured_run(&[command, &["--json"]].concat()).await;
        assert!(!ended.data().is_null(), "{command:?}");
    }
    for usage in [&["srve", "--json"][..], &["tenant", "create", "--json"]] {
        let ended = ground.run(usage).await;
        let error: Value = serde_json::from_str(&ended.err).unwrap();
        assert_eq!((ended.code, &error["exit"]), (Some(2), &2.into()), "{error}");
        assert_eq!(error["schema"], "vestibule.cli.error/1");
    }
    for port in ["0", "65531", "65535"] {
        let ended = ground.run(&["dev", "--port", port]).await;
        ended.refuses(2, &[port, "from 1 to 65530"]);
    }
}

// OPS-03: several nodes on one PostgreSQL start at once, and follow what is done on either of them
#[tokio::test]
async fn nodes_on_one_postgresql_follow_each_other() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let (place, _kept) = empty(Engine::Postgres).await;
    let (mut one, mut other) = (Ground::configured(QUICK), Ground::configured(QUICK));
    let issuer = format!("http://localhost:{}", one.port);
    for node in [&mut one, &mut other] {
        node.set("VESTIBULE_DATABASE__URL", &place.url);
        node.set("VESTIBULE_ENCRYPTION__MASTER_KEY", MASTER_KEY);
        node.set("VESTIBULE_SERVER__PUBLIC_URL", &issuer);
    }
    let (first, second) = tokio::join!(one.serve(), other.serve());
    let host = format!("localhost:{}", one.port);
    let addresses =
        [one.port, other.port].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let browsers = addresses.map(|address| Browser::new(address, host.clone()));
    let published = async |count: usize| {
        for browser in &browsers {
            let seen = async {
                while browser.get("/jwks").await.json()["keys"].as_array().unwrap().len() != count {
                    tokio::task::yield_now().await;
                }
            };
            timeout(PATIENCE, seen).await.expect("each second a look");
        }
        let [one, other] = [browsers[0].get("/jwks").await, browsers[1].get("/jwks").await];
        assert_eq!(one.body, other.body);
    };
    published(1).await;
    let rotated = other.configured_run(&["key", "rotate"]).await;
    assert_eq!(rotated.code, Some(0), "{rotated:?}");
    published(2).await;
    let listed = one.configured_run(&["key", "list", "--json"]).await.data();
    let revoked = ["key", "revoke", listed[0]["kid"].as_str().unwrap(), "--yes"];
    assert_eq!(one.configured_run(&revoked).await.code, Some(0));
    published(1).await;
    for node in [first, second] {
        assert_eq!(node.stop().await.code, Some(0));
    }
}

// experience §2.7, §2.4: what is good, what is wrong and how to mend it, beside a running server too
#[tokio::test]
async fn the_doctor_finds_what_is_wrong_and_says_how_to_mend_it() {
    let ground = Ground::configured(QUICK);
    let running = ground.serve().await;
    let well = ground.configured_run(&["doctor", "--online"]).await;
    assert!(well.code == Some(0) && well.out.contains("0 errors"), "{well:?}");
    for group in ["config", "database", "master key", "clock", "keys", "nodes", "public URL"] {
        assert!(well.out.contains(&format!("✓ {group}")), "{group}:\n{}", well.out);
    }
    assert_eq!(running.stop().await.code, Some(0));
    let away = ground.configured_run(&["doctor", "--online", "--json"]).await;
    assert_eq!(away.code, Some(8), "{away:?}");
    let found: Value = serde_json::from_str(&away.out).unwrap();
    let found = found["data"].as_array().unwrap();
    let wrong = |one: &&Value| one["grade"] == "error" && one["group"] == "public URL";
    assert!(found.iter().any(|one| wrong(&one)), "{found:?}");

    std::fs::remove_file(ground.path("keys/master.key")).unwrap();
    let lost = ground.configured_run(&["doctor"]).await;
    assert!(lost.code == Some(8) && lost.out.contains("✗ master key"), "{lost:?}");
    assert!(!ground.path("keys/master.key").exists(), "it changes nothing");
}
