//! Whoever runs the server keeps groups on the command line.

use crate::support::program::Ground;
use serde_json::json;

const QUICK: &str =
    "[jwt]\nalgorithms = [\"ES256\"]\n[password.hash]\nmemory_kib = 64\niterations = 1\n";

// AUT-01: made, listed, looked at, renamed and deleted; people come and go, and twice is once
#[tokio::test]
async fn groups_are_kept_on_the_command_line() {
    let ground = Ground::configured(QUICK);
    assert_eq!(ground.configured_run(&["migrate", "up"]).await.code, Some(0));
    let ada = ["user", "create", "ada@example.test", "--generate"];
    assert_eq!(ground.configured_run(&ada).await.code, Some(0));
    let group = async |words: &[&str]| {
        let words = [&["group"], words, &["--json"]].concat();
        ground.configured_run(&words).await
    };
    let made = group(&["create", " hall keepers "]).await.data();
    assert_eq!(made["name"], "hall keepers");
    group(&["create", "hall keepers"]).await.refuses(5, &["there is a group hall keepers already"]);
    group(&["create", "a\u{7}b"]).await.refuses(2, &["a name of 1 to 100 characters"]);
    group(&["create", "desk"]).await.data();

    let added = group(&["add", "hall keepers", "ada@example.test"]).await.data();
    assert_eq!((&added["group"], &added["changed"]), (&json!("hall keepers"), &json!(true)));
    let again = group(&["add", "hall keepers", "ada@example.test"]).await.data();
    assert_eq!(again["changed"], false);
    group(&["add", "nothing", "ada@example.test"]).await.refuses(4, &["there is no group nothing"]);
    group(&["add", "desk", "eve@example.test"])
        .await
        .refuses(4, &["nobody here is eve@example.test"]);

    let listed = group(&["list"]).await.data();
    let names: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| (&one["name"], &one["members"])).collect();
    assert_eq!(names, [(&json!("desk"), &json!(0)), (&json!("hall keepers"), &json!(1))]);
    let hers = group(&["list", "--member", "ada@example.test"]).await.data();
    assert_eq!((hers.as_array().unwrap().len(), &hers[0]["id"]), (1, &made["id"]));

    let renamed = group(&["rename", "hall keepers", "keepers"]).await.data();
    assert_eq!(renamed["id"], made["id"]);
    group(&["rename", "desk", "keepers"]).await.refuses(5, &["there is a group keepers already"]);
    let one = group(&["get", "keepers"]).await.data();
    assert_eq!(one["members"][0]["email"], "ada@example.test");
    group(&["get", "hall keepers"]).await.refuses(4, &["there is no group hall keepers"]);

    let removed = group(&["remove", "keepers", "ada@example.test"]).await.data();
    assert_eq!(removed["changed"], true);
    let again = group(&["remove", "keepers", "ada@example.test"]).await.data();
    assert_eq!(again["changed"], false);
    group(&["add", "keepers", "ada@example.test"]).await.data();
    group(&["delete", "keepers"])
        .await
        .refuses(10, &["delete the group keepers with 1 members?", "--yes"]);
    group(&["delete", "keepers", "--yes"]).await.data();
    group(&["delete", "keepers", "--yes"]).await.refuses(4, &["there is no group keepers"]);
    let shown = ground.configured_run(&["group", "list"]).await;
    assert!(shown.out.starts_with("NAME  MEMBERS  ID\ndesk  0        grp_"), "{shown:?}");
}
