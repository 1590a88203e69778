//! Somebody makes an account of their own: the form, the letter, the first sign-in.

use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::mailbox::path;
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use vestibule::kernel::time::Lifetime;

const ADA: &str = "ada@example.test";
const CONFIRM: &str = "Confirm your e-mail address";
const KNOWN: &str = "You already have an account";

async fn apply(visitor: &mut Visitor, at: &str, email: &str) -> Answer {
    let page = visitor.visit(at).await;
    let fields = [("name", "Ada Okafor"), ("email", email), ("password", PASSWORD)];
    visitor.submit(&page, &fields).await
}

// ACC-02: confirmed from the letter, and back to where the journey began
#[tokio::test]
async fn somebody_registers_and_lands_where_they_came_from() {
    for engine in engines() {
        let mut server = TestServer::wanted(engine).with_mail().start().await;
        server.plant(PASSWORD);
        let mut ada = server.visitor();
        let page = ada.visit("/login?return_to=%2Flogout%2Fdone%3Fx%3D1").await;
        assert!(page.body.contains("Create account"), "{}", page.body);
        let sent = apply(&mut ada, "/register?return_to=%2Flogout%2Fdone%3Fx%3D1", ADA).await;
        assert!(sent.body.contains("<h1>Check your mail</h1>") && sent.body.contains(ADA));
        let link = server.link(ADA, CONFIRM).await;
        server.plant(link.rsplit('/').next().unwrap());
        // Programs open the links in letters, too: that changes nothing.
        for _ in 0..2 {
            let page = server.visitor().get(&link).await;
            assert_eq!(page.status, 200);
            assert_eq!(page.header("referrer-policy"), "no-referrer");
            assert_eq!(page.header("cache-control"), "no-store");
        }
        let refused = server.visitor().sign_in("/login", ADA, PASSWORD).await;
        assert_eq!(refused.status, 422, "{engine:?}: there is no account yet");
        let page = ada.visit(&link).await;
        assert!(!page.body.contains("type=\"password\""), "{}", page.body);
        let login = ada.submit(&page, &[]).await;
        assert!(login.body.contains("<h1>Sign in</h1>") && login.body.contains(ADA));
        let page = ada.submit(&login, &[]).await;
        let form = Form::of(&page).with(&[("password", PASSWORD)]);
        let done = ada.post(&form).await;
        assert_eq!((done.status, done.header("location")), (303, "/logout/done?x=1"));
        assert!(ada.visit("/account").await.body.contains("Ada Okafor"));
        // Once.
        let again = server.visitor().get(&link).await;
        assert_eq!(again.status, 410);
        assert!(again.body.contains("This link has been used"), "{}", again.body);
        // Who has forgotten the password within the minute is helped as well: only letters of a kind keep a distance.
        for _ in 0..2 {
            let mut forgetful = server.visitor();
            let page = forgetful.visit("/forgot").await;
            forgetful.submit(&page, &[("username", ADA)]).await;
        }
        let letters = server.letters().await;
        let helps = letters.iter().filter(|letter| letter.subject == "Choose a new password");
        assert_eq!(helps.count(), 1, "{engine:?}: {letters:?}");
        server.end().await;
    }
}

// ACC-02, INV-20: the page is the same for an address that is known; the letter tells
#[tokio::test]
async fn a_known_address_is_told_by_letter_alone() {
    for engine in engines() {
        let server = TestServer::wanted(engine).with_mail().start().await;
        server.person(&server.default_tenant(), ADA, PASSWORD).await;
        let mut bodies = Vec::new();
        for email in [ADA, "new@example.test"] {
            let mut visitor = server.visitor();
            let page = visitor.visit("/register").await;
            let fields =
                [("name", "Ada Okafor"), ("email", email), ("password", "another-hall-of-doors")];
            let form = Form::of(&page).with(&fields);
            let answer = visitor.post(&form).await;
            let sent = visitor.follow(answer).await;
            let token = Form::of(&sent).fields[0].1.clone();
            bodies.push(sent.body.replace(email, "").replace(&token, ""));
        }
        assert_eq!(bodies[0], bodies[1], "{engine:?}");
        let letters = server.letters().await;
        let subject = |to: &str| {
            let of: Vec<_> = letters.iter().filter(|letter| letter.to == to).collect();
            assert_eq!(of.len(), 1, "{letters:?}");
            of[0].subject.clone()
        };
        assert_eq!((subject(ADA).as_str(), subject("new@example.test").as_str()), (KNOWN, CONFIRM));
        let known = letters.iter().find(|letter| letter.to == ADA).unwrap();
        assert_eq!(path(known), "/login");
        assert_eq!(
            server.visitor().sign_in("/login", ADA, "another-hall-of-doors").await.status,
            422
        );
        server.end().await;
    }
}

// experience §4.3: resent after a minute, three letters an hour to one mailbox, always the same page
#[tokio::test]
async fn a_letter_is_sent_again_but_not_without_end() {
    for engine in engines() {
        let server = TestServer::wanted(engine).with_mail().start().await;
        let mut ada = server.visitor();
        let sent = apply(&mut ada, "/register", ADA).await;
        assert!(sent.body.contains("send it again in 60 seconds"), "{}", sent.body);
        let first = server.link(ADA, CONFIRM).await;
        ada.submit(&sent, &[]).await;
        assert_eq!(server.letters().await.len(), 1, "{engine:?}: too early");
        let mut counts = Vec::new();
        for _ in 0..4 {
            server.clock.advance(Lifetime::seconds(61));
            let page = ada.visit("/register/sent").await;
            let again = ada.submit(&page, &[]).await;
            assert!(again.body.contains("<h1>Check your mail</h1>"), "{}", again.body);
            counts.push(server.letters().await.len());
        }
        assert_eq!(counts, [2, 3, 3, 3], "{engine:?}");
        // The newest is good, and those before it are not.
        assert_eq!(ada.get(&first).await.status, 410);
        let newest = server.link(ADA, CONFIRM).await;
        assert_eq!(ada.get(&newest).await.status, 200);
        server.clock.advance(Lifetime::hours(25));
        let over = ada.get(&newest).await;
        assert!(over.status == 410 && over.body.contains("This link has expired"), "{}", over.body);
        server.end().await;
    }
}

// ACC-02: what was accepted is recorded, and without it nobody registers
#[tokio::test]
async fn what_was_accepted_is_recorded() {
    for engine in engines() {
        let server = TestServer::wanted(engine)
            .with_mail()
            .set("registration.terms_url", "https://example.com/terms")
            .set("registration.terms_version", "2026-11")
            .start()
            .await;
        let mut ada = server.visitor();
        let page = ada.visit("/register").await;
        let form =
            [("name", "Ada Okafor"), ("email", ADA), ("password", PASSWORD), ("accepted", "")];
        let page = ada.submit(&page, &form).await;
        assert_eq!(page.status, 422);
        assert!(
            page.body.contains("Accept the documents")
                && page.body.contains("value=\"Ada Okafor\"")
        );
        assert!(!page.body.contains(PASSWORD) && page.body.contains("https://example.com/terms"));
        ada.submit(&page, &[("password", PASSWORD), ("accepted", "yes")]).await;
        let link = server.link(ADA, CONFIRM).await;
        let page = ada.visit(&link).await;
        ada.submit(&page, &[]).await;
        let at = server.at(&server.default_tenant());
        let read = server.house().database.read(
            at,
            async |work: &mut vestibule::platform::storage::Work| {
                let tenant = work.tenant();
                vestibule::rows!(work, |c| sqlx::query_scalar(ACCEPTED)
                    .bind(tenant.as_str())
                    .fetch_all(c))
            },
        );
        let found: Vec<String> = read.await.unwrap();
        assert_eq!(found, ["terms 2026-11"], "{engine:?}");
        server.end().await;
    }
}

const ACCEPTED: &str = "SELECT document || ' ' || version FROM acceptances WHERE tenant_id = $1";

// experience §4.1: what is wrong is said at once, all of it, and what was typed stays
#[tokio::test]
async fn a_form_that_cannot_be_comes_back() {
    let server = TestServer::wanted(Engine::Sqlite)
        .with_mail()
        .set("registration.allowed_domains", "example.test")
        .start()
        .await;
    let mut ada = server.visitor();
    for (name, email, password, words) in [
        ("", ADA, PASSWORD, "Enter your name."),
        ("Ada", "no address", PASSWORD, "Enter an e-mail address"),
        ("Ada", "ada@elsewhere.test", PASSWORD, "Addresses of this domain"),
        ("Ada", "a@b@example.test", PASSWORD, "Enter an e-mail address"),
        ("Ada", "\"ada\"@example.test", PASSWORD, "Enter an e-mail address"),
        ("Ada", ADA, "", "Enter your password."),
        ("Ada", ADA, "short", "Use at least 15 characters."),
        ("Ada\r\nBcc: eve@example.test", ADA, PASSWORD, "Enter your name."),
    ] {
        let page = ada.visit("/register").await;
        let form = [("name", name), ("email", email), ("password", password)];
        let answer = ada.submit(&page, &form).await;
        assert_eq!(answer.status, 422, "{name:?} {email}: {}", answer.text());
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
        assert!(answer.body.contains("<title>Error: "), "{}", answer.body);
    }
    assert!(server.letters().await.is_empty());
    server.end().await;
}
