//! Somebody comes in with e-mail and password, is known, and goes.

use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use vestibule::kernel::time::Lifetime;

const ADA: &str = "ada@example.test";

async fn house(engine: Engine) -> TestServer {
    let mut server = TestServer::start(engine).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    server.plant(PASSWORD);
    server
}

#[track_caller]
fn is_account(answer: &Answer) {
    assert!(answer.body.contains("<h1>Your account</h1>"), "{}", answer.text());
}

#[track_caller]
fn asks_who(answer: &Answer) {
    assert!(answer.body.contains("<h1>Sign in</h1>"), "{}", answer.text());
}

// ACC-03, house §4.5
#[tokio::test]
async fn somebody_signs_in_and_out() {
    for engine in engines() {
        let server = house(engine).await;
        let mut ada = server.visitor();
        let page = ada.visit("/account").await;
        asks_who(&page);
        let page = ada.submit(&page, &[("username", " Ada@Example.test ")]).await;
        assert!(page.body.contains("autocomplete=\"current-password\""), "{}", page.body);
        assert!(page.body.contains("value=\"Ada@Example.test\" autocomplete=\"username\""));
        let account = ada.submit(&page, &[("password", PASSWORD)]).await;
        is_account(&account);
        assert!(account.body.contains("Ada Okafor") && account.body.contains(ADA));
        assert_eq!(account.header("cache-control"), "no-store", "INV-14");

        let signed_in = ada.clone();
        let page = ada.visit("/logout").await;
        assert!(page.body.contains("<h1>Sign out of Vestibule?</h1>"), "{}", page.body);
        is_account(&ada.visit("/account").await);
        let page = ada.submit(&page, &[]).await;
        assert!(page.body.contains("<h1>You are signed out</h1>"), "{}", page.text());
        let is_session = |name: &String| name.starts_with("session-");
        assert!(!ada.cookies.keys().any(is_session), "{:?}", ada.cookies);
        asks_who(&ada.visit("/account").await);
        asks_who(&signed_in.clone().visit("/account").await);
        assert!(ada.visit("/logout").await.body.contains("<h1>You are signed out</h1>"));
        server.end().await;
    }
}

// experience §4.1: what was typed stays, except passwords; INV-20: one answer
#[tokio::test]
async fn a_wrong_password_keeps_the_address_and_tells_nothing() {
    let server = house(Engine::Sqlite).await;
    let mut answers = Vec::new();
    for email in [ADA, "eve@example.test"] {
        let mut visitor = server.visitor();
        let answer = visitor.sign_in("/login", email, "not-the-password").await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("That e-mail and password do not match."), "{}", answer.body);
        assert!(answer.body.contains("<title>Error: Enter your password"), "{}", answer.body);
        assert!(answer.body.contains(&format!("value=\"{email}\"")));
        assert!(!answer.body.contains("not-the-password"));
        let token = Form::of(&answer).fields[0].1.clone();
        let names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        answers.push((names, answer.body.replace(email, "").replace(&token, "")));
    }
    assert_eq!(answers[0], answers[1]);
    server.end().await;
}

// INV-18, security §0.2: back-off from the third, refused for 30 minutes at the fifth
#[tokio::test]
async fn five_wrong_passwords_lock_for_half_an_hour() {
    for engine in engines() {
        let server = house(engine).await;
        for email in [ADA, "nobody@example.test"] {
            let mut eve = server.visitor();
            let page = eve.visit("/login").await;
            let mut page = eve.submit(&page, &[("username", email)]).await;
            for (number, pause) in [0, 0, 2, 4].into_iter().enumerate() {
                page = eve.submit(&page, &[("password", &format!("guess {number}"))]).await;
                assert_eq!(page.status, 422, "{}", page.text());
                if pause > 0 {
                    let early = eve.submit(&page, &[("password", PASSWORD)]).await;
                    assert_eq!(
                        (early.status, early.header("retry-after")),
                        (429, &*pause.to_string())
                    );
                    assert!(
                        early.body.contains(&format!("Wait {pause} seconds")),
                        "{}",
                        early.body
                    );
                }
                server.clock.advance(Lifetime::seconds(pause));
            }
            let locked = eve.submit(&page, &[("password", "guess 5")]).await;
            assert_eq!((locked.status, locked.header("retry-after")), (429, "1800"));
            assert!(locked.body.contains("Too many tries. You can try again "), "{}", locked.body);
        }
        let mut ada = server.visitor();
        server.clock.advance(Lifetime::seconds(1700));
        assert_eq!(ada.sign_in("/login", ADA, PASSWORD).await.status, 429);
        server.clock.advance(Lifetime::seconds(100));
        is_account(&ada.sign_in("/login", ADA, PASSWORD).await);
        // A success begins the count anew.
        let mut again = server.visitor();
        for _ in 0..2 {
            assert_eq!(again.sign_in("/login", ADA, "wrong").await.status, 422);
        }
        is_account(&again.sign_in("/login", ADA, PASSWORD).await);
        assert_eq!(server.visitor().sign_in("/login", ADA, "wrong").await.status, 422);
        server.end().await;
    }
}

// R-ASVS-7.3: idle and absolute
#[tokio::test]
async fn a_session_ends_by_itself() {
    for engine in engines() {
        let server = house(engine).await;
        let mut idle = server.visitor();
        is_account(&idle.sign_in("/login", ADA, PASSWORD).await);
        let mut busy = idle.clone();
        server.clock.advance(Lifetime::minutes(119));
        is_account(&idle.visit("/account").await);
        server.clock.advance(Lifetime::minutes(120));
        asks_who(&idle.visit("/account").await);
        is_account(&busy.sign_in("/login", ADA, PASSWORD).await);
        for _ in 0..7 {
            server.clock.advance(Lifetime::minutes(60));
            is_account(&busy.visit("/account").await);
        }
        server.clock.advance(Lifetime::minutes(60));
        asks_who(&busy.visit("/account").await);
        server.turn("housekeeping").await;
        server.end().await;
    }
}

// house §4.5: back to where the journey began, and only inside
#[tokio::test]
async fn the_way_back_is_local() {
    let server = house(Engine::Sqlite).await;
    for (asked, ends) in [
        ("/logout/done", "/logout/done"),
        ("/authorize?client_id=a&x=%2F", "/authorize?client_id=a&x=%2F"),
        ("//evil.test/", "/account"),
        ("https://evil.test/", "/account"),
        ("/\\evil.test", "/account"),
    ] {
        let mut ada = server.visitor();
        let asked: String = url::form_urlencoded::byte_serialize(asked.as_bytes()).collect();
        let page = ada.visit(&format!("/login?return_to={asked}")).await;
        let page = ada.submit(&page, &[("username", ADA)]).await;
        let done = ada.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
        assert_eq!((done.status, done.header("location")), (303, ends));
        let again = ada.get(&format!("/login?return_to={asked}")).await;
        assert_eq!((again.status, again.header("location")), (303, ends), "single sign-on");
    }
    server.end().await;
}

// INV-24: one address, two tenants, two people
#[tokio::test]
async fn two_tenants_keep_their_people_apart() {
    for engine in engines() {
        let server = house(engine).await;
        let acme = server.tenant("acme", &[]).await;
        server.person(&acme, ADA, "another-walk-through-hall").await;
        let mut ada = server.visitor();
        is_account(&ada.sign_in("/login", ADA, PASSWORD).await);
        asks_who(&ada.visit("/t/acme/account").await);
        let refused = ada.sign_in("/t/acme/login", ADA, PASSWORD).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.body.contains("action=\"/t/acme/login/password\""), "{}", refused.body);
        let account = ada.sign_in("/t/acme/login", ADA, "another-walk-through-hall").await;
        is_account(&account);
        assert!(account.body.contains("Organisation acme"), "{}", account.body);
        // The same value under the other tenant's name is nothing there.
        ada.cookies.retain(|name, _| name.starts_with("session-"));
        let mut values: Vec<_> = ada.cookies.values().cloned().collect();
        values.reverse();
        let mut eve = ada.clone();
        eve.cookies = ada.cookies.keys().cloned().zip(values).collect();
        asks_who(&eve.visit("/account").await);
        asks_who(&eve.visit("/t/acme/account").await);
        let page = ada.visit("/t/acme/logout").await;
        ada.submit(&page, &[]).await;
        asks_who(&ada.visit("/t/acme/account").await);
        is_account(&ada.visit("/account").await);
        server.end().await;
    }
}

// ACC-09 in part: one sees one's sessions, and ends those elsewhere
#[tokio::test]
async fn a_session_elsewhere_can_be_ended() {
    for engine in engines() {
        let server = house(engine).await;
        server.person(&server.default_tenant(), "grace@example.test", PASSWORD).await;
        let (mut here, mut there, mut grace) =
            (server.visitor(), server.visitor(), server.visitor());
        is_account(&there.sign_in("/login", ADA, PASSWORD).await);
        here.sign_in("/login", ADA, PASSWORD).await;
        let alone = here.visit("/account/sessions").await;
        assert!(!alone.body.contains("You are signed in only here."));
        // Behind the form that ends all others.
        let theirs = &Form::second(&alone);
        grace.sign_in("/login", "grace@example.test", PASSWORD).await;
        let grace_sees = grace.visit("/account/sessions").await;
        assert!(grace_sees.body.contains("You are signed in only here."));
        // Of somebody else nothing is ended, whatever is sent.
        let id = theirs.fields.iter().find(|(name, _)| name == "session").unwrap().1.clone();
        let page = grace.visit("/logout").await;
        let token = Form::of(&page).fields[0].1.clone();
        let foreign = Form { action: theirs.action.clone(), fields: Vec::new() };
        grace.post(&foreign.with(&[("token", &token), ("session", &id)])).await;
        is_account(&there.visit("/account").await);
        // A form that was not made here ends nothing either.
        here.post(&theirs.clone().with(&[("token", "x")])).await;
        is_account(&there.visit("/account").await);
        let left = here.post(theirs).await;
        assert_eq!((left.status, left.header("location")), (303, "/account/sessions"));
        let left = here.visit("/account/sessions").await;
        assert!(left.body.contains("You are signed in only here."), "{}", left.body);
        asks_who(&there.visit("/account").await);
        server.end().await;
    }
}

// ACC-11: all others at once
#[tokio::test]
async fn one_signs_out_everywhere_else() {
    for engine in engines() {
        let server = house(engine).await;
        let mut here = server.visitor();
        let mut others = [server.visitor(), server.visitor()];
        for other in &mut others {
            is_account(&other.sign_in("/login", ADA, PASSWORD).await);
        }
        is_account(&here.sign_in("/login", ADA, PASSWORD).await);
        let page = here.visit("/account/sessions").await;
        let others_listed = page.body.matches("action=\"/account/sessions/end\"").count();
        assert_eq!(others_listed, 2, "{}", page.body);
        assert!(page.body.contains("From 127.0.0.1"), "{}", page.body);
        let left = here.submit(&page, &[]).await;
        assert!(left.body.contains("You are signed in only here."), "{}", left.body);
        for mut other in others {
            asks_who(&other.visit("/account").await);
        }
        server.end().await;
    }
}

// experience §4.1, D-06: a server that did not make a page, after a restart or beside the one that did, takes its form
#[tokio::test]
async fn a_restart_between_page_and_form_is_not_noticed() {
    for engine in engines().into_iter().filter(|engine| *engine == Engine::Postgres) {
        let server = house(engine).await;
        let mut ada = server.visitor();
        let name = ada.visit("/login?return_to=%2Faccount%2Fprofile").await;
        let next = server.second_node().await;
        let mut ada = ada.moved_to(next.browser());
        let password = ada.submit(&name, &[("username", ADA)]).await;
        let done = ada.post(&Form::of(&password).with(&[("password", PASSWORD)])).await;
        assert_eq!((done.status, done.header("location")), (303, "/account/profile"));
        next.end().await;
        server.end().await;
    }
}

// experience §4.1: no page expires; a form from before is asked for once more, with what was typed
#[tokio::test]
async fn an_old_form_is_asked_for_once_more() {
    let server = house(Engine::Sqlite).await;
    let mut ada = server.visitor();
    let name = ada.visit("/login").await;
    let password = ada.submit(&name, &[("username", ADA)]).await;
    ada.cookies.clear();
    let page = ada.submit(&password, &[("password", PASSWORD)]).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Please try once more.") && page.body.contains(ADA));
    is_account(&ada.submit(&page, &[("password", PASSWORD)]).await);
    let mut other: Visitor = server.visitor();
    let page = other.submit(&name, &[("username", "eve@example.test")]).await;
    assert!(page.body.contains("Please try once more.") && page.body.contains("eve@example.test"));
    server.end().await;
}
