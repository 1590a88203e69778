//! From an application and back in a real browser, with scripts and without.

use super::pages::is_seen;
use crate::support::application::{ADA, Application, web};
use crate::support::chromium::{Chromium, Look, Scheme, Scripts};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use std::sync::Arc;
use thirtyfour::prelude::ElementQueryable;
use thirtyfour::{By, WebDriver};
use vestibule::oauth::clients::model::{Kind, RedirectUri, Registration};

// A-015, P-004, P-005, experience §4.2, §4.7: sign-in, consent, and back with a code; no policy stands in the way
#[tokio::test]
async fn a_browser_goes_through_consent_and_comes_back_with_a_code() {
    let Some(chromium) = Chromium::start() else { return };
    let server = TestServer::start(Engine::Sqlite).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    // Something that answers: any page of this very server will do.
    let home = server.home();
    let back = format!("{home}/logout/done");
    let redirect_uris = vec![RedirectUri::parse(&back, Kind::Confidential).unwrap()];
    let photos = Registration { redirect_uris, ..web() };
    let photos = Arc::new(server.application(&server.default_tenant(), photos).await);
    for (width, scheme, scripts) in
        [(360, Scheme::Light, Scripts::Off), (1280, Scheme::Dark, Scripts::On)]
    {
        let look = Look { width, scheme, scripts };
        let (photos, home, back) = (Arc::clone(&photos), home.clone(), back.clone());
        let seeing = |driver| async move { walk(&driver, look, (&photos, &home, &back)).await };
        chromium.look(look, seeing).await;
    }
    server.end().await;
}

async fn walk(driver: &WebDriver, look: Look, (photos, home, back): (&Application, &str, &str)) {
    let more = [("redirect_uri", back), ("prompt", "consent")];
    let start = format!("{home}{}#secret", photos.request(&more));
    driver.goto(&start).await.unwrap();
    shows(driver, look, ("sign-in-for", "Sign in")).await;
    for (id, text) in [("username", ADA), ("password", PASSWORD)] {
        driver.query(By::Id(id)).first().await.unwrap().send_keys(text).await.unwrap();
        driver.find(By::Css("button.primary")).await.unwrap().click().await.unwrap();
        driver
            .query(By::Id(if id == "username" { "password" } else { "will" }))
            .first()
            .await
            .unwrap();
    }
    shows(driver, look, ("consent", "Photos wants to use your account")).await;
    let allow = driver.find(By::Css("button[value=allow]")).await.unwrap();
    allow.click().await.unwrap();
    driver.query(By::LinkText("Sign in again")).first().await.unwrap();
    let arrived = driver.current_url().await.unwrap();
    assert!(arrived.query().unwrap().starts_with("code="), "{arrived}");
    assert!(!arrived.as_str().contains("secret"), "A-015: {arrived}");
}

/// Measured where a script can measure.
async fn shows(driver: &WebDriver, look: Look, (name, heading): (&str, &str)) {
    match look.scripts {
        Scripts::On => is_seen(driver, look, (name, heading)).await,
        Scripts::Off => {
            let source = driver.source().await.unwrap();
            assert!(source.contains(&format!("<h1>{heading}</h1>")), "{name}: {source}");
        }
    }
}
