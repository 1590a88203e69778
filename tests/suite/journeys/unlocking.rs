//! Somebody was locked out, reads the letter, and comes in from the browser in which they opened it.

use crate::support::database::engines;
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use vestibule::kernel::time::Lifetime;

const BOB: &str = "bob@example.test";
const LETTER: &str = "Too many tries to sign in to your account";

async fn lock(server: &TestServer, email: &str) {
    for number in 0..5 {
        server.visitor().sign_in("/login", email, &format!("guess {number}")).await;
        server.clock.advance(Lifetime::seconds(5));
    }
}

// ACC-07, T-08, INV-19: the letter lets its reader try again; whoever guesses stays locked out
#[tokio::test]
async fn a_letter_lets_the_owner_of_a_mailbox_try_again() {
    for engine in engines() {
        let server = TestServer::wanted(engine).with_mail().start().await;
        server.person(&server.default_tenant(), BOB, PASSWORD).await;
        lock(&server, BOB).await;
        let mut bob = server.visitor();
        assert_eq!(bob.sign_in("/login", BOB, PASSWORD).await.status, 429, "{engine:?}");
        let link = server.link(BOB, LETTER).await;
        let page = bob.visit(&link).await;
        assert!(page.body.contains("<h1>Try again</h1>"), "{}", page.text());
        bob.get(&link).await;
        let mut eve = server.visitor();
        let password = bob.submit(&page, &[]).await;
        assert!(password.body.contains("<h1>Enter your password</h1>"), "{}", password.text());
        let inside = bob.submit(&password, &[("password", PASSWORD)]).await;
        assert!(inside.body.contains("<h1>Your account</h1>"), "{engine:?}: {}", inside.text());
        assert_eq!(eve.sign_in("/login", BOB, PASSWORD).await.status, 429, "{engine:?}: elsewhere");
        let again = server.visitor().get(&link).await;
        assert_eq!(again.status, 410, "once");
        server.end().await;
    }
}

// INV-20, A-120: nobody learns from a lock whether there is an account, and only a mailbox that has one gets a letter
#[tokio::test]
async fn a_lock_is_told_to_owners_alone_and_not_without_end() {
    for engine in engines() {
        let server = TestServer::wanted(engine).with_mail().start().await;
        server.person(&server.default_tenant(), BOB, PASSWORD).await;
        let nobody = "nobody@example.test";
        for _ in 0..2 {
            lock(&server, BOB).await;
            lock(&server, nobody).await;
            for email in [BOB, nobody] {
                let answer = server.visitor().sign_in("/login", email, PASSWORD).await;
                assert_eq!(answer.status, 429, "{email}");
            }
        }
        let letters = server.letters().await;
        let told: Vec<_> = letters.iter().map(|letter| letter.to.as_str()).collect();
        assert_eq!(told, [BOB], "{engine:?}");
        server.clock.advance(Lifetime::minutes(31));
        let link = server.link(BOB, LETTER).await;
        assert_eq!(server.visitor().get(&link).await.status, 410, "{engine:?}: over");
        server.end().await;
    }
}
