//! Whoever runs the server makes accounts on the command line.

use crate::support::program::Ground;

const QUICK: &str =
    "[jwt]\nalgorithms = [\"ES256\"]\n[password.hash]\nmemory_kib = 64\niterations = 1\n";

// ACC-01, experience §2.2: made, listed, looked at; passwords come by file or are made, never as an argument
#[tokio::test]
async fn an_account_is_made_on_the_command_line() {
    let ground = Ground::configured(QUICK);
    let migrated = ground.configured_run(&["migrate", "up"]).await;
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    ground.write("password", "demo-walk-through-hall\n");
    let ada = ["user", "create", "Ada@Example.test", "--name", "Ada Okafor", "--json"];
    let by_file = [&ada[..], &["--password-file", "password"]].concat();
    let made = ground.configured_run(&by_file).await.data();
    assert_eq!((&made["email"], &made["status"]), (&"ada@example.test".into(), &"active".into()));
    assert!(made.get("password").is_none());
    ground.configured_run(&by_file).await.refuses(5, &["ada@example.test has an account already"]);

    let grace = ["user", "create", "grace@example.test", "--generate", "--json"];
    let grace = ground.configured_run(&grace).await.data();
    assert_eq!(
        (grace["name"].as_str(), grace["password"].as_str().map(str::len)),
        (Some("grace"), Some(24))
    );

    let listed = ground.configured_run(&["user", "list", "--json"]).await.data();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    for name in ["ada@EXAMPLE.test", made["id"].as_str().unwrap()] {
        let found = ground.configured_run(&["user", "get", name, "--json"]).await.data();
        assert_eq!(found["id"], made["id"]);
    }
    ground
        .configured_run(&["user", "get", "eve@example.test"])
        .await
        .refuses(4, &["nobody here is"]);
    ground.write("password", "password1\n");
    let weak = ["user", "create", "eve@example.test", "--password-file", "password"];
    ground
        .configured_run(&weak)
        .await
        .refuses(2, &["not one that is allowed", "too_short (min 15)"]);
    let odd = ["user", "create", "not an address", "--generate"];
    ground.configured_run(&odd).await.refuses(2, &["is no e-mail address"]);
    ground
        .configured_run(&["user", "create", "eve@example.test"])
        .await
        .refuses(2, &["--generate"]);
}

// experience §2.2, §1.6: roles, and the last administrator stays one
#[tokio::test]
async fn a_role_is_given_on_the_command_line() {
    let ground = Ground::configured(QUICK);
    assert_eq!(ground.configured_run(&["migrate", "up"]).await.code, Some(0));
    let ada = ["user", "create", "ada@example.test", "--generate"];
    assert_eq!(ground.configured_run(&ada).await.code, Some(0));
    let role = async |words: &[&str]| {
        let words = [&["user", "role"], words, &["--json"]].concat();
        ground.configured_run(&words).await
    };
    let roles = role(&["list", "ada@example.test"]).await.data();
    assert_eq!(roles["roles"], serde_json::json!(["user"]));
    let roles = role(&["add", "ada@example.test", "admin"]).await.data();
    assert_eq!(roles["roles"], serde_json::json!(["user", "admin"]));
    let refused = role(&["remove", "ada@example.test", "admin"]).await;
    assert_eq!(refused.code, Some(5), "{refused:?}");
    assert!(refused.err.contains("nobody else may administer"), "{refused:?}");
    assert_eq!(role(&["add", "ada@example.test", "user"]).await.code, Some(2));
    assert_eq!(role(&["add", "eve@example.test", "admin"]).await.code, Some(4));
}

// ACC-08: whoever has lost every second factor is helped on the command line
#[tokio::test]
async fn second_factors_are_reset_on_the_command_line() {
    let ground = Ground::configured(QUICK);
    assert_eq!(ground.configured_run(&["migrate", "up"]).await.code, Some(0));
    let ada = ["user", "create", "ada@example.test", "--generate"];
    assert_eq!(ground.configured_run(&ada).await.code, Some(0));
    let reset = ["user", "reset-factors", "ada@example.test", "--json"];
    let said = ground.configured_run(&reset).await.data();
    assert_eq!(said["removed"], false);
    let nobody = ["user", "reset-factors", "eve@example.test"];
    ground.configured_run(&nobody).await.refuses(4, &["nobody here is"]);
}
