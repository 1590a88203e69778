//! A server's life: started, spoken to by signals and by commands beside it, ended.

use crate::support::program::{Ground, PATIENCE, Running};
use rustix::process::Signal;
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

const DISCOVERY: &str = "/.well-known/openid-configuration";
/// One key, made at once.
const QUICK: &str = "[jwt]\nalgorithms = [\"ES256\"]\n";

fn dev<'a>(port: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["dev", "--port", port], more].concat()
}

// experience §1.4, card 12: one line on standard output when ready, and nothing else there
#[tokio::test]
async fn dev_for_a_program_says_one_line() {
    let ground = Ground::new();
    let mut running = ground.start(&dev(&ground.port.to_string(), &["--json"]));
    let line: Value = serde_json::from_str(&running.hears("vestibule.dev/1").await).unwrap();
    let issuer = format!("http://localhost:{}", ground.port);
    assert_eq!(
        (&line["schema"], &line["issuer"]),
        (&"vestibule.dev/1".into(), &issuer.clone().into())
    );
    for list in ["people", "clients"] {
        assert!(line[list].is_array(), "{line}");
    }
    assert!(line.as_object().unwrap().contains_key("admin_link"));
    assert_eq!(ground.browser().get(DISCOVERY).await.json()["issuer"], issuer);
    let ended = running.stop().await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.out.lines().count(), 1, "{ended:?}");
    assert!(!ended.err.contains("error"), "{ended:?}");
}

// experience §1.4: the banner names what can be opened, and every other command works on its folder
#[tokio::test]
async fn dev_for_a_person_says_where_everything_is() {
    let ground = Ground::new();
    let port = ground.port.to_string();
    let mut running = ground.start(&dev(&port, &[]));
    running.hears("Ctrl-C to stop").await;
    assert_eq!(ground.browser().get("/jwks").await.json()["keys"].as_array().unwrap().len(), 2);
    assert_eq!(ground.browser().get("/").await.status, 200);
    let config = [".vestibule-dev/vestibule.toml"];
    let listed = ground.run(&["key", "list", "--json", "--config", config[0]]).await;
    assert_eq!(listed.data().as_array().unwrap().len(), 2);
    running.signal(Signal::INT);
    let ended = running.ended().await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for words in [
        "development mode",
        &format!("http://localhost:{port}{DISCOVERY}"),
        "--config .vestibule-dev/vestibule.toml",
    ] {
        assert!(ended.out.contains(words), "{words:?} is not in:\n{}", ended.out);
    }
}

// experience §1.4: data stay from run to run; --reset takes them, and nothing that is not its own
#[tokio::test]
async fn reset_deletes_what_dev_has_made_and_nothing_else() {
    let ground = Ground::new();
    let port = ground.port.to_string();
    let kids = async |more: &[&str]| {
        let mut running = ground.start(&dev(&port, more));
        running.hears("Ctrl-C to stop").await;
        let keys = ground.browser().get("/jwks").await.body;
        assert_eq!(running.stop().await.code, Some(0));
        keys
    };
    ground.write("neighbour.txt", "mine");
    let first = kids(&[]).await;
    assert_eq!(kids(&[]).await, first);
    assert_ne!(kids(&["--reset"]).await, first);
    assert_eq!(ground.read("neighbour.txt"), "mine");

    let other = Ground::new();
    std::fs::create_dir(other.path(".vestibule-dev")).unwrap();
    other.write(".vestibule-dev/thesis.txt", "years of work");
    let refused = other.run(&dev(&other.port.to_string(), &["--reset"])).await;
    refused.refuses(5, &[".vestibule-dev is not data of `vestibule dev`", "fix:"]);
    assert_eq!(other.read(".vestibule-dev/thesis.txt"), "years of work");
}

// card 12: the data of a server that runs are not taken from under it
#[tokio::test]
async fn reset_leaves_a_running_server_alone() {
    let (ground, elsewhere) = (Ground::new(), Ground::new());
    let mut running = ground.start(&dev(&ground.port.to_string(), &[]));
    running.hears("Ctrl-C to stop").await;
    let keys = ground.browser().get("/jwks").await.body;
    let port = elsewhere.port.to_string();
    let second = ground.run(&dev(&port, &["--reset"])).await;
    second.refuses(7, &["another server", "vestibule.db"]);
    assert!(ground.path(".vestibule-dev/vestibule.db").exists());
    assert_eq!(ground.browser().get("/readyz").await.status, 200);
    assert_eq!(running.stop().await.code, Some(0));
    let mut again = ground.start(&dev(&ground.port.to_string(), &[]));
    again.hears("Ctrl-C to stop").await;
    assert_eq!(ground.browser().get("/jwks").await.body, keys);
}

// D-25, experience §1.4: people with well-known passwords never serve in production
#[tokio::test]
async fn serve_refuses_the_data_of_dev() {
    let ground = Ground::new();
    let mut running = ground.start(&dev(&ground.port.to_string(), &[]));
    running.hears("Ctrl-C to stop").await;
    running.stop().await;
    let refused = ground.run(&["serve", "--config", ".vestibule-dev/vestibule.toml"]).await;
    refused.refuses(5, &["this is the data of `vestibule dev`", "fix:"]);
}

// INV-40: SIGTERM ends it in time, whoever still holds a connection
#[tokio::test]
async fn a_stop_does_not_wait_for_the_idle() {
    let ground = Ground::configured(QUICK);
    let running = ground.serve().await;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, ground.port));
    let _idle = TcpStream::connect(address).await.unwrap();
    let mut begun = TcpStream::connect(address).await.unwrap();
    begun.write_all(b"GET /jwks HTTP/1.1\r\nHost: loc").await.unwrap();
    let ended = timeout(PATIENCE, running.stop()).await.expect("the grace is over long ago");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!ended.err.contains(r#""level":"error""#), "{ended:?}");
}

// INV-40, INV-38: after SIGKILL the next start serves the same keys, without hands
#[tokio::test]
async fn a_killed_server_starts_again() {
    let ground = Ground::configured(QUICK);
    let mut keys = Vec::new();
    for _ in 0..2 {
        let running = ground.serve().await;
        keys.push(ground.browser().get("/jwks").await.body);
        running.signal(Signal::KILL);
        assert_eq!(running.ended().await.code, None);
    }
    let running = ground.serve().await;
    keys.push(ground.browser().get("/jwks").await.body);
    assert_eq!(running.stop().await.code, Some(0));
    keys.dedup();
    assert_eq!(keys.len(), 1);
}

async fn reload(ground: &Ground, running: &mut Running, more: &str, expected: &str) -> String {
    ground.configure(more);
    running.signal(Signal::HUP);
    running.hears(expected).await
}

// experience §3.2: live keys take effect on SIGHUP; a file with a problem changes nothing
#[tokio::test]
async fn a_reload_takes_what_is_live_and_refuses_what_is_wrong() {
    let ground = Ground::configured(QUICK);
    let mut running = ground.serve().await;
    let browser = ground.browser();
    assert_eq!(browser.get("/jwks").await.max_age(), 3600);

    let changed = format!(
        "server.trusted_proxies = [\"127.0.0.1\"]\nlog.level = \"debug\"\n{QUICK}jwks_max_age = \"40s\"\n"
    );
    let line = reload(&ground, &mut running, &changed, "the configuration was reloaded").await;
    for key in ["server.trusted_proxies", "log.level", "jwt.jwks_max_age"] {
        assert!(line.contains(key), "{line}");
    }
    assert_eq!(browser.get("/jwks").await.max_age(), 40);
    let named = browser
        .ask(
            "GET",
            "/jwks",
            &[("x-forwarded-for", "203.0.113.9"), ("x-request-id", "req_from_proxy_1")],
        )
        .await;
    assert_eq!(named.header("x-request-id"), "req_from_proxy_1", "a trusted proxy names requests");

    let wrong = format!("{QUICK}jwks_max_age = \"ten\"\n");
    let line = reload(&ground, &mut running, &wrong, "the configuration was not reloaded").await;
    assert!(line.contains("jwt.jwks_max_age") && line.contains("the old one holds"), "{line}");
    assert_eq!(browser.get("/jwks").await.max_age(), 40);

    let later = format!("server.workers = 3\n{QUICK}jwks_max_age = \"50s\"\n");
    let line = reload(&ground, &mut running, &later, "server.workers").await;
    assert!(line.contains("needs a restart"), "{line}");
    running.hears("the configuration was reloaded").await;
    assert_eq!(browser.get("/jwks").await.max_age(), 50);
    assert_eq!(running.stop().await.code, Some(0));
}

// card 5 and 14: what a command writes beside a running server is seen within a second, and no node asks twice
#[tokio::test]
async fn a_tenant_made_beside_a_running_server_is_served_within_a_second() {
    let ground = Ground::configured(QUICK);
    let running = ground.serve().await;
    let browser = ground.browser();
    assert_eq!(browser.get("/t/acme/jwks").await.status, 404);
    let made = ground.configured_run(&["tenant", "create", "acme", "--json"]).await;
    let issuer = made.data()["issuer"].clone();
    let seen = async {
        while browser.get("/t/acme/jwks").await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, seen).await.expect("each second a look");
    assert_eq!(browser.get(&format!("/t/acme{DISCOVERY}")).await.json()["issuer"], issuer);
    let set = ground.configured_run(&["tenant", "set", "acme", "jwt.jwks_max_age", "33s"]).await;
    assert_eq!(set.code, Some(0), "{set:?}");
    let seen = async {
        while browser.get("/t/acme/jwks").await.max_age() != 33 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, seen).await.expect("each second a look");
    assert_eq!(browser.get("/jwks").await.max_age(), 3600);
    assert_eq!(running.stop().await.code, Some(0));
}

// OPS-06, experience §6.2: what happened, and the state of keys, connections and configuration, are measured
#[tokio::test]
async fn the_state_of_the_service_is_measured() {
    let ground = Ground::configured(QUICK);
    let mut running = ground.serve().await;
    reload(&ground, &mut running, QUICK, "the configuration was reloaded").await;
    let expected = [
        "idp_signing_key_age_seconds{alg=\"ES256\"}",
        "idp_signing_key_next_rotation_timestamp{alg=\"ES256\"}",
        "idp_db_pool_connections{pool=\"read\",state=\"idle\"}",
        "idp_events_total{event=\"key.generated\"} 1",
        "idp_config_reload_total{result=\"taken\"} 1",
        "idp_config_last_reload_success 1",
    ];
    let measured = async {
        let mut metrics = String::new();
        while !expected.iter().all(|line| metrics.contains(line)) {
            metrics = ground.operations().get("/metrics").await.body;
        }
    };
    timeout(PATIENCE, measured).await.expect("each is measured within ten seconds");
    assert_eq!(running.stop().await.code, Some(0));
}

// experience §6.1, §6.2: the operations listener has its own routes, and the public one none of them
#[tokio::test]
async fn operations_are_on_a_listener_of_their_own() {
    let ground = Ground::configured(QUICK);
    let running = ground.serve().await;
    for url in crate::support::urls::all() {
        let path = url.example();
        if path == "/" || path.starts_with("/dev/") || !url.is_read() {
            continue;
        }
        let asked = ground.browser().get(&path).await;
        let is_there = asked.status != 404 || url.is_off();
        assert_eq!(is_there, url.is_public, "{path}: {}", asked.status);
        if !url.is_public {
            assert_eq!(ground.operations().get(&path).await.status, 200, "{path}");
        }
    }
    let metrics = ground.operations().get("/metrics").await.body;
    assert!(metrics.contains("idp_http_requests_total") && metrics.contains("/jwks"), "{metrics}");
    let ready = ground.operations().get("/readyz?verbose").await.json();
    assert_eq!(ready["checks"].as_array().unwrap().len(), 3, "{ready}");
    assert_eq!(running.stop().await.code, Some(0));
}
