//! Somebody looks at what happened to their account.

use crate::support::database::engines;
use crate::support::server::TestServer;
use crate::support::visitor::{PASSWORD, Visitor};
use vestibule::accounts::model::Turn;
use vestibule::accounts::model::activity::Activity;
use vestibule::accounts::turn::turn;
use vestibule::kernel::time::Lifetime;
use vestibule::platform::storage::Work;

const BOB: &str = "bob@example.test";

async fn read(visitor: &mut Visitor, path: &str) -> String {
    let page = visitor.visit(path).await;
    assert!(page.body.contains("<h1>Activity</h1>"), "{}", page.text());
    page.body
}

// ACC-11: one's own events alone, in plain words, page by page, for ninety days
#[tokio::test]
async fn somebody_reads_what_happened_to_their_account() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let bob = server.person(&tenant, BOB, PASSWORD).await;
        server.person(&tenant, "eve@example.test", PASSWORD).await;
        server.visitor().sign_in("/login", "eve@example.test", "wrong").await;
        server.visitor().sign_in("/login", BOB, "wrong").await;
        let mut visitor = server.visitor();
        visitor.sign_in("/login", BOB, PASSWORD).await;
        let body = read(&mut visitor, "/account/activity").await;
        for (words, times) in
            [("Signed in", 1), ("A sign-in failed", 1), ("Your account was made", 1)]
        {
            assert_eq!(body.matches(words).count(), times, "{engine:?} {words}: {body}");
        }
        assert!(body.contains("A browser, from 127.0.0.1"), "{body}");
        let german = read_in(&mut visitor, "de").await;
        assert!(german.contains("Eine Anmeldung ist fehlgeschlagen"), "{german}");
        for _ in 0..25 {
            server.clock.advance(Lifetime::minutes(2));
            server.visitor().sign_in("/login", BOB, PASSWORD).await;
        }
        let body = read(&mut visitor, "/account/activity?lang=en").await;
        assert_eq!(body.matches("<li><div>").count(), 25, "{engine:?}: {body}");
        let older = body.split("href=\"/account/activity?before=").nth(1).unwrap();
        let older = older.split('"').next().unwrap();
        let body = read(&mut visitor, &format!("/account/activity?before={older}")).await;
        assert!(body.contains("Your account was made") && body.contains("Newest"), "{body}");
        read(&mut visitor, "/account/activity?before=%00&before=x").await;
        server.clock.advance(Lifetime::days(91));
        server.turn("housekeeping").await;
        let at = server.at(&tenant);
        let left = async |work: &mut Work| work.activity_of(&bob.id, "~", 100).await;
        assert_eq!(server.house().database.read(at, left).await.unwrap(), [], "{engine:?}");
        server.visitor().sign_in("/login", BOB, PASSWORD).await;
        let (database, context) = (&server.house().database, server.context());
        turn(database, server.at(&tenant), (&bob.id, Turn::Delete), &context).await.unwrap();
        assert_eq!(database.read(at, left).await.unwrap(), [], "{engine:?}: deleted");
        server.end().await;
    }
}

async fn read_in(visitor: &mut Visitor, language: &str) -> String {
    let page = visitor.visit(&format!("/account/activity?lang={language}")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.body
}

// ACC-09: where password managers look
#[tokio::test]
async fn password_managers_find_their_pages() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let acme = server.tenant("acme", &[]).await;
        for (base, tenant) in [("", server.default_tenant()), ("/t/acme", acme)] {
            let answer = server.browser().get(&format!("{base}/.well-known/change-password")).await;
            let expected = format!("{base}/account/password");
            assert_eq!((answer.status, answer.header("location")), (303, expected.as_str()));
            let told =
                server.browser().get(&format!("{base}/.well-known/passkey-endpoints")).await.json();
            let issuer = server.issuer(&tenant);
            assert_eq!(told["enroll"], format!("{issuer}/account/security/passkeys/add"));
            assert_eq!(told["manage"], format!("{issuer}/account/security"));
        }
        server.end().await;
    }
}
