//! The contract of groups: names of their own, members that come and go, and each tenant's alone.

use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use vestibule::accounts::groups::{self, Refusal};
use vestibule::accounts::model::{
    Belonging, Group, GroupName, Groups, MOST_GROUPS, Members, Role, Turn,
};
use vestibule::accounts::roles::give;
use vestibule::accounts::turn::turn;
use vestibule::kernel::failure::{Done, Failure, No};
use vestibule::kernel::ids::UserId;
use vestibule::platform::storage::{At, Work};

struct House {
    server: TestServer,
    at: At,
}

fn name(text: &str) -> GroupName {
    GroupName::parse(text).unwrap()
}

fn answer<T>(done: Result<T, No<Refusal>>) -> Result<T, Refusal> {
    done.map_err(|no| match no {
        No::Refused(refusal) => refusal,
        No::Failed(failure) => panic!("{failure}"),
    })
}

impl House {
    async fn open(engine: Engine) -> Self {
        let server = TestServer::start(engine).await;
        let at = server.at(&server.default_tenant());
        Self { server, at }
    }

    async fn person(&self, email: &str) -> UserId {
        self.server.person(&self.server.default_tenant(), email, PASSWORD).await.id
    }

    async fn write<T>(
        &self,
        job: impl AsyncFnOnce(&mut Work) -> Result<T, No<Refusal>> + Clone,
    ) -> Result<T, Refusal> {
        answer(self.server.house().database.write(self.at, job).await)
    }

    async fn read<T>(&self, job: impl AsyncFnOnce(&mut Work) -> Result<T, Failure>) -> T {
        self.server.house().database.read(self.at, job).await.unwrap()
    }

    async fn make(&self, text: &str) -> Result<Group, Refusal> {
        let (name, context) = (name(text), self.server.context());
        self.write(async |work: &mut Work| groups::create(work, &name, &context).await).await
    }

    async fn rename(&self, old: &str, new: &str) -> Result<Group, Refusal> {
        let (old, new, context) = (name(old), name(new), self.server.context());
        let rename = async |work: &mut Work| groups::rename(work, (&old, &new), &context).await;
        self.write(rename).await
    }

    async fn delete(&self, text: &str) -> Result<Group, Refusal> {
        let (name, context) = (name(text), self.server.context());
        self.write(async |work: &mut Work| groups::delete(work, &name, &context).await).await
    }

    async fn add(&self, text: &str, user: &UserId) -> Result<bool, Refusal> {
        let (name, context) = (name(text), self.server.context());
        self.write(async |work: &mut Work| groups::add(work, (&name, user), &context).await).await
    }

    async fn remove(&self, text: &str, user: &UserId) -> Result<bool, Refusal> {
        let (name, context) = (name(text), self.server.context());
        let remove = async |work: &mut Work| groups::remove(work, (&name, user), &context).await;
        self.write(remove).await
    }

    async fn belonging(&self, user: &UserId) -> Belonging {
        self.read(async |work: &mut Work| work.belonging_of(user).await).await
    }

    async fn groups_of(&self, user: &UserId) -> Vec<String> {
        self.belonging(user).await.groups.iter().map(ToString::to_string).collect()
    }

    /// How often that was recorded.
    async fn happened(&self, kind: &str) -> i64 {
        let tenant = self.at.tenant;
        let count = async |work: &mut Work| {
            vestibule::rows!(work, |c| sqlx::query_scalar(RECORDS)
                .bind(tenant.as_str())
                .bind(kind)
                .fetch_one(c))
        };
        self.read(count).await
    }
}

const RECORDS: &str = "SELECT COUNT(*) FROM events WHERE tenant_id = $1 AND kind = $2";

// AUT-01: a name is one group's; it changes, and whoever is in the group stays
#[tokio::test]
async fn a_group_has_its_name_alone() {
    for engine in engines() {
        let house = House::open(engine).await;
        let ada = house.person("ada@example.test").await;
        let made = house.make("keepers").await.unwrap();
        assert_eq!(house.make("keepers").await, Err(Refusal::Taken(name("keepers"))));
        house.make("Keepers").await.unwrap();
        assert_eq!(house.add("keepers", &ada).await, Ok(true));
        assert_eq!(
            house.rename("keepers", "Keepers").await,
            Err(Refusal::Taken(name("Keepers"))),
            "{engine:?}"
        );
        assert_eq!(house.rename("keepers", "keepers").await.unwrap(), made);
        let renamed = house.rename("keepers", "hall").await.unwrap();
        assert_eq!((renamed.id, house.groups_of(&ada).await), (made.id, vec!["hall".into()]));
        let none = Err(Refusal::NoGroup(name("keepers")));
        assert_eq!(house.rename("keepers", "x").await, none);
        assert_eq!(house.delete("keepers").await, none);
        house.delete("hall").await.unwrap();
        assert_eq!(house.groups_of(&ada).await, [""; 0], "{engine:?}: nobody is in it any more");
        let left = house.read(async |work: &mut Work| work.groups().await).await;
        let left: Vec<_> =
            left.iter().map(|(group, members)| (group.name.as_str(), *members)).collect();
        assert_eq!(left, [("Keepers", 0)], "{engine:?}");
        for (kind, times) in [("group.created", 2), ("group.renamed", 1), ("group.deleted", 1)] {
            assert_eq!(house.happened(kind).await, times, "{engine:?}: {kind}");
        }
        house.server.end().await;
    }
}

// AUT-01: twice is once, and roles and groups are read together
#[tokio::test]
async fn people_come_into_a_group_and_go() {
    for engine in engines() {
        let house = House::open(engine).await;
        let ada = house.person("ada@example.test").await;
        let grace = house.person("grace@example.test").await;
        assert_eq!(house.belonging(&ada).await.roles, [Role::User]);
        for text in ["keepers", "Desk", "archive"] {
            house.make(text).await.unwrap();
            assert_eq!(house.add(text, &ada).await, Ok(true));
        }
        assert_eq!(house.add("keepers", &ada).await, Ok(false), "{engine:?}: already in");
        assert_eq!(house.add("keepers", &grace).await, Ok(true));
        let context = house.server.context();
        let admin = async |work: &mut Work| Ok(give(work, (&ada, Role::Admin), &context).await?);
        let done: Done<bool> = house.server.house().database.write(house.at, admin).await;
        assert!(done.unwrap());
        let all = house.belonging(&ada).await;
        assert_eq!(all.roles, [Role::User, Role::Admin]);
        assert_eq!(all.groups, ["Desk", "archive", "keepers"].map(name), "{engine:?}: in order");
        let keepers = house.make("x").await.map(|_| name("keepers")).unwrap();
        let page = async |work: &mut Work| {
            let group = work.group_named(&keepers).await?.unwrap();
            let first = work.members(&group.id, "", 1).await?;
            let second = work.members(&group.id, first[0].user.as_str(), 9).await?;
            Ok([first, second].concat())
        };
        let members: Vec<_> = house.read(page).await.into_iter().map(|one| one.user).collect();
        assert_eq!(members, [ada.clone(), grace.clone()], "{engine:?}");
        assert_eq!(house.remove("keepers", &grace).await, Ok(true));
        assert_eq!(house.remove("keepers", &grace).await, Ok(false));
        assert_eq!(house.groups_of(&grace).await, [""; 0]);
        assert_eq!(house.add("nothing", &ada).await, Err(Refusal::NoGroup(name("nothing"))));
        for (kind, times) in [("group.member_added", 4), ("group.member_removed", 1)] {
            assert_eq!(house.happened(kind).await, times, "{engine:?}: {kind}");
        }
        house.server.end().await;
    }
}

// AUT-01, house §7: two who do the same at once have done it once
#[tokio::test]
async fn two_who_add_at_once_add_once() {
    for engine in engines() {
        let house = House::open(engine).await;
        let ada = house.person("ada@example.test").await;
        for number in 0..5 {
            let text = format!("group {number}");
            let (one, two) = tokio::join!(house.make(&text), house.make(&text));
            assert_eq!(i32::from(one.is_ok()) + i32::from(two.is_ok()), 1, "{engine:?}");
            let (one, two) = tokio::join!(house.add(&text, &ada), house.add(&text, &ada));
            assert_ne!(one.unwrap(), two.unwrap(), "{engine:?}");
            let (one, two) = tokio::join!(house.remove(&text, &ada), house.remove(&text, &ada));
            assert_ne!(one.unwrap(), two.unwrap(), "{engine:?}");
        }
        house.server.end().await;
    }
}

// ACC-01, AUT-01: whoever is deleted is in no group, and comes into none
#[tokio::test]
async fn a_deleted_person_is_in_no_group() {
    for engine in engines() {
        let house = House::open(engine).await;
        let ada = house.person("ada@example.test").await;
        house.make("keepers").await.unwrap();
        house.add("keepers", &ada).await.unwrap();
        let (database, context) = (&house.server.house().database, house.server.context());
        turn(database, house.at, (&ada, Turn::Delete), &context).await.unwrap();
        assert_eq!(house.groups_of(&ada).await, [""; 0], "{engine:?}");
        assert_eq!(house.add("keepers", &ada).await, Err(Refusal::Nobody), "{engine:?}");
        house.server.end().await;
    }
}

// P-220: what stands in one token stays short enough for a header
#[tokio::test]
async fn nobody_is_in_more_groups_than_a_token_holds() {
    let house = House::open(Engine::Sqlite).await;
    let ada = house.person("ada@example.test").await;
    for number in 0..MOST_GROUPS {
        house.make(&format!("group {number}")).await.unwrap();
        assert_eq!(house.add(&format!("group {number}"), &ada).await, Ok(true));
    }
    house.make("one more").await.unwrap();
    assert_eq!(house.add("one more", &ada).await, Err(Refusal::TooMany));
    assert_eq!(house.add("group 7", &ada).await, Ok(false), "already in");
    house.remove("group 7", &ada).await.unwrap();
    assert_eq!(house.add("one more", &ada).await, Ok(true));
    house.server.end().await;
}

// INV-24: the same name elsewhere is another group, and nobody of ours is in it
#[tokio::test]
async fn a_group_is_of_its_tenant_alone() {
    for engine in engines() {
        let house = House::open(engine).await;
        let ada = house.person("ada@example.test").await;
        let ours = house.make("keepers").await.unwrap();
        house.add("keepers", &ada).await.unwrap();
        let acme = house.server.tenant("acme", &[]).await;
        let there = House { at: house.server.at(&acme), server: house.server };
        assert_eq!(there.delete("keepers").await, Err(Refusal::NoGroup(name("keepers"))));
        assert_ne!(there.make("keepers").await.unwrap().id, ours.id, "{engine:?}");
        assert_eq!(there.add("keepers", &ada).await, Err(Refusal::Nobody), "{engine:?}");
        assert_eq!(there.remove("keepers", &ada).await, Ok(false), "{engine:?}");
        assert_eq!(there.groups_of(&ada).await, [""; 0], "{engine:?}");
        there.server.end().await;
    }
}
