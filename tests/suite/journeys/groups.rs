//! Whoever runs the server keeps groups on the command line.

use crate::support::program::{Ended, Ground};
use serde_json::json;

const QUICK: &str =
    "[jwt]\nalgorithms = [\"ES256\"]\n[password.hash]\nmemory_kib = 64\niterations = 1\n";

async fn used() -> Ground {
    let ground = Ground::configured(QUICK);
    assert_eq!(ground.configured_run(&["migrate", "up"]).await.code, Some(0));
    let ada = ["user", "create", "ada@example.test", "--generate"];
    assert_eq!(ground.configured_run(&ada).await.code, Some(0));
    ground
}

async fn group(ground: &Ground, words: &[&str]) -> Ended {
    ground.configured_run(&[&["group"], words, &["--json"]].concat()).await
}

// AUT-01: made, listed, renamed and deleted
#[tokio::test]
async fn groups_are_kept_on_the_command_line() {
    let ground = used().await;
    let group = async |words: &[&str]| group(&ground, words).await;
    let made = group(&["create", " hall keepers "]).await.data();
    assert_eq!(made["name"], "hall keepers");
    group(&["create", "hall keepers"]).await.refuses(5, &["there is a group hall keepers already"]);
    group(&["create", "a\u{7}b"]).await.refuses(2, &["a name of 1 to 100 characters"]);
    group(&["create", "desk"]).await.data();
    group(&["add", "hall keepers", "ada@example.test"]).await.data();
    let listed = group(&["list"]).await.data();
    let names: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| (&one["name"], &one["members"])).collect();
    assert_eq!(names, [(&json!("desk"), &json!(0)), (&json!("hall keepers"), &json!(1))]);

    let renamed = group(&["rename", "hall keepers", "keepers"]).await.data();
    assert_eq!(renamed["id"], made["id"]);
    group(&["rename", "desk", "keepers"]).await.refuses(5, &["there is a group keepers already"]);
    let one = group(&["get", "keepers"]).await.data();
    assert_eq!(one["members"][0]["email"], "ada@example.test");
    group(&["get", "hall keepers"]).await.refuses(4, &["there is no group hall keepers"]);

    group(&["delete", "keepers"])
        .await
        .refuses(10, &["delete the group keepers with 1 members?", "--yes"]);
    group(&["delete", "keepers", "--yes"]).await.data();
    group(&["delete", "keepers", "--yes"]).await.refuses(4, &["there is no group keepers"]);
    let shown = ground.configured_run(&["group", "list"]).await;
    assert!(shown.out.starts_with("NAME  MEMBERS  ID\ndesk  0        grp_"), "{shown:?}");
}

// AUT-01: people come and go, and twice is once
#[tokio::test]
async fn people_are_put_into_groups_on_the_command_line() {
    let ground = used().await;
    let group = async |words: &[&str]| group(&ground, words).await;
    for name in ["keepers", "desk"] {
        group(&["create", name]).await.data();
    }
    let ada = "ada@example.test";
    for (verb, changed) in [("add", true), ("add", false), ("remove", true), ("remove", false)] {
        let done = group(&[verb, "keepers", ada]).await.data();
        assert_eq!((&done["group"], &done["changed"]), (&json!("keepers"), &json!(changed)));
    }
    group(&["add", "desk", ada]).await.data();
    let hers = group(&["list", "--member", ada]).await.data();
    assert_eq!((hers.as_array().unwrap().len(), &hers[0]["name"]), (1, &json!("desk")));
    for verb in ["add", "remove"] {
        group(&[verb, "nothing", ada]).await.refuses(4, &["there is no group nothing"]);
        group(&[verb, "desk", "eve@example.test"])
            .await
            .refuses(4, &["nobody here is eve@example.test"]);
    }
    let id = ground.configured_run(&["user", "get", ada, "--json"]).await.data()["id"].clone();
    assert_eq!(ground.configured_run(&["user", "delete", ada, "--yes"]).await.code, Some(0));
    assert_eq!(group(&["get", "desk"]).await.data()["members"], json!([]));
    group(&["add", "desk", id.as_str().unwrap()]).await.refuses(4, &["there is no such account"]);
}
