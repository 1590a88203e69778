//! An API that guards itself with PyJWT, as proxies and middleware do: by discovery and the published keys alone.

use super::{Stage, program, python};
use serde_json::Value;
use std::process::Command;

const API: &str = "https://api.example.test";

async fn token(stage: &Stage, api: &str) -> String {
    let made =
        ["client", "create", "--name", "Machine", "--resource", api, "--scope", "orders:read"];
    let made = stage.vestibule(&made).await;
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=orders:read",
        text("client_id"),
        text("client_secret")
    );
    let answer = stage.ground.browser().post("/oauth/token", &[], &body).await;
    answer.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

// PRO-03, RFC 9068 §4, P-214
#[tokio::test]
async fn pyjwt_believes_what_is_ours_for_this_api_and_nothing_else() {
    let Some(python) = python() else { return };
    let stage = Stage::set().await;
    let good = token(&stage, API).await;
    let elsewhere = token(&stage, "https://other.example.test").await;
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (_, rest) = signature.split_at(1);
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{signed}.{first}{rest}");
    let mut guard = Command::new(python);
    guard.arg(program("pyjwt_guard.py")).args([&stage.issuer, API]);
    let said = stage.start(guard.args([&good, &elsewhere, &forged])).ended().await;
    assert_eq!(said.code, Some(0), "{said:?}");
    let told: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (&told[0]["iss"], &told[0]["scope"]),
        (&stage.issuer.as_str().into(), &"orders:read".into())
    );
    assert_eq!(
        (&told[1], &told[2]),
        (&"InvalidAudienceError".into(), &"InvalidSignatureError".into())
    );
    stage.end().await;
}
