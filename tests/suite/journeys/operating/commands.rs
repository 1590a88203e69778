//! Commands that look and change, and how each ends (experience §2.3, §2.4).

use crate::support::program::Ground;
use serde_json::Value;

const QUICK: &str = "[jwt]\nalgorithms = [\"ES256\"]\n";

async fn used() -> Ground {
    let ground = Ground::configured(QUICK);
    assert_eq!(ground.serve().await.stop().await.code, Some(0));
    ground
}

// experience §3: what holds, where it comes from, what it means
#[tokio::test]
async fn the_configuration_explains_itself() {
    let ground = Ground::configured(QUICK);
    let checked = ground.configured_run(&["config", "check"]).await;
    assert!(checked.code == Some(0) && checked.out.contains("is valid"), "{checked:?}");

    let shown = ground.configured_run(&["config", "show"]).await;
    let row = shown.out.lines().find(|line| line.starts_with("jwt.algorithms")).unwrap();
    assert!(row.contains("ES256") && row.contains("vestibule.toml:"), "{row}");
    let changed = ground.configured_run(&["config", "show", "--changed", "--json"]).await.data();
    assert_eq!(changed.as_array().unwrap().len(), 6, "{changed}");
    let defaults = ground.configured_run(&["config", "show", "--defaults"]).await;
    assert!(defaults.out.contains("RS256"), "{}", defaults.out);

    let explained = ground.run(&["config", "explain", "jwt.jwks_max_age"]).await;
    assert!(explained.code == Some(0) && explained.out.contains("VESTIBULE_JWT__JWKS_MAX_AGE"));
    let unknown = ground.run(&["config", "explain", "jwt.jwks_maxage"]).await;
    unknown.refuses(4, &["there is no key jwt.jwks_maxage", "did you mean jwt.jwks_max_age?"]);

    let schema = ground.run(&["config", "schema"]).await;
    let schema: Value = serde_json::from_str(&schema.out).unwrap();
    assert!(schema["properties"]["jwt"].is_object(), "{schema}");

    ground.write("example.toml", &ground.run(&["config", "example"]).await.out);
    let example = ground.run(&["config", "check", "--config", "example.toml"]).await;
    assert_eq!(example.code, Some(0), "{example:?}");
    let nowhere = ground.run(&["config", "check", "--config", "nowhere.toml"]).await;
    nowhere.refuses(3, &["nowhere.toml"]);
}

// experience §2.4: 9 when something is missing, 0 when nothing is
#[tokio::test]
async fn migrations_are_shown_planned_and_applied() {
    let ground = Ground::configured("");
    let plan = ground.configured_run(&["migrate", "plan"]).await;
    assert!(plan.code == Some(0) && plan.out.contains("CREATE TABLE tenants"), "{plan:?}");
    let status = ground.configured_run(&["migrate", "status", "--json"]).await;
    assert_eq!(status.code, Some(9), "{status:?}");
    assert!(!ground.path("vestibule.db").exists(), "looking makes nothing");
    let steps: Value = serde_json::from_str(&status.out).unwrap();
    let count = steps["data"]["steps"].as_array().unwrap().len();

    let up = ground.configured_run(&["migrate", "up", "--json"]).await;
    assert_eq!(up.data()["applied"], count);
    assert_eq!(ground.configured_run(&["migrate", "status"]).await.code, Some(0));
    let again = ground.configured_run(&["migrate", "up", "--json"]).await;
    assert_eq!(again.data()["applied"], 0);
    let plan = ground.configured_run(&["migrate", "plan"]).await;
    assert!(plan.out.contains("nothing to do"), "{plan:?}");
    assert_eq!(ground.serve().await.stop().await.code, Some(0));
}

// experience §2.4: each kind of trouble has its code, also as JSON
#[tokio::test]
async fn a_command_ends_with_the_code_of_its_trouble() {
    let fresh = Ground::configured(QUICK);
    let nothing = fresh.configured_run(&["tenant", "list"]).await;
    nothing.refuses(7, &["there is no database", "migrate up"]);
    assert!(!fresh.path("vestibule.db").exists());

    let ground = used().await;
    let kid = ground.configured_run(&["key", "list", "--json"]).await.data()[0]["kid"].clone();
    let kid = kid.as_str().unwrap();
    assert_eq!(ground.configured_run(&["tenant", "create", "acme"]).await.code, Some(0));
    let cases: [(&[&str], i32, &str); 9] = [
        (&["tenant", "creat"], 2, "create"),
        (&["tenant", "create", "Not A Slug"], 2, "a slug has"),
        (&["tenant", "get", "nobody"], 4, "there is no tenant nobody"),
        (&["tenant", "create", "acme"], 5, "acme"),
        (&["key", "retire", "nothing"], 4, "there is no key nothing"),
        (&["key", "rotate", "--algorithm", "none"], 2, "there is no algorithm none"),
        (&["key", "revoke", kid], 10, "--yes"),
        (&["key", "list", "--tenant", "nobody"], 4, "nobody"),
        (&["tenant", "set", "acme", "log.level", "debug"], 2, "log.level"),
    ];
    for (command, code, words) in cases {
        let ended = ground.configured_run(command).await;
        ended.refuses(code, &[words]);
        if code != 2 {
            let json = ground.configured_run(&[command, &["--json"]].concat()).await;
            let error: Value = serde_json::from_str(&json.err).unwrap();
            assert_eq!((json.code, &error["exit"]), (Some(code), &code.into()), "{command:?}");
            assert_eq!(error["schema"], "vestibule.cli.error/1");
        }
    }
    let unwanted = ground.run(&["dev", "--config", "vestibule.toml"]).await;
    unwanted.refuses(2, &["--config"]);
}

// card 7: keys on the command line, from the list to the emergency
#[tokio::test]
async fn keys_are_listed_rotated_retired_and_revoked() {
    let ground = used().await;
    let list = async || ground.configured_run(&["key", "list", "--json"]).await.data();
    let states = async || -> Vec<String> {
        let listed = list().await;
        listed.as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap().into()).collect()
    };
    assert_eq!(states().await, ["active"]);
    let first = list().await[0]["kid"].as_str().unwrap().to_owned();
    let rotated = ground.configured_run(&["key", "rotate", "--json"]).await.data();
    assert_eq!(rotated[0]["algorithm"], "ES256");
    assert_eq!(states().await, ["active", "upcoming"]);
    let retired = ground.configured_run(&["key", "retire", &first[..8], "--json"]).await.data();
    assert_eq!(retired["signs_until"], rotated[0]["signs_from"], "a rotation is under way");
    let exported = ground.configured_run(&["key", "export-public"]).await;
    let exported: Value = serde_json::from_str(&exported.out).unwrap();
    assert_eq!(exported["keys"].as_array().unwrap().len(), 2);
    assert!(!exported.to_string().contains("\"d\""), "{exported}");
    let revoked = ground.configured_run(&["key", "revoke", &first, "--yes"]).await;
    assert_eq!(revoked.code, Some(0), "{revoked:?}");
    assert_eq!(states().await, ["revoked", "active"]);
    let running = ground.serve().await;
    let published = ground.browser().get("/jwks").await;
    assert!(!published.body.contains(&first), "{}", published.body);
    assert_eq!(running.stop().await.code, Some(0));
}

// card 11: completions, version, help; all on standard output
#[tokio::test]
async fn a_shell_is_told_what_it_may_complete() {
    let ground = Ground::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = ground.run(&["completions", shell]).await;
        assert!(script.code == Some(0) && script.out.contains("vestibule"), "{shell}");
        assert!(script.out.contains("export-public"), "{shell}");
    }
    ground.run(&["completions", "tcl"]).await.refuses(2, &["tcl"]);
    ground.run(&["srve"]).await.refuses(2, &["serve"]);
    let version = ground.run(&["version", "--json"]).await;
    assert_eq!(version.data()["version"], env!("CARGO_PKG_VERSION"));
    let help = ground.run(&["--help"]).await;
    assert!(help.code == Some(0) && help.out.contains("migrate"), "{help:?}");
}
