//! The contract of roles: given once, and never taken from the last who may administer.

use crate::support::database::engines;
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use vestibule::accounts::model::{LastAdministrator, Role, Roles};
use vestibule::accounts::roles::{give, take};
use vestibule::kernel::failure::{Done, No};
use vestibule::kernel::ids::UserId;
use vestibule::platform::storage::{At, Database, Work};

async fn given(server: &TestServer, user: &UserId, role: Role) -> bool {
    let context = server.context();
    let give = async |work: &mut Work| Ok(give(work, (user, role), &context).await?);
    let done: Done<bool> = database_of(server).write(at(server), give).await;
    done.unwrap()
}

async fn taken(server: &TestServer, user: &UserId, role: Role) -> Result<bool, LastAdministrator> {
    let context = server.context();
    let take = async |work: &mut Work| take(work, (user, role), &context).await;
    match database_of(server).write(at(server), take).await {
        Ok(is_taken) => Ok(is_taken),
        Err(No::Refused(last)) => Err(last),
        Err(No::Failed(failure)) => panic!("{failure}"),
    }
}

fn database_of(server: &TestServer) -> &Database {
    &server.house().database
}

fn at(server: &TestServer) -> At {
    server.at(&server.default_tenant())
}

// experience §1.6, A-191: the last who may administer cannot be demoted
#[tokio::test]
async fn the_last_administrator_stays() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let ada = server.person(&tenant, "ada@example.test", PASSWORD).await.id;
        let grace = server.person(&tenant, "grace@example.test", PASSWORD).await.id;
        assert!(given(&server, &ada, Role::Admin).await);
        assert!(!given(&server, &ada, Role::Admin).await, "{engine:?}: once");
        assert!(!given(&server, &ada, Role::User).await, "{engine:?}: everybody is");
        assert_eq!(taken(&server, &grace, Role::Admin).await, Ok(false));
        assert_eq!(taken(&server, &ada, Role::Admin).await, Err(LastAdministrator));
        assert!(given(&server, &ada, Role::Owner).await);
        assert_eq!(taken(&server, &ada, Role::Admin).await, Ok(true), "{engine:?}: still owner");
        assert_eq!(taken(&server, &ada, Role::Owner).await, Err(LastAdministrator));
        given(&server, &grace, Role::Admin).await;
        assert_eq!(taken(&server, &ada, Role::Owner).await, Ok(true));
        let read =
            async |work: &mut Work| Ok((work.roles_of(&ada).await?, work.roles_of(&grace).await?));
        let (adas, graces) = database_of(&server).read(at(&server), read).await.unwrap();
        assert_eq!((adas, graces), (vec![Role::User], vec![Role::User, Role::Admin]));
        server.end().await;
    }
}

// A-191, house §7: two who leave at once do not each rely on the other
#[tokio::test]
async fn two_who_leave_at_once_leave_one() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let ada = server.person(&tenant, "ada@example.test", PASSWORD).await.id;
        let grace = server.person(&tenant, "grace@example.test", PASSWORD).await.id;
        for _ in 0..5 {
            given(&server, &ada, Role::Admin).await;
            given(&server, &grace, Role::Admin).await;
            let (one, two) = tokio::join!(
                taken(&server, &ada, Role::Admin),
                taken(&server, &grace, Role::Admin)
            );
            assert_eq!(i32::from(one.is_ok()) + i32::from(two.is_ok()), 1, "{engine:?}");
        }
        server.end().await;
    }
}

// INV-24
#[tokio::test]
async fn a_role_counts_in_its_tenant_alone() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let (tenant, acme) = (server.default_tenant(), server.tenant("acme", &[]).await);
        let ada = server.person(&tenant, "ada@example.test", PASSWORD).await.id;
        given(&server, &ada, Role::Admin).await;
        for (tenant, expected) in [(&tenant, vec![ada.clone()]), (&acme, Vec::new())] {
            let some = async |work: &mut Work| Ok(work.some_administrators().await?);
            let done: Done<Vec<UserId>> = database_of(&server).write(server.at(tenant), some).await;
            assert_eq!(done.unwrap(), expected, "{engine:?}");
        }
        server.end().await;
    }
}
