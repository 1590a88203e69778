//! Whoever runs the server makes accounts on the command line.

use crate::support::program::Ground;
use crate::support::visitor::Visitor;

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

    assert_eq!(made["email_verified"], false);

    let grace = ["user", "create", "grace@example.test", "--verified", "--generate", "--json"];
    let grace = ground.configured_run(&grace).await.data();
    assert_eq!(
        (grace["name"].as_str(), grace["password"].as_str().map(str::len)),
        (Some("grace"), Some(24))
    );
    assert_eq!(grace["email_verified"], true);

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

fn update(more: &[&'static str]) -> Vec<&'static str> {
    let start = ["user", "update", "ada@example.test", "--json"].into_iter();
    let words = more.iter().flat_map(|change| ["--set", change]);
    start.chain(words).collect()
}

// ACC-01, ACC-15, experience §2.2: what is known of somebody is changed, and taken away
#[tokio::test]
async fn an_account_is_edited_on_the_command_line() {
    let ground = Ground::configured(QUICK);
    ground.configured_run(&["migrate", "up"]).await;
    for email in ["ada@example.test", "eve@example.test"] {
        ground.configured_run(&["user", "create", email, "--generate"]).await;
    }
    ground.write(
        "schema.json",
        r#"{"type":"object","properties":{"floor":{"type":"integer","title":"Floor","maximum":9}}}"#,
    );
    let set = ["user", "attributes", "--set", "schema.json", "--json"];
    let schema = ground.configured_run(&set).await.data();
    assert_eq!(schema["properties"]["floor"]["title"], "Floor");
    let some = ["username=ada", "employee_id=0042", "phone_number=+44 20 7946 0000"];
    let all = update(&[&some[..], &["attributes.floor=9"]].concat());
    let updated = ground.configured_run(&all).await.data();
    assert_eq!(updated["employee_id"], "0042");
    assert_eq!(
        (&updated["phone_number"], &updated["attributes.floor"]),
        (&"+442079460000".into(), &9.into())
    );
    let gone = ground.configured_run(&update(&["employee_id="])).await.data();
    assert!(gone.get("employee_id").is_none());
    assert_eq!(
        ground.configured_run(&["user", "get", "ada", "--json"]).await.data()["username"],
        "ada"
    );
    for (wrong, words) in [
        ("employee_id=12a", "employee_id must be 1 to 32 digits"),
        ("attributes.floor=10", "floor must be a whole number of at most 9"),
        ("attributes.other=x", "other must be an attribute of this tenant"),
        ("shoe_size=42", "shoe_size is not known of people"),
        ("name", "has no = in it"),
    ] {
        ground.configured_run(&update(&[wrong])).await.refuses(2, &[words]);
    }
    let theirs = ["user", "update", "eve@example.test", "--set", "username=ADA"];
    ground.configured_run(&theirs).await.refuses(5, &["the username ada is somebody else's"]);
}

// ACC-01: each state, and what cannot follow it
#[tokio::test]
async fn an_account_is_suspended_activated_and_deleted_on_the_command_line() {
    let ground = Ground::configured(QUICK);
    ground.configured_run(&["migrate", "up"]).await;
    ground.configured_run(&["user", "create", "ada@example.test", "--generate"]).await;
    let id = ground.configured_run(&["user", "get", "ada@example.test", "--json"]).await.data();
    for (verb, status) in [
        ("suspend", "suspended"),
        ("activate", "active"),
        ("lock", "locked"),
        ("deactivate", "deactivated"),
    ] {
        let turned = ground.configured_run(&["user", verb, "ada@example.test", "--json"]).await;
        assert_eq!(turned.data()["status"], status);
        let again = ground.configured_run(&["user", verb, "ada@example.test"]).await;
        again.refuses(5, &[&format!("the account is {status} already")]);
    }
    let suspend = ground.configured_run(&["user", "suspend", "ada@example.test"]).await;
    suspend.refuses(5, &["an account that is deactivated cannot become suspended"]);
    ground
        .configured_run(&["user", "delete", "ada@example.test"])
        .await
        .refuses(10, &["cannot be undone", "--yes"]);
    let gone = ["user", "delete", "ada@example.test", "--yes", "--json"];
    assert_eq!(ground.configured_run(&gone).await.data()["status"], "deleted");
    ground
        .configured_run(&["user", "get", "ada@example.test"])
        .await
        .refuses(4, &["nobody here is"]);
    let id = id["id"].as_str().unwrap();
    ground
        .configured_run(&["user", "activate", id])
        .await
        .refuses(5, &["an account that is deleted cannot become active"]);
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
    for verb in ["lock", "suspend", "deactivate"] {
        let closed = ground.configured_run(&["user", verb, "ada@example.test"]).await;
        closed.refuses(5, &["nobody else may administer"]);
    }
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

// experience §1.6: the link of the first administrator is never logged, works once, and only while there is none
#[tokio::test]
async fn the_first_administrator_comes_by_a_link() {
    let ground = Ground::configured(QUICK);
    let mut running = ground.serve().await;
    running.hears("no administrator yet; run: vestibule admin setup-link").await;
    let link = async || {
        let made = ground.configured_run(&["admin", "setup-link", "--json"]).await.data();
        let link = made["link"].as_str().unwrap().to_owned();
        link[link.find("/setup/").unwrap()..].to_owned()
    };
    let (first, second) = (link().await, link().await);
    let mut ada = Visitor::at(ground.browser());
    assert_eq!(ada.get(&first).await.status, 410, "a newer one voids it");
    let page = ada.visit(&second).await;
    let fields =
        [("name", "Ada"), ("email", "ada@example.test"), ("password", "demo-walk-through-hall")];
    let weak = ada.submit(&page, &[fields[0], fields[1], ("password", "short")]).await;
    assert!(weak.status == 422 && weak.body.contains("Use at least 15 characters."));
    let login = ada.submit(&weak, &fields).await;
    assert!(login.body.contains("<h1>Sign in</h1>"), "{}", login.text());
    assert_eq!(ada.get(&second).await.status, 410);
    assert_eq!(
        ada.sign_in("/login", "ada@example.test", "demo-walk-through-hall").await.status,
        200
    );
    let roles = ["user", "role", "list", "ada@example.test", "--json"];
    let roles = ground.configured_run(&roles).await.data();
    assert_eq!(roles["roles"], serde_json::json!(["user", "owner"]));
    ground.configured_run(&["admin", "setup-link"]).await.refuses(5, &["an administrator already"]);
    let admins = ground.configured_run(&["admin", "list", "--json"]).await.data();
    assert_eq!(admins[0]["email"], "ada@example.test");
    let said = running.stop().await;
    for link in [first, second] {
        let token = link.rsplit('/').next().unwrap();
        assert!(!said.err.contains(token) && !said.out.contains(token), "{said:?}");
    }
}

// experience §1.6: one rescue link, for somebody who is locked out; it signs nobody in
#[tokio::test]
async fn somebody_is_let_in_again() {
    let ground = Ground::configured(QUICK);
    let running = ground.serve().await;
    let ada = ["user", "create", "ada@example.test", "--generate"];
    assert_eq!(ground.configured_run(&ada).await.code, Some(0));
    let mut eve = Visitor::at(ground.browser());
    for _ in 0..3 {
        eve.sign_in("/login", "ada@example.test", "wrong").await;
    }
    assert_eq!(eve.sign_in("/login", "ada@example.test", "wrong").await.status, 429);
    let unlocked = ground.configured_run(&["user", "unlock", "ada@example.test"]).await;
    assert_eq!(unlocked.code, Some(0), "{unlocked:?}");
    assert_eq!(eve.sign_in("/login", "ada@example.test", "wrong").await.status, 422);
    let made =
        ground.configured_run(&["user", "recover", "ada@example.test", "--json"]).await.data();
    let link = made["link"].as_str().unwrap();
    let mut ada = Visitor::at(ground.browser());
    let page = ada.visit(&link[link.find("/reset/").unwrap()..]).await;
    ada.submit(&page, &[("password", "quite-another-walk-through")]).await;
    assert_eq!(ada.get("/account").await.status, 303);
    let signed_in = ada.sign_in("/login", "ada@example.test", "quite-another-walk-through").await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.text());
    assert_eq!(running.stop().await.code, Some(0));
}
