//! The gallery of development, walked through: every page in every state, as a browser shows it and as its readers read it.

use super::languages::plain;
use super::pages::{is_sound, keep};
use crate::support::chromium::{Chromium, Look, Scheme, Scripts};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use thirtyfour::WebDriver;

const INDEX: &str = "/dev/gallery";

/// Those that development alone shows aside, which are seen where they are, and the frame of a session, in which nothing is shown.
fn templates() -> BTreeSet<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|its| its == "rs") => {
                    found.extend(named_in(&path));
                }
                false => {}
            }
        }
    }
    found.retain(|name| !name.starts_with("dev/") && name != "oauth/session");
    assert!(found.len() > 30, "{found:?}");
    found
}

fn named_in(file: &PathBuf) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let paths =
        text.split("#[template(path = \"").skip(1).filter_map(|rest| rest.split('"').next());
    paths.filter_map(|path| path.strip_suffix(".html").map(str::to_owned)).collect()
}

/// The names of all samples, and the templates they are of.
async fn gallery(server: &TestServer) -> (Vec<String>, BTreeSet<String>) {
    let index = server.browser().get(INDEX).await.body;
    let after = |mark: &'static str| {
        index
            .split(mark)
            .skip(1)
            .filter_map(|rest| rest.split(['?', '<']).next())
            .map(str::to_owned)
    };
    (after("href=\"/dev/gallery/").collect(), after("<dt>").collect())
}

// experience §8.3: no page without its place in the gallery
#[tokio::test]
async fn every_template_is_in_the_gallery() {
    let server = TestServer::wanted(Engine::Sqlite).in_development().start().await;
    let (names, shown) = gallery(&server).await;
    let missing: Vec<_> = templates().difference(&shown).cloned().collect();
    assert_eq!(missing, Vec::<String>::new(), "give it a `Sample` beside it");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "one name, one sample");
    server.end().await;
}

/// What is shown as it is, in the sense of HTML or in English on purpose, and the names of made-up things.
fn without_samples(html: &str) -> String {
    let mut html = html.to_owned();
    for (begin, end) in [
        ("<code", "</code>"),
        ("<pre", "</pre>"),
        ("<dd lang=\"en\"", "</dd>"),
        ("<style", "</style>"),
    ] {
        while let Some(at) = html.find(begin) {
            let until = at + html[at..].find(end).unwrap() + end.len();
            html.replace_range(at..until, "");
        }
    }
    MADE_UP.iter().fold(html, |html, name| html.replace(name, ""))
}

const MADE_UP: [&str; 19] = [
    "/link/8k2q4m7zx1pa8k2q4m7zx1pa8k2q4m7zx1pa8k2q4m7z",
    "photos.example.test",
    "notes.example.test",
    "https://id.example.test",
    "Photos",
    "Notes",
    "photos.read",
    "GitHub",
    "Example University",
    "Firefox",
    "Linux",
    "Safari",
    "iPhone",
    "Laptop",
    "Phone",
    "Accra",
    "ada@example",
    "Grace Lindqvist",
    "grace@example.test",
];

// experience §4.6: no page has a word of its own, in any state; each is in the language and the direction asked for
#[tokio::test]
async fn every_page_speaks_from_the_catalogues() {
    let server = TestServer::wanted(Engine::Sqlite).in_development().start().await;
    for name in gallery(&server).await.0 {
        for (tag, direction) in [("de", "ltr"), ("ar", "rtl"), ("en-XA", "ltr")] {
            let page = server.browser().get(&format!("{INDEX}/{name}?lang={tag}")).await;
            assert_eq!(page.status, 200, "{name}: {}", page.text());
            let html = format!("<html lang=\"{tag}\" dir=\"{direction}\">");
            assert!(page.body.contains(&html), "{name} in {tag}: {}", page.body);
            assert_eq!(page.body.matches("<h1").count(), 1, "{name}");
            if tag == "en-XA" {
                let words = plain(&without_samples(&page.body));
                assert_eq!(words, Vec::<String>::new(), "{name}");
            }
        }
    }
    server.end().await;
}

/// Those of WHATWG HTML §4.10.18.7 that pages of ours have a use for.
const TOKENS: [&str; 26] = [
    "off",
    "username",
    "username webauthn",
    "current-password",
    "new-password",
    "one-time-code",
    "email",
    "name",
    "given-name",
    "additional-name",
    "family-name",
    "nickname",
    "sex",
    "bday",
    "photo",
    "url",
    "tel",
    "language",
    "street-address",
    "postal-code",
    "address-level1",
    "address-level2",
    "country-name",
    "organization",
    "honorific-prefix",
    "address-line1",
];

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

// experience §4.1, §8.3, WCAG 2.2 1.3.5: password managers find who it is and which password is meant, on one page
#[tokio::test]
async fn password_managers_find_what_they_need() {
    let server = TestServer::wanted(Engine::Sqlite).in_development().start().await;
    let mut passwords = 0;
    for name in gallery(&server).await.0 {
        let page = server.browser().get(&format!("{INDEX}/{name}")).await.body;
        for form in page.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap()) {
            let inputs: Vec<_> = form
                .split("<input ")
                .skip(1)
                .map(|rest| format!(" {}", rest.split('>').next().unwrap()))
                .collect();
            let typed = |input: &&String| {
                !matches!(attribute(input, "type"), Some("hidden" | "checkbox"))
                    && attribute(input, "name").is_some()
            };
            for input in inputs.iter().filter(typed) {
                let token =
                    attribute(input, "autocomplete").unwrap_or_else(|| panic!("{name}: {input}"));
                assert!(TOKENS.contains(&token), "{name}: {token}");
            }
            let of = |kind: &str| {
                inputs.iter().any(|input| {
                    attribute(input, "autocomplete").is_some_and(|token| token.starts_with(kind))
                })
            };
            if form.contains("type=\"password\"") {
                passwords += 1;
                assert!(of("current-password") || of("new-password"), "{name}: {form}");
                assert!(of("username") || of("email"), "{name}: whose password? {form}");
            }
        }
    }
    assert!(passwords > 10, "{passwords}");
    server.end().await;
}

async fn walk(driver: &WebDriver, look: Look, home: &str, (names, query): (&[String], &str)) {
    for name in names {
        driver.goto(format!("{home}{INDEX}/{name}{query}")).await.unwrap();
        is_sound(driver, look, name).await;
    }
}

// experience §4.1, §4.7, A-131: no barrier, nothing that the policy forbids, no sideways scrolling in twice the letter size
#[tokio::test]
async fn every_page_of_the_gallery_is_sound_on_a_phone() {
    let Some(chromium) = Chromium::start() else { return };
    let server = TestServer::wanted(Engine::Sqlite).in_development().start().await;
    let (home, names) = (server.home(), gallery(&server).await.0);
    let look = Look { width: 360, scheme: Scheme::Light, scripts: Scripts::On };
    let seeing = |driver| async move { walk(&driver, look, &home, (&names, "?lang=en")).await };
    chromium.look(look, seeing).await;
    server.end().await;
}

/// Other languages, for those who know them.
const ABROAD: [&str; 5] = [
    "signin-name",
    "signin-password-wrong",
    "journey-register",
    "authorize-consent",
    "account-security-two-steps",
];

// experience §4.1: all of it, on a phone and on a desk, by day and by night, in every language; and pictures of it
#[tokio::test]
#[ignore = "for eyes, and minutes long: scripts/pages"]
async fn pictures_of_all_pages() {
    let chromium = Chromium::start().unwrap();
    let server = TestServer::wanted(Engine::Sqlite).in_development().start().await;
    let (names, templates) = gallery(&server).await;
    let first: Vec<_> = templates.iter().map(|name| name.replace(['/', '_'], "-")).collect();
    for (width, scheme) in
        [(360, Scheme::Light), (360, Scheme::Dark), (1280, Scheme::Light), (1280, Scheme::Dark)]
    {
        let look = Look { width, scheme, scripts: Scripts::On };
        let (home, names, first) = (server.home(), names.clone(), first.clone());
        chromium
            .look(
                look,
                |driver| async move { picture(&driver, look, &home, (&names, &first)).await },
            )
            .await;
    }
    server.end().await;
}

/// The page as people meet it first in every look, its other states on a phone by day, and there in other languages, too.
async fn picture(
    driver: &WebDriver,
    look: Look,
    home: &str,
    (names, first): (&[String], &[String]),
) {
    let is_usual = (look.width, look.scheme) == (360, Scheme::Light);
    for name in names {
        let one = std::slice::from_ref(name);
        walk(driver, look, home, (one, "?lang=en")).await;
        if is_usual || first.contains(name) {
            keep(driver, &format!("{name}-{}-{:?}", look.width, look.scheme)).await;
        }
        for language in ["de", "ar"].into_iter().filter(|_| is_usual) {
            walk(driver, look, home, (one, &format!("?lang={language}"))).await;
            if ABROAD.contains(&name.as_str()) {
                keep(driver, &format!("{name}-{language}-{}-{:?}", look.width, look.scheme)).await;
            }
        }
    }
}
