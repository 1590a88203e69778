//! What must not come of a sign-in page: guessing without end, somebody else's session, a form from elsewhere.

use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use vestibule::platform::storage::Work;

const ADA: &str = "ada@example.test";

async fn house(engine: Engine) -> TestServer {
    let server = TestServer::start(engine).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    server
}

async fn is_signed_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").await.status == 200
}

/// A password form, filled in and not yet sent.
async fn filled_in(visitor: &mut Visitor, password: &str) -> Form {
    let page = visitor.visit("/login").await;
    let page = visitor.submit(&page, &[("username", ADA)]).await;
    Form::of(&page).with(&[("password", password)])
}

const COUNT: &str = "SELECT COUNT(*) FROM events WHERE tenant_id = $1 AND kind = $2";

async fn count(server: &TestServer, kind: &str) -> i64 {
    let at = server.at(&server.default_tenant());
    let read = server.house().database.read(at, async |work: &mut Work| {
        let tenant = work.tenant();
        vestibule::rows!(work, |c| sqlx::query_scalar(COUNT)
            .bind(tenant.as_str())
            .bind(kind)
            .fetch_one(c))
    });
    read.await.unwrap()
}

// A-122, INV-18: however many come at once, no more guesses are looked at than are allowed
#[tokio::test]
async fn guesses_at_the_same_time_are_no_more_than_allowed() {
    for engine in engines() {
        let server = house(engine).await;
        let mut guesses = Vec::new();
        for number in 0..24 {
            let mut eve = server.visitor();
            let form = filled_in(&mut eve, &format!("guess {number}")).await;
            guesses.push(tokio::spawn(async move { eve.post(&form).await.status }));
        }
        let mut statuses = Vec::new();
        for guess in guesses {
            statuses.push(guess.await.unwrap());
        }
        let seen = statuses.iter().filter(|status| **status == 422).count();
        assert_eq!(seen, 3, "{engine:?}: time stands still, so the pause never ends: {statuses:?}");
        assert!(statuses.iter().all(|status| [422, 429].contains(status)), "{statuses:?}");
        assert_eq!(count(&server, "login.failed").await, 3);
        assert_eq!(count(&server, "login.blocked").await, 21);
        server.end().await;
    }
}

// one bucket per account, whatever it is called
#[tokio::test]
async fn spellings_of_a_name_are_one_account() {
    let server = house(Engine::Sqlite).await;
    let spellings = [ADA, "ADA@EXAMPLE.TEST", " ada@example.test ", "\u{ff41}da@example.test"];
    for (number, spelled) in spellings.into_iter().enumerate() {
        let answer = server.visitor().sign_in("/login", spelled, "wrong").await;
        assert_eq!(answer.status, if number < 3 { 422 } else { 429 }, "{spelled:?}");
    }
    let right = server.visitor().sign_in("/login", "Ada@Example.Test", PASSWORD).await;
    assert_eq!(right.status, 429);
    server.end().await;
}

// A-125, INV-13: a form from elsewhere does nothing, and no link signs anybody in or out
#[tokio::test]
async fn a_form_from_elsewhere_does_nothing() {
    let server = house(Engine::Sqlite).await;
    let mut eve = server.visitor();
    let form = filled_in(&mut eve, PASSWORD).await;
    let elsewhere: [&[(&str, &str)]; 7] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://localhost")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://evil.test")],
        &[("origin", "null")],
        &[("origin", "https://localhost")],
        &[],
    ];
    for headers in elsewhere {
        let answer = eve.post_with(&form, headers).await;
        assert_eq!(answer.status, 403, "{headers:?}: {}", answer.text());
        assert!(answer.header("set-cookie").is_empty());
    }
    for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", ""] {
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", kind)];
        let cookie = eve.cookies.iter().map(|(n, v)| format!("{n}={v}")).next().unwrap();
        let all = [&headers[..], &[("cookie", cookie.as_str())]].concat();
        let answer = server.browser().send("/login/password", &all, &form.body()).await;
        assert_eq!(answer.status, 415, "{kind}: {}", answer.text());
    }
    eve.get(&format!("/login/password?{}", form.body())).await;
    assert!(!is_signed_in(&mut eve).await);
    // Sent from another browser, even from our own page, it is asked for once more.
    let mut victim = server.visitor();
    victim.visit("/login").await;
    assert!(victim.post(&form).await.body.contains("Please try once more."));
    assert!(!is_signed_in(&mut victim).await);
    let origin = format!("http://{}", server.browser().host());
    assert_eq!(eve.post_with(&form, &[("origin", &origin)]).await.status, 303, "our own");
    eve.get("/logout").await;
    assert!(is_signed_in(&mut eve).await);
    server.end().await;
}

const BROWSERS: &str = "SELECT COUNT(*) FROM browsers WHERE tenant_id = $1";

// INV-13 (ADR 61): a look leaves no row behind; a form is good with the cookie that came with it, and with no other
#[tokio::test]
async fn a_stranger_leaves_nothing_and_has_a_form_of_their_own() {
    for engine in engines() {
        let server = house(engine).await;
        server.visitor().visit("/login?return_to=/account").await;
        let at = server.at(&server.default_tenant());
        let rows = server.house().database.read(at, async |work: &mut Work| {
            let tenant = work.tenant();
            vestibule::rows!(work, |c| sqlx::query_scalar(BROWSERS)
                .bind(tenant.as_str())
                .fetch_one(c))
        });
        let kept: i64 = rows.await.unwrap();
        assert_eq!(kept, 0, "{engine:?}");

        let (mut eve, mut bare, mut other) = (server.visitor(), server.visitor(), server.visitor());
        let form = filled_in(&mut eve, PASSWORD).await;
        other.visit("/login").await;
        for visitor in [&mut bare, &mut other] {
            assert_ne!(visitor.post(&form).await.status, 303, "{engine:?}");
            assert!(!is_signed_in(visitor).await, "{engine:?}");
        }
        let old = eve.clone();
        assert_eq!(eve.post(&form).await.status, 303, "{engine:?}");
        assert!(is_signed_in(&mut eve).await, "{engine:?}");

        // What was made for the stranger counts no more for whoever they turned out to be.
        let of_before = old.cookies.into_iter().filter(|(name, _)| name.starts_with("form-"));
        eve.cookies.extend(of_before);
        let leave = Form { action: "/logout".into(), ..form };
        eve.post(&leave).await;
        assert!(is_signed_in(&mut eve).await, "{engine:?}");
        server.end().await;
    }
}

// A-126, INV-12: a name that somebody else could know leads to nobody
#[tokio::test]
async fn a_planted_cookie_is_worthless() {
    for engine in engines() {
        let server = house(engine).await;
        let mut eve = server.visitor();
        let form = filled_in(&mut eve, PASSWORD).await;
        let mut victim = eve.clone();
        assert_eq!(victim.post(&form).await.status, 303);
        assert!(is_signed_in(&mut victim).await);
        assert_ne!(victim.cookies, eve.cookies);
        assert!(!is_signed_in(&mut eve).await, "{engine:?}");

        // One that we never gave out is not taken over.
        let mut names = victim.cookies.keys();
        let name = names.find(|name| name.starts_with("session-")).unwrap().clone();
        let mut victim = server.visitor();
        victim.cookies.insert(name.clone(), "AAAAAAAAAAAAAAAAAAAAAA".into());
        victim.sign_in("/login", ADA, PASSWORD).await;
        assert_ne!(victim.cookies[&name], "AAAAAAAAAAAAAAAAAAAAAA");

        // A session that is taken over by another sign-in ends.
        let mut first = server.visitor();
        first.sign_in("/login", ADA, PASSWORD).await;
        let page = server.visitor().sign_in("/login", ADA, "wrong").await;
        let old = first.clone();
        let token = token_of(&mut first).await;
        let again = Form::of(&page).with(&[("token", &token), ("password", PASSWORD)]);
        assert_eq!(first.post(&again).await.status, 303);
        assert!(is_signed_in(&mut first).await && !is_signed_in(&mut old.clone()).await);
        server.end().await;
    }
}

async fn token_of(visitor: &mut Visitor) -> String {
    let page = visitor.visit("/logout").await;
    Form::of(&page).fields[0].1.clone()
}

// FZ-11, security §0.2: whatever is sent, the page comes back or a refusal, and nothing breaks
#[tokio::test]
async fn odd_forms_break_nothing() {
    let server = house(Engine::Sqlite).await;
    let mut eve = server.visitor();
    let form = filled_in(&mut eve, PASSWORD).await;
    let (long, huge) = ("x".repeat(1025), "x".repeat(9000));
    for (name, password, expected) in [
        ("", PASSWORD, 303),
        (ADA, "", 422),
        // No text has a NUL in it: as good as no name at all.
        ("a\0b@example.test", "x", 303),
        ("\u{202e}<script>alert(1)</script>", "\0", 422),
        ("no address at all", "x", 422),
        (ADA, &long, 422),
        (&long, "x", 422),
        (ADA, &huge, 400),
        (&huge, "x", 400),
    ] {
        let odd = form.clone().with(&[("username", name), ("password", password)]);
        let answer = eve.post(&odd).await;
        assert_eq!(answer.status, expected, "{name:.20} {password:.20}: {}", answer.text());
        assert!(!answer.body.contains("<script"), "{}", answer.body);
    }
    server.end().await;
}

// FZ-11, security §0.2: nor do bodies that are no forms, and cookies that are none
#[tokio::test]
async fn odd_bodies_break_nothing() {
    let server = house(Engine::Sqlite).await;
    let mut eve = server.visitor();
    let token = filled_in(&mut eve, PASSWORD).await.fields[0].1.clone();
    let bodies = [
        String::new(),
        "&&&=&%".into(),
        format!("token={token}&username=%ff%fe&password=%c3"),
        format!("token={token}&token={token}"),
        format!("token={token}&password=a&password=b"),
    ];
    let cookie = eve.cookies.iter().map(|(n, v)| format!("{n}={v}")).next().unwrap();
    let headers = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
    ];
    for path in ["/login", "/login/password", "/logout"] {
        for body in &bodies {
            let answer = server.browser().send(path, &headers, body).await;
            assert!(answer.status < 500, "{path} {body}: {}", answer.text());
        }
    }
    for cookie in ["session-", "=", "x=y; x=y", "session-00000000=;;", "%ff"] {
        let answer = server.browser().ask("GET", "/login", &[("cookie", cookie)]).await;
        assert_eq!(answer.status, 200, "{cookie:?}");
    }
    server.end().await;
}
