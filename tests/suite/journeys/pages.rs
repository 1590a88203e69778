//! The pages as people see them: on a phone and on a desk, by day and by night, with scripts and without.

use crate::support::chromium::{Chromium, Look, Scheme, Scripts, complaints, tell};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use data_encoding::BASE64;
use std::path::Path;
use thirtyfour::prelude::ElementQueryable;
use thirtyfour::{By, WebDriver};

/// A page that stands for its kind: its name, its address, and its heading.
fn pages(server: &TestServer) -> [(&'static str, String, &'static str); 6] {
    let port = server.address.port();
    [
        ("home", format!("http://localhost:{port}/"), "The hall is open"),
        ("not-found", format!("http://localhost:{port}/nowhere?lang=en"), "There is nothing here"),
        ("sign-in-german", format!("http://localhost:{port}/login?lang=de"), "Anmelden"),
        ("not-found-arabic", format!("http://localhost:{port}/nowhere?lang=ar"), "لا يوجد شيء هنا"),
        ("sign-in-arabic", format!("http://localhost:{port}/login?lang=ar"), "تسجيل الدخول"),
        (
            "wrong-host",
            format!("http://other.localhost:{port}/?lang=en"),
            "This address is not set up here",
        ),
    ]
}

async fn ask(driver: &WebDriver, script: &str) -> serde_json::Value {
    driver.execute(format!("return {script}"), Vec::new()).await.unwrap().json().clone()
}

// experience §4.1, §4.7: no sideways scrolling from 360 px on, in both schemes, nothing that the policy forbids
#[tokio::test]
async fn every_page_fits_every_screen_in_both_schemes() {
    let Some(chromium) = Chromium::start() else { return };
    let server = TestServer::wanted(Engine::Sqlite).in_development().start().await;
    for width in [360, 1280] {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let (pages, look) = (pages(&server), Look { width, scheme, scripts: Scripts::On });
            let seeing = |driver| async move {
                for (name, address, heading) in pages {
                    see(&driver, look, (name, &address, heading)).await;
                }
            };
            chromium.look(look, seeing).await;
        }
    }
    server.end().await;
}

/// What can be pressed and is narrower than its words, or reaches out of the card it stands in.
const BURSTING: &str = "[...document.querySelectorAll('a:not(.unseen), button')].filter(it => it.scrollWidth > it.clientWidth + 1
    && getComputedStyle(it).display != 'inline'
    || it.getBoundingClientRect().right > it.parentElement.getBoundingClientRect().right + 1).map(it => it.outerHTML)";

pub(super) async fn see(
    driver: &WebDriver,
    look: Look,
    (name, address, heading): (&str, &str, &str),
) {
    driver.goto(address).await.unwrap();
    is_seen(driver, look, (name, heading)).await;
}

/// What is shown now.
pub(super) async fn is_seen(driver: &WebDriver, look: Look, (name, heading): (&str, &str)) {
    let found = driver.query(By::Tag("h1")).first().await.unwrap().text().await.unwrap();
    assert_eq!(found, heading, "{name}");
    is_sound(driver, look, name).await;
    let ground = ask(driver, "getComputedStyle(document.documentElement).backgroundColor").await;
    let expected = match look.scheme {
        Scheme::Light => "rgb(246, 244, 239)",
        Scheme::Dark => "rgb(15, 18, 17)",
    };
    assert_eq!(ground, expected, "{name}");
    keep(driver, &format!("{name}-{}-{:?}", look.width, look.scheme)).await;
}

/// It fits, nobody is shut out, and the browser has nothing to complain about.
pub(super) async fn is_sound(driver: &WebDriver, look: Look, name: &str) {
    assert_eq!(ask(driver, "innerWidth").await, look.width);
    let scrolled = ask(driver, "document.documentElement.scrollWidth").await;
    assert_eq!(scrolled, look.width, "{name} scrolls sideways");
    let bursting = ask(driver, BURSTING).await;
    assert_eq!(bursting, serde_json::json!([]), "{name} at {}", look.width);
    assert_eq!(barriers(driver).await, serde_json::json!([]), "{name} at {}", look.width);
    if look.width == 360 {
        let large = "(document.documentElement.style.fontSize = '200%', document.documentElement.scrollWidth)";
        assert_eq!(
            ask(driver, large).await,
            look.width,
            "{name} scrolls sideways in large letters"
        );
        ask(driver, "(document.documentElement.style.fontSize = '')").await;
    }
    let complaints = complaints(driver).await;
    assert!(complaints.is_empty(), "{name}: {complaints:?}");
}

const AXE: &str = include_str!("../../vendor/axe-core/axe.min.js");

/// What keeps somebody from using this page (WCAG 2.2 A and AA, as far as a program can tell).
async fn barriers(driver: &WebDriver) -> serde_json::Value {
    driver.execute(AXE, Vec::new()).await.unwrap();
    let run = "const done = arguments[arguments.length - 1];
        window.axe.run(document, { resultTypes: ['violations'] }).then(found => done(found.violations.map(one =>
            one.id + ': ' + one.help + ' ' + one.nodes.map(node => node.html).join(' '))), error => done([String(error)]));";
    driver.execute_async(run, Vec::new()).await.unwrap().json().clone()
}

// P-004, experience §4.1: no page needs a script
#[tokio::test]
async fn every_page_is_whole_without_scripts() {
    let Some(chromium) = Chromium::start() else { return };
    let server = TestServer::wanted(Engine::Sqlite).in_development().start().await;
    let look = Look { width: 1280, scheme: Scheme::Light, scripts: Scripts::Off };
    let pages = pages(&server);
    let seeing = |driver: WebDriver| async move {
        for (name, address, heading) in pages {
            driver.goto(&address).await.unwrap();
            let source = driver.source().await.unwrap();
            assert!(source.contains(heading), "{name}: {source}");
            // A passkey wants a script, which is a file of ours; nobody is told to switch scripts on.
            let mut scripts = source.split("<script").skip(1);
            assert!(scripts.all(|rest| rest.starts_with(" src=\"/static/")), "{name}: {source}");
            assert!(!source.contains("<noscript"), "{name}: {source}");
            keep(&driver, &format!("{name}-without-scripts")).await;
        }
    };
    chromium.look(look, seeing).await;
    server.end().await;
}

/// For eyes: all of what is shown, below the target folder.
pub(super) async fn keep(driver: &WebDriver, name: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    let whole = serde_json::json!({ "captureBeyondViewport": true });
    let taken = tell(driver, "Page.captureScreenshot", whole).await;
    let picture = BASE64.decode(taken["data"].as_str().unwrap().as_bytes()).unwrap();
    std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
}
