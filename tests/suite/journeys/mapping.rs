//! An account follows what a provider says, by rules: names and roles come and go with the claims (FED-04).

use crate::support::application::{ADA, web};
use crate::support::database::{Engine, engines};
use crate::support::provider::{StandIn, object};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use serde_json::{Value, json};
use vestibule::accounts::model::{Field, Role, Roles, User, Users};
use vestibule::accounts::roles::give;
use vestibule::federation::model::{MappedRoles, Mapping, RoleRule, Settings};
use vestibule::kernel::email::Email;
use vestibule::kernel::failure::Done;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Party, Registration};
use vestibule::platform::storage::Work;

fn rules(settings: &mut Settings) {
    let follows =
        [("name", "name"), ("picture", "picture"), ("locale", "locale"), ("email", "email")];
    settings.domains = vec!["example.test".into()];
    settings.mapping = Mapping {
        follows: follows.map(|(what, claim)| (what.to_owned(), claim.to_owned())).into(),
        roles: vec![RoleRule {
            role: Role::Admin,
            claim: "realm.groups".into(),
            value: "hall-admins".into(),
        }],
        ..Mapping::default()
    };
}

struct House {
    stand_in: StandIn,
    server: TestServer,
}

impl House {
    async fn open(engine: Engine) -> Self {
        let stand_in = StandIn::start().await;
        let server = TestServer::with_provider_on(engine, &stand_in, rules).await;
        Self { stand_in, server }
    }

    /// Somebody signs in of whom this is said, over what was said before.
    async fn says(&self, more: Value) -> User {
        self.stand_in.script().person.extend(object(more));
        let home = self.server.visitor().go_via("elsewhere", &self.stand_in).await;
        assert_eq!(home.status, 200, "{}", home.text());
        let email = self.stand_in.script().person["email"].as_str().unwrap().to_owned();
        self.of(&email).await.unwrap_or_else(|| panic!("nobody has {email}"))
    }

    async fn of(&self, email: &str) -> Option<User> {
        let (at, email) =
            (self.server.at(&self.server.default_tenant()), Email::parse(email).unwrap());
        let read = async |work: &mut Work| work.user_of_email(&email).await;
        self.server.house().database.read(at, read).await.unwrap()
    }

    async fn roles(&self, user: &User) -> Vec<Role> {
        let at = self.server.at(&self.server.default_tenant());
        let read = async |work: &mut Work| work.roles_of(&user.id).await;
        self.server.house().database.read(at, read).await.unwrap()
    }

    async fn give(&self, user: &User, role: Role) {
        let at = self.server.at(&self.server.default_tenant());
        let context = self.server.context();
        let give = async |work: &mut Work| {
            work.forget_all_mapped(&user.id, role).await?;
            Ok(give(work, (&user.id, role), &context).await?)
        };
        let done: Done<bool> = self.server.house().database.write(at, give).await;
        done.unwrap();
    }

    /// By whom that happened, as recorded.
    async fn happened(&self, kind: &str) -> Vec<String> {
        let at = self.server.at(&self.server.default_tenant());
        let read = self.server.house().database.read(at, async |work: &mut Work| {
            let tenant = work.tenant();
            vestibule::rows!(work, |c| sqlx::query_scalar(RECORDS)
                .bind(tenant.as_str())
                .bind(kind)
                .fetch_all(c))
        });
        let bodies: Vec<String> = read.await.unwrap();
        let by = |body: &String| {
            let body: Value = serde_json::from_str(body).unwrap();
            body["actor"]["type"].as_str().unwrap().to_owned()
        };
        let mut all: Vec<String> = bodies.iter().map(by).collect();
        all.sort();
        all
    }
}

const RECORDS: &str = "SELECT body FROM events WHERE tenant_id = $1 AND kind = $2";
const ADMINS: [&str; 2] = ["staff", "hall-admins"];

// FED-04: at each sign-in, what a rule names is what the provider says now, and nothing else
#[tokio::test]
async fn an_account_follows_the_claims_that_rules_name() {
    for engine in engines() {
        let house = House::open(engine).await;
        let user = house
            .says(json!({"picture": "https://idp.test/1.png", "locale": "de-AT", "nickname": "ada",
                "phone_number": "+442079460000", "role": "owner", "roles": ["owner", "admin"]}))
            .await;
        let of = |user: &User, field| user.profile.get(field).map(str::to_owned);
        assert_eq!(of(&user, Field::Picture).as_deref(), Some("https://idp.test/1.png"));
        assert_eq!(of(&user, Field::Locale).as_deref(), Some("de-AT"));
        assert_eq!((of(&user, Field::Nickname), of(&user, Field::PhoneNumber)), (None, None));
        assert_eq!(house.roles(&user).await, [Role::User], "the name of a role in a claim is none");
        // Another name, no picture, a language that is none, and another address that is verified there.
        let moved = house
            .says(json!({"name": "Ada Smith", "picture": null, "locale": "german, please",
                "email": "ada.smith@example.test"}))
            .await;
        assert_eq!((&moved.id, moved.name.as_str()), (&user.id, "Ada Smith"));
        assert_eq!(of(&moved, Field::Picture), None);
        assert_eq!(
            of(&moved, Field::Locale).as_deref(),
            Some("de-AT"),
            "what does not fit changes nothing"
        );
        assert!(moved.email_verified_at.is_some());
        // Not verified, of another domain, or somebody else's: it stays.
        house.server.person(&house.server.default_tenant(), "eve@example.test", PASSWORD).await;
        for (email, is_verified) in
            [("a@example.test", false), ("ada@elsewhere.test", true), ("eve@example.test", true)]
        {
            let more = json!({"email": email, "email_verified": is_verified});
            house.stand_in.script().person.extend(object(more));
            house.server.visitor().go_via("elsewhere", &house.stand_in).await;
            assert_eq!(house.of("ada.smith@example.test").await.unwrap().id, user.id, "{email}");
        }
    }
}

// FED-04, A-172: roles come and go with the claim; those given by hand stay, and so does the last administrator
#[tokio::test]
async fn a_mapped_role_is_taken_back_and_one_given_by_hand_is_not() {
    for engine in engines() {
        let house = House::open(engine).await;
        let admins = || json!({"realm": {"groups": ADMINS}});
        let nothing = || json!({"realm": {"groups": ["staff"]}});
        let user = house.says(admins()).await;
        assert_eq!(house.roles(&user).await, [Role::User, Role::Admin]);
        // Nobody else may administer yet.
        house.says(nothing()).await;
        assert_eq!(house.roles(&user).await, [Role::User, Role::Admin], "the last one stays");
        let tenant = house.server.default_tenant();
        let grace = house.server.person(&tenant, "grace@example.test", PASSWORD).await;
        house.give(&grace, Role::Owner).await;
        house.says(nothing()).await;
        assert_eq!(house.roles(&user).await, [Role::User]);
        assert_eq!(house.happened("role.removed").await, ["provider"]);
        // Given by hand: whatever is said or not said, it stays.
        house.says(admins()).await;
        house.give(&user, Role::Admin).await;
        house.says(nothing()).await;
        assert_eq!(house.roles(&user).await, [Role::User, Role::Admin]);
        house.says(admins()).await;
        house.says(nothing()).await;
        assert_eq!(house.roles(&user).await, [Role::User, Role::Admin]);
        assert_eq!(house.happened("role.assigned").await, ["provider", "provider", "system"]);
    }
}

// FED-04: whoever unlinks an identity loses what it gave
#[tokio::test]
async fn a_mapped_role_goes_with_the_link() {
    let house = House::open(Engine::Sqlite).await;
    let server = &house.server;
    let grace = server.person(&server.default_tenant(), "grace@example.test", PASSWORD).await;
    house.give(&grace, Role::Owner).await;
    house.stand_in.script().person.extend(object(json!({"realm": {"groups": ADMINS}})));
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    let mut ada = server.visitor();
    ada.go_via("elsewhere", &house.stand_in).await;
    let offered = ada.sign_in("/login?return_to=%2Flogin%2Flink", ADA, PASSWORD).await;
    ada.submit(&offered, &[]).await;
    let user = house.of(ADA).await.unwrap();
    assert_eq!(house.roles(&user).await, [Role::User], "linking is no sign-in");
    house.says(json!({})).await;
    assert_eq!(house.roles(&user).await, [Role::User, Role::Admin]);
    let page = ada.visit("/account/linked").await;
    ada.submit_to(&Form::of(&page)).await;
    assert_eq!(house.roles(&user).await, [Role::User]);
}

// FED-02: a button for the people of an application; it may name the provider itself, and a person once
#[tokio::test]
async fn an_application_has_its_own_providers_and_may_name_one() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    let first = || Registration { party: Party::First, ..web() };
    let photos = server.application(&server.default_tenant(), first()).await;
    let notes = server.application(&server.default_tenant(), first()).await;
    server.edit("elsewhere", |settings| settings.clients = vec![photos.id().into()]).await;
    let button = "Continue with Elsewhere";
    assert!(!server.visitor().visit("/login").await.body.contains(button));
    assert!(!server.visitor().visit(&notes.request(&[])).await.body.contains(button));
    assert!(server.visitor().visit(&photos.request(&[])).await.body.contains(button));
    let hinted = [("idp_hint", "elsewhere"), ("login_hint", "ada@corp.test")];
    let asked = server.visitor().visit(&notes.request(&hinted)).await;
    assert!(asked.body.contains("name=\"username\""), "it is none of theirs: {}", asked.body);
    let mut ada = server.visitor();
    let away = ada.open(&photos.request(&hinted)).await;
    let back = stand_in.sign_in(away.header("location")).await;
    assert_eq!(stand_in.script().query["login_hint"], "ada@corp.test");
    // Whoever comes back without being signed in is asked, and not sent there again.
    let (path, query) = back.split_once('?').unwrap();
    let state = query.split('&').find(|pair| pair.starts_with("state=")).unwrap();
    let page = ada.get(&format!("{path}?{state}&error=access_denied")).await;
    let other = page.body.split("href=\"").find(|rest| rest.starts_with("/login?")).unwrap();
    let other = other.split('"').next().unwrap().replace("&#38;", "&");
    let asked = ada.get(&other).await;
    assert_eq!(asked.status, 200, "{}", asked.text());
    assert!(asked.body.contains("name=\"username\"") && asked.body.contains(button));
    // The button passes the hint on as well.
    let form = Form::of(&page);
    let away = ada.post(&form).await;
    let back = stand_in.sign_in(away.header("location")).await;
    assert_eq!(stand_in.script().query["login_hint"], "ada@corp.test");
    let done = ada.get(&back).await;
    let done = ada.follow_here(done).await;
    assert!(crate::support::application::came_back(&done).contains_key("code"));
}

// INV-23, A-169: whoever has no password proves who they are where they came from, and the provider asks anew
#[tokio::test]
async fn somebody_without_a_password_confirms_at_their_provider() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    let mut ada = server.visitor();
    ada.go_via("elsewhere", &stand_in).await;
    server.clock.advance(Lifetime::minutes(6));
    let now = server.now().micros() / 1_000_000;
    stand_in.script().now = now;
    let unlink = Form::of(&ada.visit("/account/linked").await);
    let asked = ada.submit_to(&unlink).await;
    assert!(asked.body.contains("Confirm it is you"), "{}", asked.body);
    assert!(!asked.body.contains("type=\"password\""), "{}", asked.body);
    let there = Form::of(&asked);
    for (auth_time, status) in [(None, 400), (Some(now - 3600), 400), (Some(now), 303)] {
        stand_in.script().claims = object(json!({"auth_time": auth_time}));
        let away = ada.post(&there).await;
        let back = stand_in.sign_in(away.header("location")).await;
        assert_eq!(stand_in.script().query["max_age"], "300");
        assert_eq!(ada.get(&back).await.status, status, "{auth_time:?}");
    }
    // Sure enough now: it is refused for another reason.
    let unlink = Form::of(&ada.visit("/account/linked").await);
    let refused = ada.post(&unlink).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
}

// FED-05: a second factor after the provider does not lose where somebody came from; the offer has its time
#[tokio::test]
async fn the_offer_to_sign_out_there_outlasts_a_second_factor_and_ends_in_time() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    let place = format!("{}/end", stand_in.issuer);
    stand_in.script().metadata = object(json!({"end_session_endpoint": place}));
    server.visitor().go_via("elsewhere", &stand_in).await;
    let house = House { stand_in: stand_in.clone(), server };
    let user = house.of(ADA).await.unwrap();
    let server = &house.server;
    server.second_factor(&server.default_tenant(), &user).await;
    let mut ada = server.visitor();
    let asked = ada.go_via("elsewhere", &stand_in).await;
    let home = ada.submit(&asked, &[("code", &server.code())]).await;
    assert!(home.body.contains("Ada Okafor"), "{}", home.body);
    let page = ada.visit("/logout").await;
    let offer = ada.submit(&page, &[]).await;
    assert!(offer.body.contains("You may still be signed in at Elsewhere"), "{}", offer.body);
    let there = ada.post(&Form::of(&offer)).await;
    let location = there.header("location").to_owned();
    assert!(location.starts_with(&format!("{place}?id_token_hint=ey")), "{location}");
    // In another tenant it is nothing, and later it is nothing here.
    let ticket = Form::of(&offer).fields[0].1.clone();
    server.tenant("acme", &[]).await;
    for path in [format!("/t/acme/logout/done?at={ticket}"), "/logout/done?at=x".into()] {
        let page = server.visitor().visit(&path).await;
        assert!(!page.body.contains("Elsewhere"), "{}", page.body);
    }
    server.clock.advance(Lifetime::minutes(10));
    assert_eq!(ada.post(&Form::of(&offer)).await.header("location"), "/logout/done");
}
