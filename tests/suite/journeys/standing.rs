//! A server that goes on: through a reload that does not suit everybody, and while its balancer looks away.

use crate::support::program::Ground;
use serde_json::Value;

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
