//! Signing in in a real browser, on a phone and on a desk, by day and by night.

use super::pages::{is_seen, keep, see};
use crate::support::chromium::{Chromium, Look, Scheme, Scripts};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use thirtyfour::prelude::ElementQueryable;
use thirtyfour::{By, WebDriver};

const ADA: &str = "ada@example.test";

async fn fill(driver: &WebDriver, id: &str, text: &str) {
    driver.find(By::Id(id)).await.unwrap().send_keys(text).await.unwrap();
}

async fn press(driver: &WebDriver) {
    driver.find(By::Css("button.primary")).await.unwrap().click().await.unwrap();
}

// experience §4.1, §4.2, §4.7: every step fits every screen, takes focus where it should, and breaks no policy
#[tokio::test]
async fn a_browser_signs_in_and_out() {
    let Some(chromium) = Chromium::start() else { return };
    let server = TestServer::start(Engine::Sqlite).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    let home = server.home();
    for width in [360, 1280] {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let look = Look { width, scheme, scripts: Scripts::On };
            let home = home.clone();
            chromium.look(look, |driver| async move { walk(&driver, look, &home).await }).await;
        }
    }
    server.end().await;
}

async fn walk(driver: &WebDriver, look: Look, home: &str) {
    see(driver, look, ("sign-in", &format!("{home}/account"), "Sign in")).await;
    assert_eq!(focused(driver).await, "username");
    fill(driver, "username", ADA).await;
    press(driver).await;
    driver.query(By::Id("password")).first().await.unwrap();
    is_seen(driver, look, ("password", "Enter your password")).await;
    assert_eq!(focused(driver).await, "password");
    fill(driver, "password", "not this one").await;
    press(driver).await;
    driver.query(By::Id("wrong")).first().await.unwrap();
    is_seen(driver, look, ("password-wrong", "Enter your password")).await;
    assert_eq!(focused(driver).await, "wrong", "the message is read first");
    let typed = driver.find(By::Id("password")).await.unwrap().value().await.unwrap();
    assert_eq!(typed.as_deref(), Some(""));
    fill(driver, "password", PASSWORD).await;
    press(driver).await;
    driver.query(By::LinkText("Sign out")).first().await.unwrap();
    is_seen(driver, look, ("account", "Your account")).await;
    see(driver, look, ("profile", &format!("{home}/account/profile"), "Profile")).await;
    driver.find(By::LinkText("Sign out")).await.unwrap().click().await.unwrap();
    driver.query(By::LinkText("Stay signed in")).first().await.unwrap();
    is_seen(driver, look, ("sign-out", "Sign out of Vestibule?")).await;
    press(driver).await;
    driver.query(By::LinkText("Sign in again")).first().await.unwrap();
    is_seen(driver, look, ("signed-out", "You are signed out")).await;
    let left = driver.get_all_cookies().await.unwrap();
    assert!(left.iter().all(|cookie| cookie.name.starts_with("device-")), "{left:?}");
}

async fn focused(driver: &WebDriver) -> String {
    let element = driver.active_element().await.unwrap();
    element.attr("id").await.unwrap().unwrap_or_default()
}

// experience §4.1: no script is needed; what needs one is hidden
#[tokio::test]
async fn the_way_in_needs_no_script() {
    let Some(chromium) = Chromium::start() else { return };
    let server = TestServer::start(Engine::Sqlite).await;
    let address = format!("http://localhost:{}/login", server.address.port());
    let look = Look { width: 360, scheme: Scheme::Light, scripts: Scripts::Off };
    let seeing = |driver: WebDriver| async move {
        driver.goto(&address).await.unwrap();
        let source = driver.source().await.unwrap();
        assert!(source.contains("<form method=\"post\" action=\"/login\">"), "{source}");
        let passkeys = driver.find(By::Css("form[data-options]")).await.unwrap();
        assert!(!passkeys.is_displayed().await.unwrap(), "what needs one is not offered");
        keep(&driver, "sign-in-without-scripts").await;
    };
    chromium.look(look, seeing).await;
    server.end().await;
}
