//! APIs with their scopes, and opaque access tokens: RFC 8707, RFC 9068, RFC 7662.

use crate::support::application::{Application, came_back, claims, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::machine::Machine;
use crate::support::server::TestServer;
use serde_json::{Value, json};
use vestibule::admin::resources;
use vestibule::kernel::time::Lifetime;
use vestibule::keys::model::Algorithm;
use vestibule::oauth::clients::model::{Kind, Party, Registration};
use vestibule::oauth::model::{GrantType, Scope, TokenFormat};
use vestibule::oauth::resources::model::{Resource, Sentences};
use vestibule::rows;

const PICTURES: &str = "https://pictures.example.test";
const LETTERS: &str = "https://letters.example.test/v1";

fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

fn api(uri: &str, scopes: &[(&str, &[(&str, &str)])]) -> Resource {
    let said = |words: &[(&str, &str)]| -> Sentences {
        words.iter().map(|(tag, text)| ((*tag).to_owned(), (*text).to_owned())).collect()
    };
    let scopes = scopes.iter().map(|(token, words)| ((*token).to_owned(), said(words)));
    Resource { scopes: scopes.collect(), ..Resource::new(uri, "An API") }
}

async fn with_apis(engine: Engine, apis: &[Resource]) -> TestServer {
    let server = TestServer::start(engine).await;
    let (house, at) = (server.house(), server.at(&server.default_tenant()));
    for api in apis {
        resources::create(&house.database, at, api, &server.context()).await.unwrap();
    }
    server.turn("refresh").await;
    server
}

fn two() -> [Resource; 2] {
    [
        api(PICTURES, &[("pictures:read", &[]), ("pictures:write", &[])]),
        api(LETTERS, &[("letters:read", &[])]),
    ]
}

/// A web application of ours, for which nobody is asked.
fn ours(more: &str) -> Registration {
    let scope = scope(&format!("openid profile offline_access {more}"));
    Registration { party: Party::First, scope, ..web() }
}

async fn tokens(server: &TestServer, app: &Application, asked: &[(&str, &str)]) -> Value {
    let mut ada = server.ada().await;
    let back = came_back(&app.sign_in(&mut ada, asked).await);
    let code = back.get("code").unwrap_or_else(|| panic!("{back:?}"));
    app.redeem(server, code, &[]).await.json()
}

// P-202: without a word about resources, the scope leads to the API, and openid to us as well
#[tokio::test]
async fn the_scope_decides_for_whom_a_token_is() {
    for engine in engines() {
        let server = with_apis(engine, &two()).await;
        let tenant = server.default_tenant();
        let app = server.application(&tenant, ours("pictures:read letters:read")).await;
        let asked = [("scope", "openid pictures:read")];
        let tokens = tokens(&server, &app, &asked).await;
        let told = claims(&tokens["access_token"]);
        assert_eq!(told["aud"], json!([PICTURES, server.issuer(&tenant)]));
        assert_eq!(told["scope"], "openid pictures:read");
        let mut eve = server.visitor();
        let apart = eve.get(&app.request(&[("scope", "pictures:read letters:read")])).await;
        assert_eq!(came_back(&apart)["error"], "invalid_scope", "of two APIs");
        server.end().await;
    }
}

// RFC 8707 §2, §2.2 (P-202, P-230, A-077): exactly the target, in its registered spelling; then a part of it
#[tokio::test]
async fn a_named_resource_is_the_audience() {
    let server = with_apis(Engine::Sqlite, &two()).await;
    let tenant = server.default_tenant();
    let app = server.application(&tenant, ours("pictures:read letters:read")).await;
    let mut ada = server.ada().await;
    let both = [
        ("scope", "pictures:read letters:read offline_access"),
        ("resource", "HTTPS://pictures.example.test:443/"),
        ("resource", LETTERS),
    ];
    let code = came_back(&app.sign_in(&mut ada, &both).await)["code"].clone();
    let first = app.redeem(&server, &code, &[]).await.json();
    assert_eq!(claims(&first["access_token"])["aud"], json!([PICTURES, LETTERS]));
    let narrow = [
        ("grant_type", "refresh_token"),
        ("refresh_token", first["refresh_token"].as_str().unwrap()),
        ("resource", "https://letters.example.test/%76%31"),
    ];
    let less = app.post(&server, "/oauth/token", &narrow).await.json();
    let told = claims(&less["access_token"]);
    assert_eq!(
        (&told["aud"], &told["scope"]),
        (&json!(LETTERS), &json!("letters:read offline_access"))
    );
    let unknown = [narrow[0], narrow[1], ("resource", "https://other.example.test")];
    let refused = app.post(&server, "/oauth/token", &unknown).await;
    assert_eq!((refused.status, &refused.json()["error"]), (400, &json!("invalid_target")));
    for wrong in ["https://other.example.test", "/pictures", "https://pictures.example.test/#a"] {
        let answer = ada.get(&app.request(&[("resource", wrong)])).await;
        assert_eq!(came_back(&answer)["error"], "invalid_target", "{wrong}");
    }
    server.end().await;
}

// P-202: with a target, the scope of other APIs is left out of the token
#[tokio::test]
async fn a_token_for_one_api_has_no_scope_of_another() {
    let server = with_apis(Engine::Sqlite, &two()).await;
    let app =
        server.application(&server.default_tenant(), ours("pictures:read letters:read")).await;
    let asked = [("scope", "pictures:read letters:read"), ("resource", PICTURES)];
    let tokens = tokens(&server, &app, &asked).await;
    assert_eq!(tokens["scope"], "pictures:read");
    assert_eq!(claims(&tokens["access_token"])["aud"], PICTURES);
    server.end().await;
}

// experience.md §4.2: what each scope opens is said in the reader's language, or else in English
#[tokio::test]
async fn consent_says_what_a_scope_opens() {
    let said: &[(&str, &str)] = &[("en", "see your <pictures>"), ("de", "deine Bilder ansehen")];
    let api = api(PICTURES, &[("pictures:read", said), ("pictures:write", &[])]);
    let server = with_apis(Engine::Sqlite, &[api]).await;
    let registration = Registration { party: Party::Third, ..ours("pictures:read pictures:write") };
    let app = server.application(&server.default_tenant(), registration).await;
    let mut ada = server.ada().await;
    let asked = [("scope", "openid pictures:read pictures:write")];
    let page = app.sign_in(&mut ada, &asked).await;
    assert!(page.body.contains("<bdi>see your &#60;pictures&#62;</bdi>"), "{}", page.text());
    assert!(page.body.contains("pictures:write"), "without words, its name: {}", page.text());
    let german = ada.open(&app.request(&[asked[0], ("ui_locales", "de")])).await;
    assert!(german.body.contains("deine Bilder ansehen"), "{}", german.text());
    let arabic = ada.open(&app.request(&[asked[0], ("ui_locales", "ar")])).await;
    assert!(arabic.body.contains("see your"), "{}", arabic.text());
    ada.decide(&page, "allow").await;
    let connected = ada.open("/account/applications").await;
    assert!(connected.body.contains("see your &#60;pictures&#62;"), "{}", connected.text());
    server.end().await;
}

fn opaque(uri: &str) -> Resource {
    Resource { access_token_format: TokenFormat::Opaque, ..api(uri, &[("pictures:read", &[])]) }
}

/// The API itself, as it asks about tokens.
async fn reader(server: &TestServer) -> Machine {
    let registration = Registration {
        kind: Kind::ResourceServer,
        name: "Pictures".into(),
        grants: Vec::new(),
        resources: vec![PICTURES.into()],
        ..Registration::default()
    };
    Machine::registered(server, &server.default_tenant(), &registration).await
}

async fn introspected(server: &TestServer, reader: &Machine, token: &Value) -> Value {
    let body = format!("token={}", token.as_str().unwrap());
    reader.post(server, "/oauth/introspect", &body).await.json()
}

async fn user_info(server: &TestServer, token: &Value) -> Answer {
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    server.browser().ask("GET", "/oauth/userinfo", &[("authorization", &bearer)]).await
}

// RFC 7662 §2.2, OIDC Core §5.3 (P-201, P-203, P-226, D-17): what a token does not say itself is asked of us
#[tokio::test]
async fn an_opaque_token_says_nothing_and_is_known_here() {
    for engine in engines() {
        let server = with_apis(engine, &[opaque(PICTURES)]).await;
        let tenant = server.default_tenant();
        let app = server.application(&tenant, ours("pictures:read")).await;
        let reader = reader(&server).await;
        let tokens = tokens(&server, &app, &[("scope", "openid pictures:read")]).await;
        let token = &tokens["access_token"];
        let text = token.as_str().unwrap();
        assert!(text.starts_with("vat1.") && text.len() > 60, "{text}");
        assert!(!text.contains("usr_") && tokens["id_token"].is_string());
        let told = introspected(&server, &reader, token).await;
        assert_eq!(told["active"], true, "{told}");
        assert_eq!(told["aud"], json!([PICTURES, server.issuer(&tenant)]));
        assert_eq!(
            (&told["scope"], &told["client_id"]),
            (&json!("openid pictures:read"), &json!(app.id()))
        );
        let info = user_info(&server, token).await;
        assert_eq!((info.status, &info.json()["sub"]), (200, &told["sub"]), "{}", info.text());
        assert!(!stored(&server).await.contains(text), "its hash is kept, not its text");
        server.clock.advance(Lifetime::minutes(16));
        assert_eq!(introspected(&server, &reader, token).await, json!({"active": false}));
        assert_eq!(user_info(&server, token).await.status, 401);
        server.end().await;
    }
}

async fn stored(server: &TestServer) -> String {
    const ALL: &str = "SELECT hash || claims FROM access_tokens WHERE tenant_id = $1";
    let at = server.at(&server.default_tenant());
    let read =
        server.house().database.read(at, async |work: &mut vestibule::platform::storage::Work| {
            let tenant = work.tenant();
            let all: Vec<String> =
                rows!(work, |c| sqlx::query_scalar(ALL).bind(tenant.as_str()).fetch_all(c))?;
            Ok(all.concat())
        });
    read.await.unwrap()
}

// RFC 7009 §2.1 (P-204): one by one, and with the grant; and what is over is forgotten
#[tokio::test]
async fn an_opaque_token_is_revoked_and_forgotten() {
    for engine in engines() {
        let server = with_apis(engine, &[opaque(PICTURES)]).await;
        let app = server.application(&server.default_tenant(), ours("pictures:read")).await;
        let reader = reader(&server).await;
        let asked = [("scope", "openid pictures:read offline_access")];
        let first = tokens(&server, &app, &asked).await;
        let refresh = first["refresh_token"].as_str().unwrap();
        let second = app.refresh(&server, refresh).await.json();
        let token = first["access_token"].as_str().unwrap();
        assert_eq!(app.post(&server, "/oauth/revoke", &[("token", token)]).await.status, 200);
        let inactive = json!({"active": false});
        assert_eq!(introspected(&server, &reader, &first["access_token"]).await, inactive);
        assert_eq!(introspected(&server, &reader, &second["access_token"]).await["active"], true);
        app.post(&server, "/oauth/revoke", &[("token", refresh)]).await;
        assert_eq!(introspected(&server, &reader, &second["access_token"]).await, inactive);
        assert!(!stored(&server).await.is_empty());
        server.clock.advance(Lifetime::days(2));
        server.turn("housekeeping").await;
        assert_eq!(stored(&server).await, "");
        server.end().await;
    }
}

// P-201, P-207, T-05: a client asks for opaque ones, and an API for short ones
#[tokio::test]
async fn form_and_lifetime_are_those_of_client_and_api() {
    let short =
        Resource { access_token_seconds: Some(60), ..api(PICTURES, &[("pictures:read", &[])]) };
    let server = with_apis(Engine::Sqlite, &[short]).await;
    let tenant = server.default_tenant();
    let machine = |format| Registration {
        kind: Kind::Machine,
        name: "Printer".into(),
        grants: vec![GrantType::ClientCredentials],
        scope: scope("pictures:read"),
        default_scope: scope("pictures:read"),
        access_token_algorithm: Algorithm::Es256,
        access_token_format: format,
        ..Registration::default()
    };
    let reader = reader(&server).await;
    for format in [TokenFormat::Jwt, TokenFormat::Opaque] {
        let machine = Machine::registered(&server, &tenant, &machine(format)).await;
        let answer = machine.post(&server, "/oauth/token", "grant_type=client_credentials").await;
        let answer = answer.json();
        assert_eq!(answer["expires_in"], 60);
        let text = answer["access_token"].as_str().unwrap();
        assert_eq!(text.starts_with("vat1."), format == TokenFormat::Opaque);
        let told = introspected(&server, &reader, &answer["access_token"]).await;
        assert_eq!((&told["aud"], &told["sub"]), (&json!(PICTURES), &json!(machine.id)));
    }
    server.end().await;
}

// A-036, PT-15: an opaque token of another kind, another spelling or another tenant is none
#[tokio::test]
async fn what_only_looks_like_an_opaque_token_is_none() {
    let server = with_apis(Engine::Sqlite, &[opaque(PICTURES)]).await;
    let acme = server.tenant("acme", &[]).await;
    let app = server.application(&server.default_tenant(), ours("pictures:read")).await;
    let tokens = tokens(&server, &app, &[("scope", "openid pictures:read offline_access")]).await;
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let other = access.replacen("vat1.", "vrt1.", 1);
    let longer = format!("{access}A");
    for wrong in [refresh, &other, &longer, &access[..access.len() - 1]] {
        assert_eq!(user_info(&server, &json!(wrong)).await.status, 401, "{wrong}");
    }
    let bearer = format!("Bearer {access}");
    let elsewhere = format!("{}/oauth/userinfo", acme.base());
    let answer = server.browser().ask("GET", &elsewhere, &[("authorization", &bearer)]).await;
    assert_eq!(answer.status, 401);
    let as_refresh = app.refresh(&server, access).await;
    assert_eq!(as_refresh.json()["error"], "invalid_grant");
    assert_eq!(user_info(&server, &json!(access)).await.status, 200);
    server.end().await;
}
