//! People are told by mail what happens to their account, in their own language, and not for nothing.

use crate::support::database::engines;
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use vestibule::accounts::factors::second;
use vestibule::accounts::model::Field;
use vestibule::accounts::update::{Change, Editor, What, update};
use vestibule::kernel::failure::Done;
use vestibule::kernel::time::Lifetime;
use vestibule::platform::storage::Work;

const BOB: &str = "bob@example.test";

async fn subjects(server: &TestServer) -> Vec<String> {
    server.letters().await.into_iter().map(|letter| letter.subject).collect()
}

// ACC-07, ACC-11: of a browser that was not seen before, but for the first of all
#[tokio::test]
async fn a_sign_in_with_a_new_browser_is_told() {
    for engine in engines() {
        let server = TestServer::wanted(engine).with_mail().start().await;
        server.person(&server.default_tenant(), BOB, PASSWORD).await;
        let mut known = server.visitor();
        known.sign_in("/login", BOB, PASSWORD).await;
        assert_eq!(subjects(&server).await, [""; 0], "{engine:?}: the first");
        let page = known.visit("/logout").await;
        known.submit(&page, &[]).await;
        known.sign_in("/login", BOB, PASSWORD).await;
        assert_eq!(subjects(&server).await, [""; 0], "{engine:?}: a known browser");
        server.visitor().sign_in("/login", BOB, "a wrong password").await;
        assert_eq!(subjects(&server).await, [""; 0], "{engine:?}: nobody came in");
        server.clock.advance(Lifetime::minutes(1));
        server.visitor().sign_in("/login", BOB, PASSWORD).await;
        let letters = server.letters().await;
        assert_eq!(letters[0].subject, "A new sign-in to your account", "{engine:?}");
        assert_eq!((letters.len(), letters[0].to.as_str()), (1, BOB));
        assert!(letters[0].text.contains("A browser."), "{}", letters[0].text);
        server.end().await;
    }
}

// ACC-08: whatever changes the factors, from wherever, and who came in by a recovery code
#[tokio::test]
async fn factors_and_recovery_codes_are_told() {
    for engine in engines() {
        let server = TestServer::wanted(engine).with_mail().start().await;
        let tenant = server.default_tenant();
        let bob = server.person(&tenant, BOB, PASSWORD).await;
        let codes = server.second_factor(&tenant, &bob).await;
        let mut visitor = server.visitor();
        let page = visitor.sign_in("/login", BOB, PASSWORD).await;
        let mut form = crate::support::visitor::Form::of(&page);
        form.action = form.action.replace("/login/totp", "/login/recovery");
        visitor.submit_to(&form.with(&[("code", codes[0].reveal())])).await;
        let letters = server.letters().await;
        assert_eq!(letters[0].subject, "A recovery code was used", "{engine:?}");
        assert!(letters[0].text.contains("9 are left."), "{}", letters[0].text);
        let german = [Change { field: What::Field(Field::Locale), text: "de".into() }];
        let (database, at, context) =
            (&server.house().database, server.at(&tenant), server.context());
        update(database, at, (&bob.id, Editor::Operator), &german, &context).await.unwrap();
        server.clock.advance(Lifetime::minutes(1));
        let reset = async |work: &mut Work| Ok(second::reset(work, &bob.id, &context).await?);
        let done: Done<bool> = database.write(server.at(&tenant), reset).await;
        assert!(done.unwrap());
        let letters = server.letters().await;
        assert_eq!(letters[0].subject, "Ein Anmeldeweg wurde entfernt", "{engine:?}");
        server.end().await;
    }
}
