//! Web applications on openid-client, Authlib and oidc-client-ts: sign-in, refresh, user info, logout.

use super::{SCOPE, Stage, heading, look, press, program, python, sign_in, told, wait_for};
use serde_json::{Value, json};
use std::process::Command;
use thirtyfour::{By, WebDriver};

/// What is told by an application that got all it asked for.
#[track_caller]
fn is_whole(told: &Value, way: &str) {
    assert!(told["sub"].as_str().is_some_and(|sub| sub.starts_with("usr_")), "{told}");
    assert_eq!((&told["email"], &told["name"]), (&json!("ada@example.test"), &json!("Ada Okafor")));
    assert_eq!(told["is_fresh"], true, "{told}");
    if way != "browser" {
        assert_eq!(
            (&told["way"], &told["after_revocation"]),
            (&json!(way), &json!("invalid_grant"))
        );
    }
    let active = if matches!(way, "public" | "browser") { Value::Null } else { json!(true) };
    assert_eq!(told["active"], active, "{told}");
}

/// In, by each way, and out again. Out is out: the next one asks who is there.
async fn walk(driver: &WebDriver, (home, password): (&str, &str), ways: &[&str]) {
    for way in ways {
        driver.goto(format!("{home}/{way}")).await.unwrap();
        sign_in(driver, password).await;
        press(driver, "Allow").await;
        is_whole(&told(driver).await, way);
        press(driver, "Leave").await;
        heading(driver, "Left").await;
        let state = wait_for(driver, By::Id("state")).await.text().await.unwrap();
        assert_eq!(state, "true", "RP-Logout §3: the state comes back");
    }
}

async fn initial_token(stage: &Stage) -> String {
    let made = stage.vestibule(&["client", "token", "create", "--name", "interop"]).await;
    made["token"].as_str().unwrap().to_owned()
}

// PRO-01, PRO-07, P-016, P-046, P-057, RFC 7009, RFC 7591, RFC 7662, RFC 9126
#[tokio::test]
async fn openid_client_signs_in_renews_asks_and_leaves() {
    if python().is_none() {
        return;
    }
    let stage = Stage::set().await;
    stage.vestibule(&["tenant", "set", "default", "clients.registration", "token"]).await;
    let given = json!({ "port": stage.port(), "issuer": stage.issuer, "scope": SCOPE,
        "initial_access_token": initial_token(&stage).await, "clients": stage.clients().await });
    let script = program("openid-client.mjs");
    let mut application = stage.start(Command::new("node").arg(script).arg(given.to_string()));
    application.hears("listening").await;
    let (home, password) = (stage.home(), stage.password.clone());
    let ways = ["basic", "post", "public", "signed", "registered"];
    look(|driver| async move { walk(&driver, (&home, &password), &ways).await }).await;
    stage.end().await;
}

// PRO-01, PRO-07, P-016, P-046, P-057, RFC 7009, RFC 7662
#[tokio::test]
async fn authlib_signs_in_renews_asks_and_leaves() {
    let Some(python) = python() else { return };
    let stage = Stage::set().await;
    let clients = stage.clients().await;
    let given =
        json!({ "port": stage.port(), "issuer": stage.issuer, "scope": SCOPE, "clients": clients });
    let script = program("authlib_app.py");
    let mut application = stage.start(Command::new(python).arg(script).arg(given.to_string()));
    application.hears("listening").await;
    let (home, password) = (stage.home(), stage.password.clone());
    let ways = ["basic", "post", "public", "signed"];
    look(|driver| async move { walk(&driver, (&home, &password), &ways).await }).await;
    stage.end().await;
}

// PRO-01, P-057, P-215: an application that lives in the browser alone
#[tokio::test]
async fn oidc_client_ts_signs_in_renews_and_leaves() {
    if python().is_none() {
        return;
    }
    let stage = Stage::set().await;
    let client = stage.client("/callback", &["--template", "spa"]).await;
    let given = json!({ "port": stage.port(), "issuer": stage.issuer, "scope": SCOPE,
        "client_id": client["client_id"] });
    let script = program("oidc-client-ts.mjs");
    let mut application = stage.start(Command::new("node").arg(script).arg(given.to_string()));
    application.hears("listening").await;
    let (home, password) = (stage.home(), stage.password.clone());
    look(|driver| async move {
        driver.goto(&home).await.unwrap();
        sign_in(&driver, &password).await;
        press(&driver, "Allow").await;
        is_whole(&told(&driver).await, "browser");
        press(&driver, "Leave").await;
        heading(&driver, "Left").await;
    })
    .await;
    stage.end().await;
}
