//! Signing in through another provider, as people and operators meet it.

use crate::support::program::Ground;
use crate::support::provider::{SECRET, StandIn, object};
use crate::support::server::TestServer;
use crate::support::visitor::{Form, PASSWORD};
use serde_json::json;
use vestibule::federation::model::Kind;

const ADA: &str = "ada@example.test";

// FED-01, FED-02, INV-22: a first arrival makes an account; the pair of issuer and subject finds it again
#[tokio::test]
async fn somebody_arrives_and_is_known_when_they_come_again() {
    let stand_in = StandIn::start().await;
    let mut server = TestServer::with_provider(&stand_in, |_| ()).await;
    server.plant(SECRET);
    let mut ada = server.visitor();
    let page = ada.visit("/login").await;
    assert!(page.body.contains("Continue with Elsewhere"));
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.contains(&format!("form-action 'self' {}", stand_in.issuer)), "{policy}");
    let home = ada.go_via("elsewhere", &stand_in).await;
    assert!(home.body.contains("Ada Okafor") && home.body.contains(ADA), "{}", home.body);
    let query = stand_in.script().query.clone();
    assert_eq!(query["scope"], "openid email profile");
    assert_eq!(
        (query["code_challenge_method"].as_str(), query["response_type"].as_str()),
        ("S256", "code")
    );
    // Another address and another name there: the same account here.
    stand_in.script().person.insert("email".into(), json!("new@example.test"));
    let home = server.visitor().go_via("elsewhere", &stand_in).await;
    assert!(home.body.contains(ADA), "{}", home.body);
}

// FED-04: an address of its domain leads to a provider, whether or not somebody has it
#[tokio::test]
async fn an_address_leads_to_its_provider_whoever_has_it() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |settings| {
        settings.routes = vec!["example.test".into()];
    });
    let server = server.await;
    server.person(&server.default_tenant(), ADA, PASSWORD).await;
    for email in [ADA, "nobody@EXAMPLE.test"] {
        let mut visitor = server.visitor();
        let page = visitor.visit("/login?return_to=%2Faccount%2Flinked").await;
        let away = visitor.post(&Form::of(&page).with(&[("username", email)])).await;
        let back = stand_in.sign_in(away.header("location")).await;
        assert_eq!(stand_in.script().query["login_hint"], email);
        assert!(back.starts_with("/login/via/elsewhere/callback?"));
    }
    let mut other = server.visitor();
    let page = other.visit("/login").await;
    let page = other.submit(&page, &[("username", "ada@sub.example.test")]).await;
    assert!(page.body.contains("Enter your password"), "{}", page.body);
}

// experience: what a provider says of an error is a sentence with a way on, and nothing of its own words
#[tokio::test]
async fn an_error_of_the_provider_is_a_sentence_with_a_way_on() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    for (error, words) in [
        ("access_denied", "You did not finish signing in at Elsewhere."),
        ("temporarily_unavailable", "Elsewhere has a problem at the moment."),
        ("login_required", "Elsewhere wants to ask you something first."),
        ("<script>", "Elsewhere refused our request."),
    ] {
        let mut ada = server.visitor();
        let place = ada.leave("elsewhere").await;
        let state = place.split('&').find(|pair| pair.starts_with("state=")).unwrap().to_owned();
        let error: String = url::form_urlencoded::byte_serialize(error.as_bytes()).collect();
        let back = format!("/login/via/elsewhere/callback?{state}&error={error}");
        let page = ada.get(&back).await;
        assert_eq!(page.status, 400);
        assert!(page.body.contains(words), "{words}: {}", page.body);
        assert!(page.body.contains("Try Elsewhere again"));
        // The way on works.
        let place = ada.post(&Form::of(&page)).await;
        let back = stand_in.sign_in(place.header("location")).await;
        assert_eq!(ada.get(&back).await.status, 303);
    }
}

// FED-01: only people of the organisation that is asked for; the ID token alone says whose they are
#[tokio::test]
async fn google_people_are_of_the_organisation_that_is_asked_for() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |settings| {
        settings.kind = Kind::Google;
        settings.hosted_domain = Some("corp.test".into());
        settings.prompt = Some("select_account".into());
    });
    let server = server.await;
    for other in [json!({}), json!({"hd": "other.test"})] {
        stand_in.script().claims = object(other);
        let page = server.visitor().go_via("elsewhere", &stand_in).await;
        assert!(page.body.contains("could not be used"), "{}", page.body);
    }
    let query = stand_in.script().query.clone();
    assert_eq!((query["hd"].as_str(), query["prompt"].as_str()), ("corp.test", "select_account"));
    stand_in.script().claims = object(json!({"hd": "corp.test"}));
    assert!(server.visitor().go_via("elsewhere", &stand_in).await.body.contains(ADA));
}

// FED-02: GitHub has no ID token: the user has a number, and the primary address counts if it is verified
#[tokio::test]
async fn github_is_asked_for_the_user_and_the_addresses() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |settings| {
        settings.kind = Kind::Github;
        settings.scopes = vec!["read:user".into(), "user:email".into()];
    });
    let server = server.await;
    stand_in.script().person.insert("email_verified".into(), json!(false));
    let page = server.visitor().go_via("elsewhere", &stand_in).await;
    assert!(page.body.contains("has not verified your e-mail address"), "{}", page.body);
    stand_in.script().person.insert("email_verified".into(), json!(true));
    let home = server.visitor().go_via("elsewhere", &stand_in).await;
    assert!(home.body.contains(ADA), "{}", home.body);
    assert_eq!(stand_in.asked("metadata"), 0);
}

// FED-02, OIDC Core §5.3.2: what an ID token leaves out is asked for, and must be about the same person
#[tokio::test]
async fn what_an_id_token_leaves_out_is_asked_for() {
    let stand_in = StandIn::start().await;
    let server = TestServer::with_provider(&stand_in, |_| ()).await;
    let place = format!("{}/userinfo", stand_in.issuer);
    stand_in.script().metadata = object(json!({"userinfo_endpoint": place}));
    stand_in.script().claims = object(json!({"email": null}));
    let said = |sub: &str| {
        object(json!({"sub": sub, "email": "grace@example.test", "email_verified": true}))
    };
    stand_in.script().userinfo = said("somebody-else");
    let page = server.visitor().go_via("elsewhere", &stand_in).await;
    assert!(page.body.contains("could not be used"), "{}", page.body);
    stand_in.script().userinfo = said("ada-there");
    let home = server.visitor().go_via("elsewhere", &stand_in).await;
    assert!(home.body.contains("grace@example.test"), "{}", home.body);
}

// FED-01, FED-02, FED-04: providers on the command line; the redirect URI is printed, and no secret is
#[tokio::test]
async fn a_provider_is_added_tried_and_disabled_on_the_command_line() {
    let stand_in = StandIn::start().await;
    let configuration =
        format!("[outbound]\nallow = {}\n[jwt]\nalgorithms = [\"ES256\"]\n", stand_in.allowed());
    let ground = Ground::configured(&configuration);
    assert_eq!(ground.configured_run(&["migrate", "up"]).await.code, Some(0));
    ground.write("secret", SECRET);
    let add = [
        "provider",
        "add",
        "oidc",
        "--name",
        "example",
        "--issuer",
        &stand_in.issuer,
        "--client-id",
        "us",
        "--secret-file",
        "secret",
        "--json",
    ];
    let made = ground.configured_run(&add).await.data();
    assert_eq!(made["settings"]["algorithms"], json!(["ES256"]));
    assert_eq!(made["settings"]["origin"], json!(stand_in.issuer));
    let uri = made["redirect_uri"].as_str().unwrap().to_owned();
    assert!(uri.ends_with("/login/via/example/callback"), "{uri}");
    ground.configured_run(&add).await.refuses(5, &["a provider example already"]);
    let tried = ground.configured_run(&["provider", "test", "example"]).await;
    assert!(tried.out.contains(&uri) && !format!("{tried:?}").contains(SECRET), "{tried:?}");
    for (verb, state) in [("disable", "disabled"), ("enable", "enabled")] {
        ground.configured_run(&["provider", verb, "example"]).await;
        let listed = ground.configured_run(&["provider", "list", "--json"]).await.data();
        assert_eq!(listed[0]["state"], state);
    }
    ground.configured_run(&["provider", "delete", "example"]).await;
    ground
        .configured_run(&["provider", "test", "example"])
        .await
        .refuses(4, &["no provider example"]);
}

/// A rule leads into a group that there is.
async fn groups_follow(ground: &Ground, map: &[&str], preview: &[&str]) {
    let rule = ["--group", "keepers=groups=hall-admins", "--json"];
    let group = [map, &rule].concat();
    ground.configured_run(&group).await.refuses(2, &["there is no group keepers"]);
    assert_eq!(ground.configured_run(&["group", "create", "keepers"]).await.code, Some(0));
    let kept = ground.configured_run(&group).await.data();
    assert_eq!(kept["mapping"]["groups"][0]["group"], "keepers");
    let shown = ground.configured_run(preview).await.data();
    assert_eq!(shown, json!([{"effect": "joins", "group": "keepers"}]));
}

// FED-04: rules are judged before they are kept, and shown at work before they count; a preview changes nothing
#[tokio::test]
async fn rules_are_kept_and_previewed_on_the_command_line() {
    let stand_in = StandIn::start().await;
    let configuration =
        format!("[outbound]\nallow = {}\n[jwt]\nalgorithms = [\"ES256\"]\n", stand_in.allowed());
    let ground = Ground::configured(&configuration);
    assert_eq!(ground.configured_run(&["migrate", "up"]).await.code, Some(0));
    ground.write("secret", SECRET);
    let add = ["provider", "add", "oidc", "--name", "example", "--issuer", &stand_in.issuer];
    let more = ["--client-id", "us", "--secret-file", "secret", "--sign-out", "follow", "--json"];
    let made = ground.configured_run(&[&add[..], &more[..]].concat()).await.data();
    assert_eq!(made["settings"]["sign_out"], "follow");
    assert!(made["sign_out_uri"].as_str().unwrap().ends_with("/logout/done"));
    let map = ["provider", "map", "example"];
    for (wrong, words) in [
        ("username=preferred_username", "nothing that can follow"),
        ("attributes.team=groups", "no attribute \"team\""),
        ("email=mail", "email follows the claim email alone"),
    ] {
        let refused = ground.configured_run(&[&map[..], &["--follow", wrong]].concat()).await;
        refused.refuses(2, &[words]);
    }
    let rules = ["--follow", "picture=picture", "--role", "admin=groups=hall-admins", "--json"];
    let kept = ground.configured_run(&[&map[..], &rules[..]].concat()).await.data();
    assert_eq!(kept["mapping"]["follows"], json!({"picture": "picture"}));
    let claims =
        json!({"picture": "https://idp.test/1.png", "groups": ["hall-admins"], "name": "X"});
    ground.write("claims.json", &claims.to_string());
    let preview = ["provider", "preview", "example", "--claims", "claims.json", "--json"];
    let shown = ground.configured_run(&preview).await.data();
    let picture = json!({"effect": "becomes", "what": "picture", "before": "",
        "after": "https://idp.test/1.png"});
    assert_eq!(shown, json!([picture, {"effect": "gives", "role": "admin"}]));
    let audit = ground.configured_run(&["audit", "tail", "--json"]).await;
    assert!(audit.out.contains("provider.updated") && !audit.out.contains("role.assigned"));
    groups_follow(&ground, &map, &preview).await;
    ground.configured_run(&[&map[..], &["--none"]].concat()).await;
    assert_eq!(ground.configured_run(&preview).await.data(), json!([]));
}

// FED-02, A-168: what cannot be found or makes no sense is not added, and the reason is said
#[tokio::test]
async fn a_provider_that_cannot_be_used_is_not_added() {
    let ground = Ground::configured("[jwt]\nalgorithms = [\"ES256\"]\n");
    assert_eq!(ground.configured_run(&["migrate", "up"]).await.code, Some(0));
    ground.write("secret", SECRET);
    let nowhere = [
        "provider",
        "add",
        "oidc",
        "--issuer",
        "https://127.0.0.1/",
        "--client-id",
        "us",
        "--secret-file",
        "secret",
    ];
    ground.configured_run(&nowhere).await.refuses(1, &["cannot be used"]);
    let common = [
        "provider",
        "add",
        "microsoft",
        "--directory",
        "common",
        "--client-id",
        "us",
        "--secret-file",
        "secret",
    ];
    ground.configured_run(&common).await.refuses(2, &["Microsoft needs a directory"]);
}
