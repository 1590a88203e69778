//! Passkeys in a real browser, whose authenticator is a virtual one: added, used instead of a password, asked for among
//! the names, named, removed.

use super::pages::is_seen;
use crate::support::chromium::{Chromium, Look, Scheme, Scripts, complaints};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use hyper::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use thirtyfour::common::command::{Command, ExtensionCommand};
use thirtyfour::prelude::{ElementQueryable, ElementWaitable};
use thirtyfour::{By, WebDriver};

const ADA: &str = "ada@example.test";

/// What the driver does with authenticators (WebAuthn §11).
#[derive(Debug)]
struct Virtually {
    method: Method,
    place: String,
    body: Option<Value>,
}

impl ExtensionCommand for Virtually {
    fn parameters_json(&self) -> Option<Value> {
        self.body.clone()
    }

    fn method(&self) -> Method {
        self.method.clone()
    }

    fn endpoint(&self) -> Arc<str> {
        format!("/webauthn/authenticator{}", self.place).into()
    }
}

async fn virtually(driver: &WebDriver, method: Method, place: &str, body: Option<Value>) -> Value {
    let command = Virtually { method, place: place.to_owned(), body };
    let command = Command::ExtensionCommand(Box::new(command));
    driver.handle().cmd(command).await.unwrap().value_json().unwrap()
}

/// An authenticator inside the computer that knows its owner.
async fn authenticator(driver: &WebDriver) -> String {
    let wanted = json!({
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
        "hasUserVerification": true, "isUserVerified": true, "isUserConsenting": true,
    });
    let made = virtually(driver, Method::POST, "", Some(wanted)).await;
    made.as_str().unwrap().to_owned()
}

async fn knows_its_owner(driver: &WebDriver, id: &str, knows: bool) {
    let wanted = json!({ "isUserVerified": knows });
    virtually(driver, Method::POST, &format!("/{id}/uv"), Some(wanted)).await;
}

async fn passkeys(driver: &WebDriver, id: &str) -> Vec<Value> {
    let kept = virtually(driver, Method::GET, &format!("/{id}/credentials"), None).await;
    kept.as_array().unwrap().clone()
}

async fn fill(driver: &WebDriver, id: &str, text: &str) {
    driver.find(By::Id(id)).await.unwrap().send_keys(text).await.unwrap();
}

async fn press(driver: &WebDriver, words: &str) {
    let button = By::XPath(format!("//*[self::button or self::a][contains(., '{words}')]"));
    let button = driver.query(button).and_displayed().first().await.unwrap();
    button.wait_until().clickable().await.unwrap();
    button.click().await.unwrap();
}

async fn arrives(driver: &WebDriver, heading: &str) {
    let heading = By::XPath(format!("//h1[normalize-space(.)='{heading}']"));
    driver.query(heading).first().await.unwrap();
}

async fn sign_in(driver: &WebDriver, home: &str) {
    driver.goto(format!("{home}/account")).await.unwrap();
    fill(driver, "username", ADA).await;
    press(driver, "Continue").await;
    arrives(driver, "Enter your password").await;
    fill(driver, "password", PASSWORD).await;
    press(driver, "Sign in").await;
    arrives(driver, "Your account").await;
}

async fn sign_out(driver: &WebDriver, home: &str) {
    driver.goto(format!("{home}/logout")).await.unwrap();
    press(driver, "Sign out").await;
    arrives(driver, "You are signed out").await;
}

// ACC-09, A-155, experience §4.2, §4.4
#[tokio::test]
async fn a_passkey_is_added_used_and_removed() {
    let Some(chromium) = Chromium::start() else { return };
    let server = TestServer::start(Engine::Sqlite).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    let home = server.home();
    let look = Look { width: 1280, scheme: Scheme::Light, scripts: Scripts::On };
    chromium.look(look, |driver| async move { walk(&driver, look, &home).await }).await;
    server.end().await;
}

async fn walk(driver: &WebDriver, look: Look, home: &str) {
    sign_in(driver, home).await;
    let device = authenticator(driver).await;
    driver.goto(format!("{home}/account/security")).await.unwrap();
    press(driver, "Add a passkey").await;
    arrives(driver, "Add a passkey").await;
    is_seen(driver, look, ("passkey-add", "Add a passkey")).await;
    fill(driver, "name", "Blue laptop").await;
    press(driver, "Add a passkey").await;
    arrives(driver, "Your recovery codes").await;
    press(driver, "I have saved them").await;
    arrives(driver, "Security").await;
    is_seen(driver, look, ("security", "Security")).await;
    assert!(driver.source().await.unwrap().contains("Blue laptop"));
    let kept = passkeys(driver, &device).await;
    assert_eq!((kept.len(), &kept[0]["rpId"]), (1, &json!("localhost")));
    assert_eq!(kept[0]["isResidentCredential"], true);

    // Among the names that the browser offers: nothing is typed and nothing pressed.
    sign_out(driver, home).await;
    driver.goto(format!("{home}/login")).await.unwrap();
    arrives(driver, "Your account").await;
    assert!(passkeys(driver, &device).await[0]["signCount"].as_i64().unwrap() > 1);

    // Whom the authenticator does not know is not let in.
    sign_out(driver, home).await;
    knows_its_owner(driver, &device, false).await;
    driver.goto(format!("{home}/login/passkey")).await.unwrap();
    arrives(driver, "Use your passkey").await;
    press(driver, "Use a passkey").await;
    let problem = By::Css("form [role=alert]");
    driver.query(problem).and_displayed().first().await.unwrap();
    knows_its_owner(driver, &device, true).await;
    press(driver, "Use a passkey").await;
    arrives(driver, "Your account").await;

    driver.goto(format!("{home}/account/security")).await.unwrap();
    assert!(driver.source().await.unwrap().contains("last used"));
    press(driver, "Remove Blue laptop").await;
    driver.query(By::XPath("//strong[.='None yet']")).first().await.unwrap();
    assert!(complaints(driver).await.is_empty());
}
