//! What people change about their own account: the password, the address.

use crate::support::browser::Answer;
use crate::support::database::engines;
use crate::support::server::TestServer;
use crate::support::visitor::{PASSWORD, Visitor};

const ADA: &str = "ada@example.test";
const NEW: &str = "quite-another-walk-through";
const MOVED: &str = "ada@elsewhere.test";

async fn is_signed_in(visitor: &mut Visitor) -> bool {
    visitor.get("/account").await.status == 200
}

// ACC-05, A-128, INV-21: with the present one; here one stays, elsewhere nobody does
#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    for engine in engines() {
        let mut server = TestServer::wanted(engine).with_mail().start().await;
        server.person(&server.default_tenant(), ADA, PASSWORD).await;
        server.plant(NEW);
        let (mut here, mut there) = (server.visitor(), server.visitor());
        there.sign_in("/login", ADA, PASSWORD).await;
        here.sign_in("/login", ADA, PASSWORD).await;
        let page = here.visit("/account/password").await;
        for (present, new, words) in [
            ("not this one", NEW, "That is not your present password."),
            (PASSWORD, "short", "Use at least 15 characters."),
            ("", NEW, "Enter your password."),
        ] {
            let refused = here.submit(&page, &[("present", present), ("password", new)]).await;
            assert!(refused.status == 422 && refused.body.contains(words), "{}", refused.text());
        }
        assert!(is_signed_in(&mut there).await, "{engine:?}: nothing has changed yet");
        let done = here.submit(&page, &[("present", PASSWORD), ("password", NEW)]).await;
        assert!(done.body.contains("Your password is changed."), "{}", done.body);
        assert!(is_signed_in(&mut here).await && !is_signed_in(&mut there).await, "{engine:?}");
        assert_eq!(server.visitor().sign_in("/login", ADA, NEW).await.status, 200);
        let letters = server.letters().await;
        let told = letters.iter().filter(|letter| letter.subject == "Your password was changed");
        assert_eq!(told.count(), 1, "{letters:?}");
        assert_eq!(server.visitor().get("/account/password").await.status, 303);
        server.end().await;
    }
}

// a browser that was left open is no place to guess from
#[tokio::test]
async fn the_present_password_is_not_guessed() {
    for engine in engines() {
        let server = TestServer::wanted(engine).start().await;
        server.person(&server.default_tenant(), ADA, PASSWORD).await;
        let mut eve = server.visitor();
        eve.sign_in("/login", ADA, PASSWORD).await;
        let page = eve.visit("/account/password").await;
        let mut statuses = Vec::new();
        for number in 0..12 {
            let guess = format!("guess {number}");
            statuses
                .push(eve.submit(&page, &[("present", &guess), ("password", NEW)]).await.status);
        }
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 10, "{engine:?}");
        assert_eq!(statuses[10..], [429, 429], "{engine:?}");
        server.end().await;
    }
}

async fn move_to(visitor: &mut Visitor, address: &str, password: &str) -> Answer {
    let page = visitor.visit("/account/email").await;
    visitor.submit(&page, &[("email", address), ("present", password)]).await
}

// ACC-05: confirmed from the new address, both are told, and the old one can take it back
#[tokio::test]
async fn an_address_moves_and_can_be_taken_back() {
    for engine in engines() {
        let server = TestServer::wanted(engine).with_mail().start().await;
        server.person(&server.default_tenant(), ADA, PASSWORD).await;
        let mut ada = server.visitor();
        ada.sign_in("/login", ADA, PASSWORD).await;
        assert_eq!(move_to(&mut ada, MOVED, "not this one").await.status, 422);
        assert!(server.letters().await.is_empty());
        let asked = move_to(&mut ada, MOVED, PASSWORD).await;
        assert!(asked.body.contains("Look for a letter at"), "{}", asked.body);
        let link = server.link(MOVED, "Confirm your new e-mail address").await;
        assert_eq!(server.visitor().sign_in("/login", MOVED, PASSWORD).await.status, 422);
        let page = ada.visit(&link).await;
        ada.submit(&page, &[]).await;
        assert_eq!(server.visitor().sign_in("/login", MOVED, PASSWORD).await.status, 200);
        assert_eq!(server.visitor().sign_in("/login", ADA, PASSWORD).await.status, 422);
        assert_eq!(ada.get(&link).await.status, 410);
        let letters = server.letters().await;
        for to in [ADA, MOVED] {
            let is_told = |letter: &&vestibule::platform::mail::Captured| {
                letter.to == to && letter.subject == "Your e-mail address was changed"
            };
            assert_eq!(letters.iter().filter(is_told).count(), 1, "{engine:?} {to}: {letters:?}");
        }
        let undo = server.link(ADA, "Your e-mail address was changed").await;
        let mut owner = server.visitor();
        let page = owner.visit(&undo).await;
        let done = owner.submit(&page, &[]).await;
        assert!(done.body.contains("<h1>Forgot your password?</h1>"), "{}", done.body);
        assert!(!is_signed_in(&mut ada).await, "{engine:?}: everybody is out");
        assert_eq!(server.visitor().sign_in("/login", ADA, PASSWORD).await.status, 200);
        server.end().await;
    }
}

// INV-20: whose address it is already is not told, and nothing comes of it
#[tokio::test]
async fn nobody_moves_to_an_address_that_is_taken() {
    for engine in engines() {
        let server = TestServer::wanted(engine).with_mail().start().await;
        for email in [ADA, MOVED] {
            server.person(&server.default_tenant(), email, PASSWORD).await;
        }
        let mut ada = server.visitor();
        ada.sign_in("/login", ADA, PASSWORD).await;
        let asked = move_to(&mut ada, MOVED, PASSWORD).await;
        assert!(asked.body.contains("Look for a letter at"), "{}", asked.body);
        assert!(server.letters().await.is_empty(), "{engine:?}");
        server.end().await;
    }
}
