//! The tour of `vestibule dev`: single sign-on between two applications, as a newcomer sees it.

use super::pages::is_seen;
use crate::support::chromium::{Chromium, Look, Scheme, Scripts};
use crate::support::program::{Ground, PATIENCE};
use serde_json::Value;
use std::time::Duration;
use thirtyfour::prelude::ElementQueryable;
use thirtyfour::{By, Key, WebDriver, WebElement};

pub(super) async fn wait_for(driver: &WebDriver, by: By) -> WebElement {
    driver.query(by).wait(PATIENCE, Duration::from_millis(100)).first().await.unwrap()
}

pub(super) async fn press(driver: &WebDriver, words: &str) {
    let xpath = format!("//*[self::a or self::button][normalize-space()='{words}']");
    wait_for(driver, By::XPath(xpath)).await.click().await.unwrap();
}

/// Somebody who counts what it takes: each press of a button or a link, and each Enter.
struct Newcomer<'a> {
    driver: &'a WebDriver,
    presses: usize,
}

impl Newcomer<'_> {
    async fn press(&mut self, words: &str) {
        press(self.driver, words).await;
        self.presses += 1;
    }

    async fn enter(&mut self, id: &str, text: &str) {
        let keys = text.to_owned() + Key::Enter;
        wait_for(self.driver, By::Id(id)).await.send_keys(keys).await.unwrap();
        self.presses += 1;
    }
}

pub(super) async fn heading(driver: &WebDriver, words: &str) {
    let xpath = format!("//h1[starts-with(normalize-space(), '{words}')]");
    wait_for(driver, By::XPath(xpath)).await;
}

async fn done(driver: &WebDriver) -> usize {
    driver.find_all(By::Css(".steps > .done")).await.unwrap().len()
}

// experience §1.5: sign in at Photos, consent, look at the trace, open Notes without signing in again, sign out
// everywhere, and Photos has been told; with scripts and without, in nine presses
#[tokio::test]
async fn the_tour_shows_single_sign_on() {
    let Some(chromium) = Chromium::start() else { return };
    for scripts in [Scripts::On, Scripts::Off] {
        let ground = Ground::new();
        let mut running = ground.start(&["dev", "--port", &ground.port.to_string(), "--json"]);
        let line: Value = serde_json::from_str(&running.hears("vestibule.dev/1").await).unwrap();
        let home = format!("{}/", line["issuer"].as_str().unwrap());
        let password = line["people"][0]["password"].as_str().unwrap().to_owned();
        let look = Look { width: 1280, scheme: Scheme::Light, scripts };
        let seeing = |driver| async move { walk(&driver, look, &home, &password).await };
        chromium.look(look, seeing).await;
        assert_eq!(running.stop().await.code, Some(0));
    }
}

/// Measured by a script, so only where there are any.
async fn looks_right(driver: &WebDriver, look: Look, page: (&str, &str)) {
    if look.scripts == Scripts::On {
        is_seen(driver, look, page).await;
    }
}

async fn walk(driver: &WebDriver, look: Look, home: &str, password: &str) {
    let mut ada = Newcomer { driver, presses: 0 };
    driver.goto(home).await.unwrap();
    heading(driver, "Single sign-on in a minute").await;
    looks_right(driver, look, ("tour", "Single sign-on in a minute")).await;
    assert_eq!(done(driver).await, 0);
    ada.press("Open Photos").await;
    heading(driver, "Photos").await;
    let photos = driver.current_url().await.unwrap();
    ada.press("Sign in").await;
    ada.enter("username", "ada@example.test").await;
    ada.enter("password", password).await;
    heading(driver, "Photos wants").await;
    ada.press("Allow").await;
    heading(driver, "Hello").await;
    ada.press("See what happened").await;
    heading(driver, "One sign-in, step by step").await;
    looks_right(driver, look, ("trace", "One sign-in, step by step")).await;
    tells_everything(driver).await;
    ada.press("Open Notes").await;
    // RFC 8252 §8.6: nobody asks who is there, but a public application on this computer is always asked about
    heading(driver, "Notes wants").await;
    ada.press("Allow").await;
    heading(driver, "Hello").await;
    assert!(driver.title().await.unwrap().starts_with("Notes"));
    ada.press("Sign out everywhere").await;
    wait_for(driver, By::XPath("//p[contains(., 'here and at the identity provider')]")).await;
    assert!(driver.title().await.unwrap().starts_with("Notes"));
    assert_eq!(ada.presses, 9);
    is_told(driver, photos.as_str()).await;
    looks_right(driver, look, ("told", "Photos")).await;
    driver.goto(home).await.unwrap();
    heading(driver, "Single sign-on in a minute").await;
    assert_eq!(done(driver).await, 5);
}

async fn tells_everything(driver: &WebDriver) {
    let told = driver.source().await.unwrap();
    for words in [
        "Photos asks for a sign-in",
        "code_challenge_method=S256",
        "Back to Photos with a code",
        "Photos trades the code for tokens",
        "client_assertion=••••••••",
        "Photos checks the ID token",
        "curl",
    ] {
        assert!(told.contains(words), "{words} is not in {told}");
    }
    assert!(!told.contains("eyJ"), "a token is shown: {told}");
}

/// Loads Photos again until it says so: the server tells it within a second or two.
async fn is_told(driver: &WebDriver, photos: &str) {
    let told = tokio::time::timeout(PATIENCE, async {
        loop {
            driver.goto(photos).await.unwrap();
            let page = driver.source().await.unwrap();
            if page.contains("the identity provider told Photos") {
                return page;
            }
        }
    });
    let page = told.await.expect("Photos was not told");
    assert!(page.contains("backchannel-logout") && !page.contains("eyJ"), "{page}");
}

// experience §1.5: what a machine of the demo may do, it does by the wire alone (RFC 6749 §4.4, RFC 9068 §4)
#[tokio::test]
async fn the_machine_of_the_demo_calls_the_api() {
    let ground = Ground::new();
    let mut running = ground.start(&["dev", "--port", &ground.port.to_string(), "--json"]);
    let line: Value = serde_json::from_str(&running.hears("vestibule.dev/1").await).unwrap();
    let kinds: Vec<_> = line["clients"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["confidential", "public", "machine", "resource_server"]);
    assert!(line["clients"][0]["private_jwk"]["d"].is_string());
    let left = line["clients"][1]["post_logout_redirect_uris"][0].as_str().unwrap();
    assert!(left.ends_with("/signed-out"), "{line}");
    assert!(line["clients"][2]["client_secret"].is_string());
    let api = ground.neighbour(3);
    let refused = api.get("/pictures").await;
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").starts_with("Bearer "));
    let called = api.post("/call", &[], "").await;
    assert_eq!(called.status, 200, "{}", called.body);
    assert!(called.body.contains("a hall") && !called.body.contains("eyJ"), "{}", called.body);
    assert_eq!(running.stop().await.code, Some(0));
}
