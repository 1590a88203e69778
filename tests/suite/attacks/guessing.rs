//! Guessing in masses: from many browsers, over two nodes, from one address.

use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD, Visitor};
use vestibule::kernel::time::Lifetime;
use vestibule::platform::storage::Work;

const BOB: &str = "bob@example.test";
const COUNT: &str = "SELECT COUNT(*) FROM events WHERE tenant_id = $1 AND kind = $2";

async fn looked_at(server: &TestServer) -> i64 {
    let at = server.at(&server.default_tenant());
    let read = server.house().database.read(at, async |work: &mut Work| {
        let tenant = work.tenant();
        vestibule::rows!(work, |c| sqlx::query_scalar(COUNT)
            .bind(tenant.as_str())
            .bind("login.failed")
            .fetch_one(c))
    });
    read.await.unwrap()
}

/// The nodes that there can be.
async fn nodes(engine: Engine) -> Vec<TestServer> {
    let first = TestServer::start(engine).await;
    match engine {
        Engine::Sqlite => vec![first],
        Engine::Postgres => {
            let second = first.beside().await;
            vec![first, second]
        }
    }
}

async fn filled_in(node: &TestServer) -> (Visitor, Form) {
    let mut visitor = node.visitor();
    let page = visitor.visit("/login").await;
    let page = visitor.submit(&page, &[("username", BOB)]).await;
    let form = Form::of(&page);
    (visitor, form)
}

async fn at_the_code(node: &TestServer) -> (Visitor, Form) {
    let mut visitor = node.visitor();
    let page = visitor.sign_in("/login", BOB, PASSWORD).await;
    let form = Form::of(&page);
    (visitor, form)
}

/// Two hundred at once, over all nodes: what came back.
async fn flood(ways: &[(Visitor, Form)], field: &'static str) -> Vec<u16> {
    let mut posts = Vec::new();
    for number in 0..200 {
        let (mut eve, form) = ways[number % ways.len()].clone();
        let form = form.with(&[(field, &format!("{number:06}"))]);
        posts.push(tokio::spawn(async move { eve.post(&form).await.status }));
    }
    let mut statuses = Vec::new();
    for post in posts {
        statuses.push(post.await.unwrap());
    }
    statuses
}

// INV-18: two hundred at once over two nodes, and no more than the limit is looked at
#[tokio::test]
async fn two_hundred_at_once_are_no_more_than_allowed() {
    for engine in engines() {
        let nodes = nodes(engine).await;
        let tenant = nodes[0].default_tenant();
        let bob = nodes[0].person(&tenant, BOB, PASSWORD).await;
        nodes[0].second_factor(&tenant, &bob).await;
        let (mut passwords, mut codes) = (Vec::new(), Vec::new());
        for node in &nodes {
            passwords.push(filled_in(node).await);
            codes.push(at_the_code(node).await);
        }
        for (ways, field) in [(passwords, "password"), (codes, "code")] {
            let before = looked_at(&nodes[0]).await;
            let statuses = flood(&ways, field).await;
            let seen = looked_at(&nodes[0]).await - before;
            // Time stands still, so the pause after the third never ends.
            assert!((1..=3).contains(&seen), "{engine:?} {field}: {seen} {statuses:?}");
            let answered = statuses.iter().filter(|status| **status == 422).count();
            assert!(answered <= 3, "{engine:?} {field}: {statuses:?}");
            assert!(statuses.iter().all(|s| [422, 429, 503].contains(s)), "{statuses:?}");
        }
        for node in nodes {
            node.end().await;
        }
    }
}

// INV-18, security §0.2: one address may guess so often, whosever accounts they are; known devices are not held up
#[tokio::test]
async fn an_address_may_guess_so_often() {
    for engine in engines() {
        let wanted = TestServer::wanted(engine).set("login.max_failed_per_address", "10");
        let server = wanted.start().await;
        server.person(&server.default_tenant(), BOB, PASSWORD).await;
        let mut known = server.visitor();
        assert_eq!(known.sign_in("/login", BOB, PASSWORD).await.status, 200);
        for number in 0..10 {
            let email = format!("somebody{number}@example.test");
            let answer = server.visitor().sign_in("/login", &email, "a guess").await;
            assert_eq!(answer.status, 422, "{engine:?} {number}");
        }
        let blocked = server.visitor().sign_in("/login", BOB, PASSWORD).await;
        assert_eq!((blocked.status, blocked.header("retry-after")), (429, "600"));
        let page = known.visit("/logout").await;
        known.submit(&page, &[]).await;
        assert_eq!(known.sign_in("/login", BOB, PASSWORD).await.status, 200);
        server.clock.advance(Lifetime::minutes(10));
        assert_eq!(server.visitor().sign_in("/login", BOB, PASSWORD).await.status, 200);
        server.end().await;
    }
}
