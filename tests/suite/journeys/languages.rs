//! The pages in other languages: nothing on them is left in English, and each reads in its own direction.

use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::visitor::{PASSWORD, Visitor};

const ADA: &str = "ada@example.test";

/// What no catalogue says: names of people, things and languages.
const NAMES: [&str; 12] = [
    "Vestibule",
    "Ada",
    "Okafor",
    "ada",
    "example",
    "test",
    "English",
    "Deutsch",
    "UTC",
    "true",
    "false",
    "svg",
];

/// Words on a page that are written in plain letters, between the tags and in what is read aloud.
pub(super) fn plain(html: &str) -> Vec<String> {
    let body = html.split("<body").nth(1).unwrap_or(html);
    let mut texts: Vec<&str> =
        body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    texts.extend(html.split("aria-label=\"").skip(1).filter_map(|rest| rest.split('"').next()));
    texts.extend(html.split("<title>").nth(1).and_then(|rest| rest.split('<').next()));
    let words = texts.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphabetic()));
    let is_plain = |word: &&str| word.len() > 1 && word.is_ascii() && !NAMES.contains(word);
    words.filter(is_plain).map(str::to_owned).collect()
}

async fn seen(visitor: &mut Visitor, path: &str) -> String {
    let page = visitor.visit(path).await;
    assert_eq!(page.status, 200, "{path}");
    page.body
}

// experience §4.6: the pseudo-locale shows what was forgotten
#[tokio::test]
async fn nothing_on_a_page_is_left_in_plain_english() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    let mut ada = server.visitor();
    ada.cookies.insert("lang".into(), "en-XA".into());
    let mut pages = vec![("/login", seen(&mut ada, "/login").await)];
    let wrong = ada.sign_in("/login", ADA, "not this one").await;
    pages.push(("wrong", wrong.body));
    ada.sign_in("/login", ADA, PASSWORD).await;
    for path in ["/account", "/account/profile", "/account/profile?saved", "/logout"] {
        pages.push((path, seen(&mut ada, path).await));
    }
    ada.cookies.retain(|name, _| name == "lang");
    pages.push(("/logout/done", seen(&mut ada, "/logout/done").await));
    let asked = [("accept", "text/html"), ("cookie", "lang=en-XA")];
    for (path, wanted) in [("/nowhere", 404), ("/jwks", 405)] {
        let method = if wanted == 405 { "POST" } else { "GET" };
        let answer = server.browser().ask(method, path, &asked).await;
        assert_eq!(answer.status, wanted, "{}", answer.text());
        let (before, after) = answer.body.split_once("<code>").unwrap();
        pages.push((path, format!("{before}{}", after.split_once("</code>").unwrap().1)));
    }
    for (path, html) in pages {
        assert_eq!(plain(&html), Vec::<String>::new(), "{path}");
        assert!(html.contains("lang=\"en-XA\""), "{path}");
    }
    server.end().await;
}

// ADR 34, WCAG 2.2 3.1.1
#[tokio::test]
async fn a_language_once_chosen_stays() {
    let server = TestServer::start(Engine::Sqlite).await;
    let (html, browser) = (("accept", "text/html"), server.browser());
    let answer = browser.ask("GET", "/login?lang=ar", &[html, ("accept-language", "de")]).await;
    assert!(answer.body.contains("<html lang=\"ar\" dir=\"rtl\">"), "{}", answer.text());
    let mut set = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let cookie =
        set.find_map(|value| value.starts_with("lang=").then(|| value.split(';').next().unwrap()));
    let cookie = cookie.unwrap().to_owned();
    assert_eq!(cookie, "lang=ar");
    let answer = browser.ask("GET", "/nowhere", &[html, ("cookie", &cookie)]).await;
    assert!(
        answer.body.contains("lang=\"ar\"") && answer.body.contains("لا يوجد شيء هنا"),
        "{}",
        answer.body
    );
    let german =
        browser.ask("GET", "/login", &[html, ("accept-language", "de-CH, en;q=0.5")]).await;
    assert!(german.body.contains("<h1>Anmelden</h1>"), "{}", german.body);
    assert!(!german.text().contains("lang=de;"), "nobody chose");
    server.end().await;
}

// ACC-05, ADR 34: what stands in the profile counts more than what the browser accepts, and less than a choice here
#[tokio::test]
async fn an_account_is_in_the_language_of_its_profile() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    let mut ada = server.visitor();
    ada.sign_in("/login", ADA, PASSWORD).await;
    let page = ada.visit("/account/profile").await;
    let saved = ada.submit(&page, &[("name", "Ada Okafor"), ("locale", "de-AT")]).await;
    assert!(saved.body.contains("<h1>Profil</h1>"), "{}", saved.text());
    assert!(ada.visit("/account").await.body.contains("<h1>Ihr Konto</h1>"));
    ada.cookies.insert("lang".into(), "en".into());
    assert!(ada.visit("/account").await.body.contains("<h1>Your account</h1>"));
    server.end().await;
}

// A-139, A-210, FZ-22
#[tokio::test]
async fn odd_wishes_get_an_ordinary_page() {
    let server = TestServer::start(Engine::Sqlite).await;
    let long = "de,".repeat(2000);
    for wish in ["<script>", "de;q=<b>", ";;;", &long] {
        let headers = [("accept", "text/html"), ("accept-language", wish), ("cookie", "lang=<b>")];
        let Ok(answer) = server.browser().try_ask("GET", "/login?lang=%3Cb%3E", &headers).await
        else {
            continue;
        };
        assert_eq!(answer.status, 200, "{wish}");
        assert!(
            !answer.body.contains("<b>") && !answer.body.contains("<script>"),
            "{}",
            answer.body
        );
        assert!(!answer.text().contains("lang=<b>"));
    }
    server.end().await;
}

// experience §4.6: at most 30 kB on the wire for the page to sign in on, with everything it brings; one sheet, kept for ever
#[tokio::test]
async fn the_way_in_is_light() {
    let server = TestServer::start(Engine::Sqlite).await;
    let page = server.browser().get("/login").await.body;
    let mut all = page.len();
    let files: Vec<&str> =
        page.split("\"/static/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(files.len() >= 3, "{page}");
    assert_eq!(page.matches("rel=\"stylesheet\"").count(), 1, "{page}");
    for file in files {
        let packed = [("accept-encoding", "gzip, br")];
        let answer = server.browser().ask("GET", &format!("/static/{file}"), &packed).await;
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{file}");
        assert_eq!(answer.header("vary"), "accept-encoding", "{file}");
        all += answer.header("content-length").parse::<usize>().unwrap();
    }
    assert!(all < 15_000, "{all} bytes, where 30 kB are allowed");
    server.end().await;
}
