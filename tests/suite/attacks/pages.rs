//! The pages themselves: frames around them, their cookies, what they bring along and give away.

use crate::support::application::{ADA, Application, web};
use crate::support::browser::{Answer, Browser};
use crate::support::chromium::{Chromium, Look, Scheme, Scripts};
use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use std::collections::BTreeSet;
use thirtyfour::{By, WebDriver};
use vestibule::oauth::clients::model::{Kind, Method, RedirectUri, Registration};

async fn house() -> (TestServer, Application) {
    let server = TestServer::wanted(Engine::Sqlite).with_mail().start().await;
    let photos = server.application(&server.default_tenant(), web()).await;
    (server, photos)
}

fn policy(page: &Answer) -> &str {
    page.header("content-security-policy")
}

// A-131, §1.8: a form may end at the one address that was checked, and nowhere else; nothing is weaker than on other pages
#[tokio::test]
async fn a_policy_names_where_this_request_ends_and_nothing_more() {
    let (server, _) = house().await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    for (address, kind, target) in [
        ("https://photos.example.test/cb", Kind::Confidential, "https://photos.example.test"),
        ("http://127.0.0.1:3000/cb", Kind::Native, "http://127.0.0.1:3000"),
        ("com.example.photos:/cb", Kind::Native, "com.example.photos:"),
    ] {
        let redirect_uris = vec![RedirectUri::parse(address, kind).unwrap()];
        let method = if kind == Kind::Native { Method::None } else { web().method };
        let wanted = Registration { kind, method, redirect_uris, ..web() };
        let application = server.application(&server.default_tenant(), wanted).await;
        let mut ada = server.visitor();
        let more = [("redirect_uri", address), ("prompt", "consent")];
        let name = ada.visit(&application.request(&more)).await;
        let password = ada.submit(&name, &[("username", ADA)]).await;
        let consent = ada.submit(&password, &[("password", PASSWORD)]).await;
        assert!(consent.body.contains("value=\"allow\""), "{}", consent.text());
        for page in [&name, &password, &consent] {
            let form = format!("form-action 'self' {target};");
            assert!(policy(page).contains(&form), "{address}: {}", policy(page));
            assert!(!policy(page).contains("unsafe"), "{}", policy(page));
            assert!(policy(page).contains("frame-ancestors 'none'"), "{}", policy(page));
        }
    }
    let plain = server.browser().get("/login").await;
    assert!(policy(&plain).contains("form-action 'self';"), "{}", policy(&plain));
    server.end().await;
}

// A-132, R-BCP-19: a page of somebody else gets no page of ours into a frame
#[tokio::test]
async fn no_page_is_shown_in_a_frame() {
    let Some(chromium) = Chromium::start() else { return };
    let (server, photos) = house().await;
    let home = server.home();
    let begins = photos.request(&[]);
    let seeing = |driver: WebDriver| async move {
        for path in ["/login", "/register", "/forgot", "/logout/done", "/nowhere", &begins] {
            let address = format!("{home}{path}");
            driver.goto(&address).await.unwrap();
            assert!(
                driver.source().await.unwrap().contains("/static/"),
                "{path}: alone it is shown"
            );
            let escaped = address.replace('&', "&amp;");
            driver
                .goto(format!("data:text/html,<h2>Eve</h2><iframe src=\"{escaped}\"></iframe>"))
                .await
                .unwrap();
            driver.find(By::Tag("h2")).await.unwrap();
            driver.enter_frame(0).await.unwrap();
            let framed = driver.source().await.unwrap();
            assert!(!framed.contains("/static/"), "{path} is framed: {framed}");
            driver.enter_default_frame().await.unwrap();
        }
    };
    let look = Look { width: 1280, scheme: Scheme::Light, scripts: Scripts::On };
    chromium.look(look, seeing).await;
    server.end().await;
}

fn set_cookies(answer: &Answer) -> Vec<String> {
    let values = answer.headers.get_all("set-cookie").iter();
    values.map(|value| value.to_str().unwrap().to_owned()).collect()
}

// A-133, R-WEB-02: for this host alone, over TLS alone, for no script; long, never the same, and about nobody
#[tokio::test]
async fn every_cookie_is_closed_and_says_nothing() {
    let server = TestServer::wanted(Engine::Sqlite)
        .set("server.public_url", "https://id.example.test")
        .start()
        .await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    let photos = server.application(&server.default_tenant(), web()).await;
    let mut ada = server.visitor();
    let mut set = Vec::new();
    let page = ada.get("/login").await;
    set.extend(set_cookies(&page));
    let page = ada.post(&Form::of(&page).with(&[("username", ADA)])).await;
    set.extend(set_cookies(&page));
    let page = ada.follow(page).await;
    let done = ada.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
    set.extend(set_cookies(&done));
    set.extend(set_cookies(
        &server.browser().ask("GET", "/login?lang=de", &[("accept", "text/html")]).await,
    ));
    let names: BTreeSet<_> =
        set.iter().map(|text| text.split(['-', '=']).nth(1).unwrap()).collect();
    assert!(set.len() >= 4 && names.len() >= 2, "{set:?}");
    for cookie in &set {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain") && cookie.len() < 300, "{cookie}");
        assert!(!cookie.to_lowercase().contains("ada"), "{cookie}");
    }
    never_the_same(&server, &photos.request(&[])).await;
    server.end().await;
}

async fn never_the_same(server: &TestServer, request: &str) {
    let mut values = BTreeSet::new();
    for (path, kind) in [("/login", "__Host-form"), (request, "__Host-session")] {
        for _ in 0..100 {
            let fresh = set_cookies(&server.browser().get(path).await);
            let one = fresh.iter().find(|text| text.starts_with(kind)).unwrap();
            let value = one.split(['=', ';']).nth(1).unwrap().to_owned();
            assert!(value.len() >= 22, "128 bits: {value}");
            assert!(values.insert(value), "the same again");
        }
    }
}

// A-134, R-BCP-18: a page with something secret in its address brings nothing from elsewhere and tells nobody
#[tokio::test]
async fn an_address_is_told_to_nobody() {
    let (server, photos) = house().await;
    let mut eve = server.visitor();
    for path in [
        "/reset/x",
        "/verify/x",
        "/invitation/x",
        "/email/x",
        "/login?return_to=/account",
        &photos.request(&[]),
    ] {
        let page = eve.visit(path).await;
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
        let brought = ["src=\"", "href=\"", "action=\"", "url("];
        let brought = brought.iter().flat_map(|mark| page.body.split(mark).skip(1));
        for address in brought {
            assert!(
                !address.starts_with("http") && !address.starts_with("//"),
                "{path}: {address:.80}"
            );
        }
    }
    server.end().await;
}

// A-136, INV-14: nothing of a person is kept for the next reader of the same cache
#[tokio::test]
async fn no_page_of_a_person_is_kept() {
    let (server, _) = house().await;
    let mut ada = server.ada().await;
    ada.sign_in("/login", ADA, PASSWORD).await;
    for path in
        ["/account", "/account/profile", "/account/security", "/account/sessions", "/logout"]
    {
        let page = ada.get(path).await;
        assert_eq!((page.status, page.header("cache-control")), (200, "no-store"), "{path}");
        let after = server.browser().get(path).await;
        assert_ne!(after.status, 200, "{path}: {}", after.text());
    }
    server.end().await;
}

// A-137, INV-13: no form but a form changes anything
#[tokio::test]
async fn a_body_of_another_kind_is_no_form() {
    let (server, _) = house().await;
    let mut ada = server.ada().await;
    let page = ada.visit("/login").await;
    let form = Form::of(&page).with(&[("username", ADA)]);
    let pairs = ada.cookies.iter().map(|(name, value)| format!("{name}={value}"));
    let cookie = pairs.collect::<Vec<_>>().join("; ");
    for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", ""] {
        let headers =
            [("cookie", &*cookie), ("sec-fetch-site", "same-origin"), ("content-type", kind)];
        for path in ["/login", "/login/password", "/logout", "/register", "/oauth/token"] {
            let answer = server.browser().send(path, &headers, &form.body()).await;
            assert!(matches!(answer.status, 400 | 401 | 415), "{path} {kind}: {}", answer.text());
        }
    }
    let answer = ada.post(&form).await;
    assert_eq!(answer.status, 303, "and a form is: {}", answer.text());
    server.end().await;
}

async fn seen_with(browser: &Browser, cookie: &str) -> (u16, String) {
    let answer = browser.ask("GET", "/account", &[("cookie", cookie)]).await;
    (answer.status, answer.header("location").to_owned())
}

// A-144, V-076: whatever a cookie holds, whoever has no session is nobody, and nothing breaks
#[tokio::test]
async fn an_odd_cookie_is_nobody() {
    let (server, _) = house().await;
    let other = server.tenant("other", &[]).await;
    server.person(&other, "eve@example.test", PASSWORD).await;
    let mut ada = server.ada().await;
    ada.sign_in("/login", ADA, PASSWORD).await;
    let mut eve = server.visitor();
    eve.sign_in("/t/other/login", "eve@example.test", PASSWORD).await;
    let session = |visitor: &Visitor| {
        let mut all = visitor.cookies.iter().filter(|(name, _)| name.starts_with("session-"));
        all.next().map(|(name, value)| (name.clone(), value.clone())).unwrap()
    };
    let ((name, value), (_, hers)) = (session(&ada), session(&eve));
    let browser = server.browser();
    assert_eq!(seen_with(&browser, &format!("{name}={value}")).await.0, 200);
    let truncated = &value[..value.len() - 1];
    let many = (0..300).map(|n| format!("c{n}=x")).collect::<Vec<_>>().join("; ");
    let odd = [
        format!("{name}={truncated}"),
        format!("{name}={value}x"),
        format!("{name}={hers}"),
        format!("{name}={}", "x".repeat(7000)),
        format!("{name}=\u{fffd}\u{0}").replace('\0', "%00"),
        format!("__Host-{name}={value}"),
        format!("__Host-{name}=x; __Host-{name}={value}"),
        many,
    ];
    for cookie in &odd {
        let (status, place) = seen_with(&browser, cookie).await;
        assert!(status < 500 && status != 200, "{cookie:.60}: {status}");
        assert!(status != 303 || place.starts_with("/login"), "{cookie:.60}: {place}");
    }
    let twice = seen_with(&browser, &format!("{name}=x; {name}={value}")).await;
    assert!(twice.0 < 500, "{twice:?}");
    server.end().await;
}

// V-013, V-014: what waits is named by an id of ours, and no parameter leads away
#[tokio::test]
async fn nothing_in_an_address_leads_away() {
    let (server, photos) = house().await;
    let other = server.tenant("other", &[]).await;
    let theirs = server.application(&other, web()).await;
    let begun = server.visitor().get(&theirs.request(&[])).await;
    let named = begun.header("location").split("authorize%2F").nth(1).unwrap().to_owned();
    let mut ada = server.ada().await;
    ada.sign_in("/login", ADA, PASSWORD).await;
    for odd in ["https:%2F%2Fevil.test", "%2F%2Fevil.test", "..%2Faccount", "txn_x", &named] {
        for path in [format!("/authorize/{odd}"), format!("/consent/{odd}")] {
            let answer = ada.get(&path).await;
            assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.text());
            assert_eq!(answer.header("location"), "", "{path}");
        }
    }
    let names = ["next", "return_to", "redirect", "continue", "url", "back", "rd", "target"];
    let query = names.map(|name| format!("{name}=https://evil.test")).join("&");
    for path in [
        "/login",
        "/logout",
        "/logout/done",
        "/account",
        "/forgot",
        "/register",
        "/reset/x",
        "/nowhere",
    ] {
        let path = format!("{path}?{query}");
        for answer in [ada.get(&path).await, server.browser().get(&path).await] {
            let leads = answer.header("location").split("?return_to=").next().unwrap().to_owned();
            assert!(!leads.contains("evil"), "{path}: {leads}");
            let links = answer.body.split("href=\"").skip(1);
            for link in links.filter(|link| !link.starts_with('?')) {
                assert!(!link.split('"').next().unwrap().starts_with("http"), "{path}: {link:.80}");
            }
        }
    }
    drop(photos);
    server.end().await;
}
