//! What goes wrong: one clear error with what to do, the exit code of experience §2.4, nothing lost.

use crate::support::program::{Ground, fingerprint};
use sqlx::{Connection, Executor, SqliteConnection};
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;

const QUICK: &str = "[jwt]\nalgorithms = [\"ES256\"]\n";
const SERVE: [&str; 3] = ["serve", "--config", "vestibule.toml"];

/// A server has been here, and has ended.
async fn used() -> Ground {
    let ground = Ground::configured(QUICK);
    assert_eq!(ground.serve().await.stop().await.code, Some(0));
    ground
}

// card, bad input: a second node on SQLite
#[tokio::test]
async fn a_second_server_on_one_file_is_refused() {
    let ground = Ground::configured(QUICK);
    let running = ground.serve().await;
    let second = Ground::new();
    let file = ground.path("vestibule.db");
    let text = format!(
        "server.public_url = \"http://localhost:{0}\"\nserver.listen = [\"127.0.0.1:{0}\"]\n\
         server.ops_listen = \"127.0.0.1:{1}\"\ndatabase.url = \"sqlite://{2}\"\nencryption.key_folder = {3:?}\n",
        second.port,
        second.port + 1,
        file.display(),
        ground.path("keys")
    );
    second.write("vestibule.toml", &text);
    let refused = second.run(&SERVE).await;
    refused.refuses(7, &["error: another server", "vestibule.db"]);
    assert_eq!(refused.err.lines().filter(|line| line.starts_with("error:")).count(), 1);
    assert_eq!(ground.browser().get("/readyz").await.status, 200);
    assert_eq!(running.stop().await.code, Some(0));
}

// card, bad input: a port in use; nothing has happened yet, so nothing is there
#[tokio::test]
async fn a_port_in_use_is_said_before_anything_is_made() {
    for (offset, key) in [(0, "server.listen"), (1, "server.ops_listen")] {
        let ground = Ground::configured(QUICK);
        let port = ground.port + offset;
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        let refused = ground.run(&SERVE).await;
        refused.refuses(7, &[&format!("127.0.0.1:{port}"), "another program uses it", key]);
        assert!(!ground.path("vestibule.db").exists() && !ground.path("keys").exists());
        drop(taken);
        assert_eq!(ground.serve().await.stop().await.code, Some(0));
    }
    let ground = Ground::new();
    let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, ground.port + 3)).unwrap();
    let refused = ground.run(&["dev", "--port", &ground.port.to_string()]).await;
    refused.refuses(5, &["is in use", "--port"]);
}

// experience §3.1: a secret that everybody on the machine can read is an error in production
#[tokio::test]
async fn a_secret_that_everybody_can_read_is_refused() {
    let ground = Ground::configured("encryption.master_key_file = \"master.key\"\n");
    ground.write("master.key", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    fs::set_permissions(ground.path("master.key"), fs::Permissions::from_mode(0o644)).unwrap();
    for command in [&["config", "check"][..], &["serve"]] {
        let refused = ground.configured_run(command).await;
        refused.refuses(3, &["master.key", "chmod"]);
        assert!(!refused.err.contains("00010203"), "{}", refused.err);
    }
    assert!(!ground.path("vestibule.db").exists());
    fs::set_permissions(ground.path("master.key"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(ground.configured_run(&["config", "check"]).await.code, Some(0));
}

// experience §3.3: every problem at once, where it is, and the nearest name
#[tokio::test]
async fn all_problems_of_a_configuration_are_said_at_once() {
    let mut ground = Ground::configured("log.levle = \"debug\"\n[jwt]\nrotation = \"soon\"\n");
    ground.set("VESTIBULE_SERVER__TRUSTED_PROXYS", "10.0.0.0/8");
    let refused = ground.configured_run(&["serve"]).await;
    let words = [
        "3 problems",
        "nothing was started",
        "unknown key log.levle",
        "did you mean level?",
        "jwt.rotation",
        "vestibule.toml:",
        "VESTIBULE_SERVER__TRUSTED_PROXYS",
        "did you mean VESTIBULE_SERVER__TRUSTED_PROXIES?",
    ];
    refused.refuses(3, &words);
    let json = ground.configured_run(&["serve", "--json"]).await;
    let error: serde_json::Value = serde_json::from_str(&json.err).unwrap();
    assert_eq!((json.code, &error["exit"]), (Some(3), &3.into()));
    assert!(!ground.path("vestibule.db").exists());
}

// card, bad input: a database that is newer than the binary
#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let ground = used().await;
    let url = format!("sqlite://{}", ground.path("vestibule.db").display());
    let mut conn = SqliteConnection::connect(&url).await.unwrap();
    let newer =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'from the future', true, x'00', 0)";
    conn.execute(newer).await.unwrap();
    conn.close().await.unwrap();
    let before = fingerprint(ground.path("").as_path());
    for command in [&["serve"][..], &["migrate", "up"], &["tenant", "list"]] {
        let refused = ground.configured_run(command).await;
        refused.refuses(11, &["newer"]);
        assert_eq!(fingerprint(ground.path("").as_path()), before, "{command:?}");
    }
}

// card 4: without its master key, or with another, nothing starts and nothing changes
#[tokio::test]
async fn a_missing_or_wrong_master_key_changes_nothing() {
    let ground = used().await;
    let key = ground.path("keys/master.key");
    let right = fs::read(&key).unwrap();
    let refusals = async |expected: &str| {
        let before = fingerprint(ground.path("").as_path());
        for command in [&["serve"][..], &["migrate", "up"], &["key", "list"]] {
            let refused = ground.configured_run(command).await;
            refused.refuses(1, &["master key", expected]);
            assert_eq!(refused.err.lines().filter(|line| line.starts_with("error:")).count(), 1);
            assert_eq!(fingerprint(ground.path("").as_path()), before, "{command:?}");
        }
    };
    fs::remove_file(&key).unwrap();
    refusals("").await;
    fs::write(&key, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    refusals("").await;
    fs::write(&key, right).unwrap();
    assert_eq!(ground.serve().await.stop().await.code, Some(0));
}

// card, bad input: a full disk, at the first start and beside a running server
#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_lost() {
    let ground = Ground::configured(QUICK);
    let full = ground.start_on_a_small_disk(64, &SERVE).ended().await;
    assert!(!matches!(full.code, Some(0) | None), "{full:?}");
    let errors = full.err.lines().filter(|line| line.starts_with("error:"));
    assert_eq!(errors.count(), 1, "{}", full.err);
    assert!(!full.err.contains("panicked"), "{}", full.err);

    let running = ground.serve().await;
    let made = ground.configured_run(&["tenant", "create", "before", "--json"]).await;
    assert_eq!(made.code, Some(0), "{made:?}");
    let create = ["tenant", "create", "during", "--config", "vestibule.toml"];
    let refused = ground.start_on_a_small_disk(64, &create).ended().await;
    assert!(!matches!(refused.code, Some(0) | None), "{refused:?}");
    assert_eq!(ground.browser().get("/readyz").await.status, 200);
    let after = ground.configured_run(&["tenant", "create", "during", "--json"]).await;
    assert_eq!(after.code, Some(0), "{after:?}");
    let listed = ground.configured_run(&["tenant", "list", "--json"]).await.data();
    assert_eq!(listed.as_array().unwrap().len(), 3, "{listed}");
    assert_eq!(running.stop().await.code, Some(0));
    let again = ground.serve().await;
    assert_eq!(ground.browser().get("/t/during/jwks").await.status, 200);
    assert_eq!(again.stop().await.code, Some(0));
}
