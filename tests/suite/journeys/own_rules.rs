//! A tenant has rules of its own for passwords and for signing in.

use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{PASSWORD, Visitor};
use vestibule::accounts::create::{Mailbox, NewUser, Refusal, create};
use vestibule::accounts::model::Breach;
use vestibule::accounts::update::{Change, Editor, What, update};
use vestibule::admin::settings::set;
use vestibule::kernel::email::Email;
use vestibule::kernel::failure::No;
use vestibule::kernel::secret::Secret;
use vestibule::tenants::model::Tenant;

const ADA: &str = "ada@example.test";

/// As `vestibule tenant set` does it, and seen.
async fn rule(server: &TestServer, tenant: &Tenant, name: &str, value: &str) {
    let house = server.house();
    let (settings, context) = (house.settings.load(), server.context());
    let (database, at) = (&house.database, server.at(tenant));
    set(database, at, &settings, (name, Some(value)), &context).await.unwrap();
    server.turn("refresh").await;
}

fn at(server: &TestServer, tenant: &Tenant) -> Visitor {
    let host = tenant.hosts[0].as_str().to_owned();
    Visitor::at(server.browser_at(&host))
}

// ACC-06: what is weak in one tenant is good in another
#[tokio::test]
async fn a_tenant_has_rules_of_its_own_for_passwords() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let acme = server.tenant("acme", &["acme.test"]).await;
        rule(&server, &acme, "password.min_length", "30").await;
        let wanted = NewUser {
            email: Email::parse(ADA).unwrap(),
            name: "Ada".into(),
            password: Secret::new(PASSWORD),
            mailbox: Mailbox::Proven,
        };
        let make = async |tenant: &Tenant| {
            let making = server.house().account_making(tenant.id).unwrap();
            create(&making, server.at(tenant), &wanted, &server.context()).await
        };
        let refused = make(&acme).await;
        let short = Refusal::Weak(vec![Breach::TooShort { min: 30 }]);
        assert!(matches!(refused, Err(No::Refused(why)) if why == short), "{engine:?}");
        make(&server.default_tenant()).await.unwrap();
        server.end().await;
    }
}

// ACC-03: only where the tenant says so, and with the same answer to whoever guesses
#[tokio::test]
async fn a_tenant_lets_people_sign_in_by_their_username() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let acme = server.tenant("acme", &["acme.test"]).await;
        let user = server.person(&acme, ADA, PASSWORD).await;
        let called = [Change { field: What::Username, text: "ada".into() }];
        let (database, here, context) =
            (&server.house().database, server.at(&acme), server.context());
        update(database, here, (&user.id, Editor::Operator), &called, &context).await.unwrap();
        let refused = at(&server, &acme).sign_in("/login", "ada", PASSWORD).await;
        assert_eq!(refused.status, 422, "{engine:?}: {}", refused.text());
        rule(&server, &acme, "login.by_username", "true").await;
        let page = at(&server, &acme).visit("/login").await;
        assert!(page.body.contains("E-mail or username"), "{}", page.body);
        let inside = at(&server, &acme).sign_in("/login", " Ada ", PASSWORD).await;
        assert!(inside.body.contains("<h1>Your account</h1>"), "{engine:?}: {}", inside.text());
        // Both names are one account, also for whoever guesses.
        for number in 0..5 {
            server.clock.advance(vestibule::kernel::time::Lifetime::minutes(1));
            let name = if number % 2 == 0 { "ada" } else { ADA };
            at(&server, &acme).sign_in("/login", name, "wrong-walk-through-hall").await;
        }
        let locked = at(&server, &acme).sign_in("/login", "ada", PASSWORD).await;
        assert_eq!(locked.status, 429, "{}", locked.text());
        server.end().await;
    }
}

// ACC-08
#[tokio::test]
async fn a_tenant_demands_a_second_factor_of_everybody() {
    let server = TestServer::start(Engine::Sqlite).await;
    let acme = server.tenant("acme", &["acme.test"]).await;
    server.person(&acme, ADA, PASSWORD).await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    rule(&server, &acme, "login.second_factor", "everybody").await;
    let page = at(&server, &acme).sign_in("/login", ADA, PASSWORD).await;
    assert!(page.body.contains("<h1>Set up two-step sign-in</h1>"), "{}", page.text());
    let page = server.visitor().sign_in("/login", ADA, PASSWORD).await;
    assert!(page.body.contains("<h1>Your account</h1>"), "another tenant: {}", page.text());
    server.end().await;
}
