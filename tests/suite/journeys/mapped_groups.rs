//! Groups follow what a provider says, by rules (FED-04).

use crate::support::application::ADA;
use crate::support::database::{Engine, engines};
use crate::support::provider::{StandIn, object};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use serde_json::{Value, json};
use vestibule::accounts::groups;
use vestibule::accounts::model::{GroupName, Members, User, Users};
use vestibule::federation::model::{GroupRule, MappedGroups, Mapping, Settings};
use vestibule::kernel::email::Email;
use vestibule::kernel::failure::No;
use vestibule::platform::storage::{At, Work};
use vestibule::tenants::model::Slug;

fn name(text: &str) -> GroupName {
    GroupName::parse(text).unwrap()
}

fn rules(settings: &mut Settings) {
    let rule = |group: &str, value: &str| GroupRule {
        group: name(group),
        claim: "realm.groups".into(),
        value: value.into(),
    };
    let groups = vec![rule("keepers", "hall"), rule("desk", "front"), rule("nowhere", "hall")];
    settings.mapping = Mapping { groups, ..Mapping::default() };
}

struct House {
    stand_in: StandIn,
    server: TestServer,
    at: At,
}

impl House {
    /// With two groups of the three that rules name.
    async fn open(engine: Engine) -> Self {
        let stand_in = StandIn::start().await;
        let server = TestServer::with_provider_on(engine, &stand_in, rules).await;
        let house = Self { at: server.at(&server.default_tenant()), stand_in, server };
        let context = house.server.context();
        house
            .write(async |work: &mut Work| {
                groups::create(work, &name("keepers"), &context).await?;
                groups::create(work, &name("desk"), &context).await.map(drop)
            })
            .await;
        house
    }

    async fn write(
        &self,
        job: impl AsyncFnOnce(&mut Work) -> Result<(), No<groups::Refusal>> + Clone,
    ) {
        assert!(self.server.house().database.write(self.at, job).await.is_ok());
    }

    /// Somebody signs in of whom this is said.
    async fn says(&self, said: &[&str]) -> User {
        let said: Value = json!({ "realm": { "groups": said } });
        self.stand_in.script().person.extend(object(said));
        let home = self.server.visitor().go_via("elsewhere", &self.stand_in).await;
        assert_eq!(home.status, 200, "{}", home.text());
        let email = self.stand_in.script().person["email"].as_str().unwrap().to_owned();
        let email = Email::parse(&email).unwrap();
        let read = async |work: &mut Work| work.user_of_email(&email).await;
        self.server.house().database.read(self.at, read).await.unwrap().unwrap()
    }

    async fn groups_of(&self, user: &User) -> Vec<String> {
        let read = async |work: &mut Work| work.belonging_of(&user.id).await;
        let belonging = self.server.house().database.read(self.at, read).await.unwrap();
        belonging.groups.iter().map(ToString::to_string).collect()
    }
}

// FED-04, A-172: groups come and go with the claim, by rules that name them; no group is made by a claim
#[tokio::test]
async fn a_mapped_group_is_left_when_the_claim_is_gone() {
    for engine in engines() {
        let house = House::open(engine).await;
        let ada = house.says(&["hall", "desk", "nowhere"]).await;
        assert_eq!(house.groups_of(&ada).await, ["keepers"], "{engine:?}: rules alone lead in");
        house.says(&["hall", "front"]).await;
        assert_eq!(house.groups_of(&ada).await, ["desk", "keepers"], "{engine:?}");
        house.says(&["front"]).await;
        assert_eq!(house.groups_of(&ada).await, ["desk"], "{engine:?}");
        house.says(&[]).await;
        assert_eq!(house.groups_of(&ada).await, [""; 0], "{engine:?}");
        house.server.end().await;
    }
}

// FED-04: who is in a group by hand stays, whatever is said; who was taken out comes again with the next claim
#[tokio::test]
async fn a_group_by_hand_is_nobody_elses_to_take() {
    for engine in engines() {
        let house = House::open(engine).await;
        let (context, keepers, desk) = (house.server.context(), name("keepers"), name("desk"));
        let ada = house.says(&["hall"]).await;
        let id = &ada.id;
        house
            .write(async |work: &mut Work| {
                groups::add(work, (&desk, id), &context).await?;
                work.forget_all_mapped_into(id, &keepers).await?;
                groups::add(work, (&keepers, id), &context).await.map(drop)
            })
            .await;
        house.says(&["front", "hall"]).await;
        house.says(&[]).await;
        assert_eq!(house.groups_of(&ada).await, ["desk", "keepers"], "{engine:?}");
        let out =
            async |work: &mut Work| groups::remove(work, (&keepers, id), &context).await.map(drop);
        house.write(out).await;
        house.says(&["hall"]).await;
        assert_eq!(house.groups_of(&ada).await, ["desk", "keepers"], "{engine:?}");
        // Left in whatever way, it is nobody's note any more.
        house.write(out).await;
        let slug = Slug::parse("elsewhere").unwrap();
        let mapped = async |work: &mut Work| work.mapped_groups(id, &slug).await;
        assert_eq!(house.server.house().database.read(house.at, mapped).await.unwrap(), []);
        house.says(&["front"]).await;
        assert_eq!(house.groups_of(&ada).await, ["desk"], "{engine:?}");
        house.server.end().await;
    }
}

// FED-04: without the rule, or without the link, a group is left
#[tokio::test]
async fn a_mapped_group_goes_with_the_rule_and_with_the_link() {
    let house = House::open(Engine::Sqlite).await;
    let server = &house.server;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    let mut visitor = server.visitor();
    visitor.go_via("elsewhere", &house.stand_in).await;
    let offered = visitor.sign_in("/login?return_to=%2Flogin%2Flink", ADA, PASSWORD).await;
    visitor.submit(&offered, &[]).await;
    let ada = house.says(&["hall", "front"]).await;
    assert_eq!(house.groups_of(&ada).await, ["desk", "keepers"]);
    server
        .edit("elsewhere", |settings| {
            settings.mapping.groups.retain(|rule| rule.group == name("desk"));
        })
        .await;
    house.says(&["hall", "front"]).await;
    assert_eq!(house.groups_of(&ada).await, ["desk"], "no rule leads into the other any more");
    let page = visitor.visit("/account/linked").await;
    visitor.submit_to(&Form::of(&page)).await;
    assert_eq!(house.groups_of(&ada).await, [""; 0]);
}
