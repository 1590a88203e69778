//! Somebody edits what is known of them.

use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use vestibule::accounts::create::find;
use vestibule::accounts::model::{Attribute, AttributeSchema, Field, User};
use vestibule::accounts::update::{Change, Editor, What, set_schema, update};

const ADA: &str = "ada@example.test";
const PROFILE: &str = "/account/profile";

async fn ada(server: &TestServer) -> User {
    let at = server.at(&server.default_tenant());
    find(&server.house().database, at, ADA).await.unwrap().unwrap()
}

async fn house(engine: Engine) -> TestServer {
    let server = TestServer::start(engine).await;
    let tenant = server.default_tenant();
    let user = server.person(&tenant, ADA, PASSWORD).await;
    let schema: AttributeSchema = serde_json::from_str(
        r#"{"type":"object","required":["team"],"properties":{
            "team":{"type":"string","title":"Team","enum":["Blue","Red"]},
            "floor":{"type":"integer","title":"Floor","minimum":0,"maximum":99},
            "grade":{"type":"string","title":"Grade","readOnly":true}}}"#,
    )
    .unwrap();
    let (database, at) = (&server.house().database, server.at(&tenant));
    set_schema(database, at, &schema, &server.context()).await.unwrap();
    let change =
        |name: &str, text: &str| Change { field: What::parse(name).unwrap(), text: text.into() };
    let kept = [change("employee_id", "00042"), change("attributes.grade", "E5")];
    let whose = (&user.id, Editor::Operator);
    update(database, at, whose, &kept, &server.context()).await.unwrap();
    server
}

// ACC-05, ACC-15, experience §4.4: what was typed is kept, and shown again
#[tokio::test]
async fn somebody_edits_their_profile() {
    for engine in engines() {
        let server = house(engine).await;
        let mut visitor = server.visitor();
        visitor.sign_in(PROFILE, ADA, PASSWORD).await;
        let page = visitor.visit(PROFILE).await;
        assert!(page.body.contains("<h1>Profile</h1>"), "{}", page.text());
        assert!(page.body.contains("value=\"00042\" readonly"), "{}", page.body);
        let typed = [
            ("name", "Ada O."),
            ("username", "Ada.O"),
            ("given_name", "Ada"),
            ("phone_number", "+234 801 234 5678"),
            ("zoneinfo", "Africa/Lagos"),
            ("street_address", "1 Hall Road\r\nBack door"),
            ("country", "Nigeria"),
            ("attributes.team", "Blue"),
            ("attributes.floor", "7"),
        ];
        let page = visitor.submit(&page, &typed).await;
        assert!(page.body.contains("Your profile is saved."), "{}", page.text());
        assert!(page.body.contains("value=\"+2348012345678\""), "{}", page.body);
        assert!(page.body.contains("<option selected>Blue</option>"), "{}", page.body);
        let user = ada(&server).await;
        assert_eq!((user.name.as_str(), user.username.unwrap().as_str()), ("Ada O.", "ada.o"));
        assert_eq!(user.profile.get(Field::StreetAddress), Some("1 Hall Road\nBack door"));
        assert_eq!(user.profile.get(Field::EmployeeId), Some("00042"));
        assert_eq!(user.profile.attributes["floor"], Attribute::Number(7));
        let overview = visitor.visit("/account").await;
        assert!(overview.body.contains("Ada O.") && overview.body.contains(PROFILE));
        server.end().await;
    }
}

// experience §4.1, WCAG 2.2 3.3.1: nothing typed is lost, and the field says what is wrong with it
#[tokio::test]
async fn a_wrong_field_says_so_and_nothing_is_saved() {
    let server = house(Engine::Sqlite).await;
    let other = server.person(&server.default_tenant(), "eve@example.test", PASSWORD).await;
    let taken = [Change { field: What::Username, text: "eve".into() }];
    let at = server.at(&server.default_tenant());
    let whose = (&other.id, Editor::Themselves);
    update(&server.house().database, at, whose, &taken, &server.context()).await.unwrap();
    let mut visitor = server.visitor();
    visitor.sign_in(PROFILE, ADA, PASSWORD).await;
    for (name, text, words) in [
        ("phone_number", "0801 234", "This must be a number with its country code"),
        ("birthdate", "31.12.1990", "This must be a date like 1990-12-31"),
        ("name", "", "This must be one line of at most 200 characters"),
        ("username", "EVE", "Somebody else has this one."),
        ("attributes.floor", "100", "This must be a whole number from 0 to 99"),
        ("attributes.team", "Green", ""),
    ] {
        let page = visitor.visit(PROFILE).await;
        let page = visitor.submit(&page, &[("nickname", "typed"), (name, text)]).await;
        assert_eq!(page.status, 422, "{name}");
        assert!(page.body.contains("<title>Error: Profile"), "{name}");
        assert!(page.body.contains(words), "{name}: {}", page.body);
        assert!(page.body.contains("value=\"typed\""), "{name}");
        let known = ada(&server).await;
        assert_eq!(known.profile.get(Field::Nickname), None, "{name}");
    }
    server.end().await;
}

// INV-13, ACC-01: what the organisation keeps is not for the person to change; a form from elsewhere changes nothing
#[tokio::test]
async fn nobody_writes_what_is_not_theirs() {
    let server = house(Engine::Sqlite).await;
    let mut visitor = server.visitor();
    visitor.sign_in(PROFILE, ADA, PASSWORD).await;
    let page = visitor.visit(PROFILE).await;
    for (name, text) in [
        ("employee_id", "1"),
        ("attributes.grade", "E9"),
        ("attributes.unknown", "x"),
        ("phone_number_verified", "true"),
        ("email", "eve@example.test"),
        ("status", "active"),
    ] {
        visitor.submit(&page, &[(name, text)]).await;
    }
    let user = ada(&server).await;
    assert_eq!(user.profile.get(Field::EmployeeId), Some("00042"));
    assert_eq!(user.profile.attributes["grade"], Attribute::Text("E5".into()));
    assert_eq!(user.profile.attributes.len(), 1);
    assert_eq!((user.email.as_str(), user.profile.phone_verified_at), (ADA, None));
    let form = Form::of(&page).with(&[("nickname", "planted"), ("token", "x")]);
    assert_eq!(visitor.post(&form).await.status, 422);
    let form = Form::of(&page).with(&[("nickname", "planted")]);
    let elsewhere = [("sec-fetch-site", "cross-site")];
    assert_eq!(visitor.post_with(&form, &elsewhere).await.status, 403);
    assert_eq!(ada(&server).await.profile.get(Field::Nickname), None);
    server.end().await;
}
