//! Cookies that nobody was given, and ways back that lead nowhere.

use crate::support::database::Engine;
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use std::collections::BTreeSet;

const BOB: &str = "bob@example.test";

// whatever stands in a cookie, it is nobody, and no failure of ours
#[tokio::test]
async fn a_cookie_that_makes_no_sense_is_nobody() {
    let server = TestServer::start(Engine::Sqlite).await;
    let second = server.tenant("second", &[]).await;
    server.person(&second, BOB, PASSWORD).await;
    let mut theirs = server.visitor();
    theirs.sign_in("/t/second/login", BOB, PASSWORD).await;
    let mut own = server.visitor();
    own.visit("/login").await;
    let (form, value) = own.cookies.iter().find(|(name, _)| name.starts_with("form-")).unwrap();
    let name = &form.replace("form-", "session-");
    let (_, other) = theirs.cookies.iter().find(|(name, _)| name.starts_with("session-")).unwrap();
    let cut = &value[..value.len() / 2];
    let many = (0..150).map(|number| format!("{name}{number}=x")).collect::<Vec<_>>().join("; ");
    for cookie in [
        format!("{name}="),
        format!("{name}=%ff%fe"),
        format!("{name}={cut}"),
        format!("{name}={other}"),
        format!("{name}={value}; {name}={other}"),
        format!("{name}={}", "A".repeat(7_000)),
        format!("{name}=\"{value}"),
        format!("{name}={value}\u{e9}"),
        format!("{form}="),
        format!("{form}={cut}; {name}={cut}"),
        format!("{form}={}", "A".repeat(7_000)),
        format!("{form}=\"{value}"),
        "=;=;;;".to_owned(),
        many,
    ] {
        for path in ["/account", "/login", "/account/activity", "/login/accounts"] {
            let answer = server.browser().ask("GET", path, &[("cookie", &cookie)]).await;
            assert!(matches!(answer.status, 200 | 303 | 431), "{path} {cookie}: {}", answer.text());
            let is_in = path.starts_with("/account") && answer.status == 200;
            assert!(!is_in, "{path} with {cookie}");
        }
    }
    server.end().await;
}

// A-133, R-WEB-02: every cookie is guarded, says nothing, and is not guessed
#[tokio::test]
async fn every_cookie_is_guarded_and_says_nothing() {
    let server = TestServer::start(Engine::Sqlite).await;
    let bob = server.person(&server.default_tenant(), BOB, PASSWORD).await;
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let mut visitor = server.visitor();
        let page = visitor.visit("/login").await;
        let page = visitor.submit(&page, &[("username", BOB)]).await;
        let done = visitor.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
        let set = done.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        let (gone, set): (Vec<_>, Vec<_>) = set.partition(|text| text.contains("Max-Age=0"));
        assert!(matches!(gone[..], [form] if form.starts_with("form-")), "{gone:?}");
        assert_eq!(set.len(), 2, "{}", done.text());
        for text in set {
            let (pair, attributes) = text.split_once(';').unwrap();
            let value = pair.split_once('=').unwrap().1;
            for wanted in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(attributes.contains(wanted), "{wanted}: {text}");
            }
            assert!(!attributes.to_lowercase().contains("domain"), "{text}");
            assert!(value.len() >= 22 && value.len() < 64, "128 bits and no more: {text}");
            assert!(!text.contains(bob.id.as_str()) && !text.contains("bob"), "{text}");
            assert!(seen.insert(value.to_owned()), "{value} twice");
        }
    }
    server.end().await;
}

// a way back is a path of this tenant, or the way home; never an address that somebody sent along
#[tokio::test]
async fn a_way_back_that_leads_away_leads_home() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.person(&server.default_tenant(), BOB, PASSWORD).await;
    for back in [
        "https%3A%2F%2Fevil.test%2F",
        "%2F%2Fevil.test",
        "%2F%5Cevil.test",
        "%2F%09%2Fevil.test",
        "javascript%3Aalert(1)",
        "%2F..%2F..%2Fevil",
        "%2Faccount%0d%0aSet-Cookie%3A%20x%3D1",
        "",
    ] {
        let mut visitor = server.visitor();
        let page = visitor.visit(&format!("/login?return_to={back}")).await;
        let page = visitor.submit(&page, &[("username", BOB)]).await;
        let done = visitor.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
        assert_eq!((done.status, done.header("location")), (303, "/account"), "{back}");
    }
    // Of a transaction that is nobody's here, or another tenant's, there is a page of ours, and no redirect.
    let mut visitor = server.visitor();
    visitor.sign_in("/login", BOB, PASSWORD).await;
    for id in ["x", "txn_00000000000000000000000000", "https:%2F%2Fevil.test"] {
        let answer = visitor.get(&format!("/authorize/{id}")).await;
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{id}");
    }
    server.end().await;
}
