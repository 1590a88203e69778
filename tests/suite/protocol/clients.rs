//! Clients over the wire: what a node keeps of them in memory is what the database says.

use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::machine::Machine;
use crate::support::server::TestServer;
use vestibule::admin::clients::{self, Turn};
use vestibule::kernel::failure::Done;
use vestibule::kernel::ids::ClientId;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Kind, Registration};
use vestibule::oauth::model::Scope;
use vestibule::platform::storage::Work;

async fn fetch(server: &TestServer, machine: &Machine) -> Answer {
    machine.post(server, "/oauth/token", "grant_type=client_credentials").await
}

// house §7: a token request asks the database nothing about its client; shown by taking the row away unseen
#[tokio::test]
async fn a_known_client_is_not_read_again() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let machine = Machine::register(&server, &tenant, Kind::Machine).await;
        assert_eq!(fetch(&server, &machine).await.status, 200);
        let gone: Done<u64> = server
            .house()
            .database
            .write(server.at(&tenant), async |work: &mut Work| {
                let tenant = work.tenant();
                Ok(vestibule::touch!(work, |c| sqlx::query(
                    "DELETE FROM clients WHERE tenant_id = $1"
                )
                .bind(tenant.as_str())
                .execute(c))?)
            })
            .await;
        assert_eq!(gone.unwrap(), 1);
        server.turn("refresh").await;
        assert_eq!(fetch(&server, &machine).await.status, 200, "{engine:?}");
        // A node that has not looked for a while does not trust its memory.
        server.clock.advance(Lifetime::seconds(11));
        assert_eq!(fetch(&server, &machine).await.status, 401, "{engine:?}");
        server.end().await;
    }
}

// D-12, INV-09: a change by anybody holds from the next look on, a second later at most
#[tokio::test]
async fn a_change_of_a_client_is_seen_at_the_next_look() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let machine = Machine::register(&server, &tenant, Kind::Machine).await;
        let id = ClientId::parse(&machine.id).unwrap();
        let (at, context) = (server.at(&tenant), server.context());
        let database = &server.house().database;
        let turn = async |what| clients::turn(database, at, (&id, what), &context).await.unwrap();
        let status = async || {
            server.turn("refresh").await;
            fetch(&server, &machine).await.status
        };
        assert_eq!(status().await, 200);
        assert!(turn(Turn::Disable).await && !turn(Turn::Disable).await);
        assert_eq!(status().await, 401, "{engine:?}");
        assert!(turn(Turn::Enable).await && !turn(Turn::Enable).await);
        assert_eq!(status().await, 200, "{engine:?}");

        let client = clients::get(database, at, &id).await.unwrap().unwrap();
        let narrow = Scope::parse("orders:read").unwrap();
        let new = Registration {
            scope: narrow.clone(),
            default_scope: narrow,
            ..client.registration.clone()
        };
        let changed = clients::update(database, at, (&client, &new), &context).await.unwrap();
        assert_eq!(changed, ["default_scope", "scope"]);
        assert_eq!(status().await, 200);
        assert_eq!(fetch(&server, &machine).await.json()["scope"], "orders:read", "{engine:?}");

        let parts = (database, &server.house().sealer);
        let at_once = (Lifetime::ZERO, &context);
        let secret = clients::rotate_secret(parts, at, &client, at_once).await.unwrap().unwrap();
        assert_eq!(status().await, 401, "the old secret, {engine:?}");
        let machine = Machine::with(&machine.id, secret.reveal());
        assert_eq!(fetch(&server, &machine).await.status, 200, "the new one");
        assert!(turn(Turn::Delete).await && !turn(Turn::Delete).await);
        server.turn("refresh").await;
        assert_eq!(fetch(&server, &machine).await.status, 401, "{engine:?}");
        server.end().await;
    }
}

// INV-24: a client of the same id in memory is no client of another tenant
#[tokio::test]
async fn a_kept_client_is_its_own_tenants() {
    let server = TestServer::start(Engine::Sqlite).await;
    let acme = server.tenant("acme", &[]).await;
    let machine = Machine::register(&server, &acme, Kind::Machine).await;
    let grant = "grant_type=client_credentials";
    assert_eq!(machine.post(&server, "/t/acme/oauth/token", grant).await.status, 200);
    assert_eq!(fetch(&server, &machine).await.status, 401);
    assert_eq!(machine.post(&server, "/t/acme/oauth/token", grant).await.status, 200);
    server.end().await;
}
