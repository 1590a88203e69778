//! Applications that register and manage themselves (RFC 7591, RFC 7592, OIDC Registration).

use crate::support::database::{Engine, engines};
use crate::support::registrar::{Registrar, initial_token};
use crate::support::server::TestServer;
use crate::support::site::Site;
use serde_json::{Value, json};
use vestibule::admin::clients::{self, Turn};
use vestibule::kernel::ids::ClientId;
use vestibule::kernel::time::Lifetime;

async fn open(engine: Engine) -> TestServer {
    TestServer::wanted(engine).set("clients.registration", "open").start().await
}

// P-042, P-039, P-228, RFC 7591 §3.2.1: every value that holds is told, and nothing is null
#[tokio::test]
async fn a_registration_is_answered_with_all_that_holds() {
    for engine in engines() {
        let server = open(engine).await;
        let registrar = Registrar::new(&server);
        let sent = json!({
            "redirect_uris": ["https://rp.example/cb"],
            "client_name": "Reader",
            "grant_types": ["authorization_code", "refresh_token", "implicit"],
            "response_types": ["code", "id_token"],
            "scope": "openid email admin",
            "contacts": ["dev@rp.example"],
            "initiate_login_uri": "https://rp.example/login",
            "software_id": "unknown-here",
            "logo_uri": null,
        });
        let answer = registrar.post(None, &sent).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        let told = answer.json();
        assert_eq!(told["grant_types"], json!(["authorization_code", "refresh_token"]));
        assert_eq!(told["response_types"], json!(["code"]));
        assert_eq!(
            (&told["scope"], &told["client_name"]),
            (&json!("openid email"), &json!("Reader"))
        );
        assert_eq!(told["token_endpoint_auth_method"], "client_secret_basic");
        assert_eq!(told["id_token_signed_response_alg"], "ES256", "the keys of this tenant");
        assert_eq!(told["initiate_login_uri"], "https://rp.example/login", "P-042");
        assert_eq!(told["client_secret_expires_at"], 0);
        assert!(told["client_secret"].as_str().unwrap().len() >= 43);
        assert!(told.as_object().unwrap().values().all(|value| !value.is_null()), "{told}");
        assert!(told.get("software_id").is_none() && told.get("logo_uri").is_none());
        let uri = told["registration_client_uri"].as_str().unwrap();
        let issuer = server.issuer(&server.default_tenant());
        assert_eq!(uri, format!("{issuer}/oauth/register/{}", told["client_id"].as_str().unwrap()));
        server.end().await;
    }
}

// P-232, OIDC Registration §2: what counts where a request says nothing
#[tokio::test]
async fn an_application_says_how_its_people_sign_in() {
    let server = open(Engine::Sqlite).await;
    let registrar = Registrar::new(&server);
    let sent = |name: &str, value: Value| json!({ "redirect_uris": ["https://rp.example/cb"], name: value });
    let mut asked = sent("default_max_age", json!(3600));
    asked["default_acr_values"] = json!(["urn:example:gold"]);
    asked["require_auth_time"] = json!(true);
    let told = registrar.post(None, &asked).await.json();
    for name in ["default_max_age", "default_acr_values", "require_auth_time"] {
        assert_eq!(told[name], asked[name], "{told}");
    }
    for (name, wrong) in [
        ("default_max_age", json!(-1)),
        ("default_max_age", json!("3600")),
        ("default_acr_values", json!("a")),
        ("default_acr_values", json!(["a b"])),
    ] {
        let refused = registrar.post(None, &sent(name, wrong)).await;
        assert_eq!(refused.status, 400, "{name}");
        assert_eq!(refused.json()["error"], "invalid_client_metadata", "{name}");
    }
    server.end().await;
}

// P-039, P-223: who needs no secret gets none
#[tokio::test]
async fn a_client_without_a_secret_is_told_none() {
    let server = open(Engine::Sqlite).await;
    let registrar = Registrar::new(&server);
    let key = crate::support::assertion::KeyPair::new(3);
    for sent in [
        json!({ "redirect_uris": ["https://rp.example/cb"], "token_endpoint_auth_method": "none" }),
        json!({ "redirect_uris": ["com.example.app:/cb", "http://127.0.0.1/cb"], "application_type": "native" }),
        json!({ "redirect_uris": ["https://rp.example/cb"], "token_endpoint_auth_method": "private_key_jwt",
            "jwks": { "keys": [key.jwk] } }),
    ] {
        let answer = registrar.post(None, &sent).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let told = answer.json();
        assert!(
            told.get("client_secret").is_none() && told.get("client_secret_expires_at").is_none()
        );
        assert!(told["registration_access_token"].is_string());
    }
    server.end().await;
}

// P-040, RFC 7592 §2: read, replaced as a whole, deleted; the token changes with each replacement
#[tokio::test]
async fn an_application_manages_itself() {
    for engine in engines() {
        let server = open(engine).await;
        let registrar = Registrar::new(&server);
        let sent = json!({ "redirect_uris": ["https://rp.example/cb"], "tos_uri": "https://rp.example/tos" });
        let made = registrar.post(None, &sent).await.json();
        let (id, token) = (
            made["client_id"].as_str().unwrap(),
            made["registration_access_token"].as_str().unwrap(),
        );
        let read = registrar.manage("GET", id, token, None).await;
        assert_eq!((read.status, &read.json()["tos_uri"]), (200, &json!("https://rp.example/tos")));
        assert!(read.json().get("client_secret").is_none(), "INV-26");

        let new = json!({ "client_id": id, "redirect_uris": ["https://rp.example/new"], "client_name": "New" });
        let replaced = registrar.manage("PUT", id, token, Some(&new)).await;
        assert_eq!(replaced.status, 200, "{}", replaced.text());
        let told = replaced.json();
        assert_eq!((&told["client_name"], told.get("tos_uri")), (&json!("New"), None));
        let next = told["registration_access_token"].as_str().unwrap();
        assert_ne!(next, token);
        assert_eq!(registrar.manage("GET", id, token, None).await.status, 401, "A-115");
        let other = json!({ "client_id": "cli_00000000000000000000000000", "redirect_uris": ["https://rp.example/x"] });
        assert_eq!(registrar.manage("PUT", id, next, Some(&other)).await.status, 400);

        let gone = registrar.manage("DELETE", id, next, None).await;
        assert_eq!((gone.status, gone.body.as_str()), (204, ""), "{engine:?}");
        for method in ["GET", "DELETE"] {
            assert_eq!(registrar.manage(method, id, next, None).await.status, 401, "{engine:?}");
        }
        server.end().await;
    }
}

// P-041, P-223, RFC 7591 §3.2.2
#[tokio::test]
async fn what_makes_no_sense_is_refused_by_its_name() {
    let server = open(Engine::Sqlite).await;
    let registrar = Registrar::new(&server);
    let with = |name: &str, value: serde_json::Value| {
        let mut sent = json!({ "redirect_uris": ["https://rp.example/cb"] });
        sent[name] = value;
        sent
    };
    for uris in [
        json!([]),
        json!("x"),
        json!(["https://rp.example/cb#f"]),
        json!(["http://rp.example/cb"]),
        json!(["javascript:alert(1)"]),
        json!(["com.example.app:/cb"]),
        json!([1]),
        json!(null),
    ] {
        let answer = registrar.post(None, &with("redirect_uris", uris.clone())).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &json!("invalid_redirect_uri")),
            "{uris}"
        );
    }
    for body in ["", "[]", "{", r#"{"redirect_uris":[],"redirect_uris":["https://rp.example/cb"]}"#]
    {
        assert_eq!(registrar.send(None, body).await.status, 400, "{body}");
    }
    server.end().await;
}

// P-042, P-041, P-223, RFC 7591 §2
#[tokio::test]
async fn a_value_that_cannot_be_served_is_refused() {
    let server = open(Engine::Sqlite).await;
    let registrar = Registrar::new(&server);
    for (name, value) in [
        ("token_endpoint_auth_method", json!("tls_client_auth")),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("grant_types", json!(["client_credentials"])),
        ("grant_types", json!(["password"])),
        ("response_types", json!(["token"])),
        ("application_type", json!("desktop")),
        ("initiate_login_uri", json!("http://rp.example/login")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("request_object_signing_alg", json!("none")),
        ("subject_type", json!("mine")),
        ("userinfo_signed_response_alg", json!("HS256")),
        ("post_logout_redirect_uris", json!(["http://rp.example/out"])),
        ("post_logout_redirect_uris", json!("https://rp.example/out")),
        ("backchannel_logout_uri", json!("https://rp.example/out#f")),
        ("backchannel_logout_session_required", json!("true")),
        ("frontchannel_logout_uri", json!("https://elsewhere.example/out")),
        ("sector_identifier_uri", json!("ftp://rp.example/sector")),
        ("scope", json!("admin")),
        ("scope", json!("a\\b")),
        ("contacts", json!([1])),
        ("require_pushed_authorization_requests", json!("yes")),
        ("jwks", json!("x")),
    ] {
        let mut sent = json!({ "redirect_uris": ["https://rp.example/cb"] });
        sent[name] = value.clone();
        let answer = registrar.post(None, &sent).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &json!("invalid_client_metadata")),
            "{name} {value}"
        );
    }
    server.end().await;
}

// P-213: it is off unless a tenant turns it on, and the metadata say where it is
#[tokio::test]
async fn a_tenant_says_who_may_register() {
    let server = TestServer::start(Engine::Sqlite).await;
    let acme = server.tenant("acme", &[]).await;
    let registrar = Registrar::new(&server);
    let sent = json!({ "redirect_uris": ["https://rp.example/cb"] });
    let token = initial_token(&server, &server.default_tenant(), 5).await;
    assert_eq!(registrar.post(None, &sent).await.status, 401);
    assert_eq!(registrar.post(Some(&token), &sent).await.status, 401, "it is off");
    let metadata = "/.well-known/openid-configuration";
    assert!(server.browser().get(metadata).await.json().get("registration_endpoint").is_none());

    let (name, value) = ("clients.registration", Some("token"));
    let settings = server.house().settings.load_full();
    let (at, context) = (server.at(&acme), server.context());
    let set = vestibule::admin::settings::set(
        &server.house().database,
        at,
        &settings,
        (name, value),
        &context,
    );
    set.await.unwrap();
    server.turn("refresh").await;
    let of_acme = registrar.at("/t/acme");
    let own = initial_token(&server, &acme, 1).await;
    assert_eq!(of_acme.post(Some(&token), &sent).await.status, 401, "of another tenant");
    assert_eq!(of_acme.post(None, &sent).await.status, 401);
    assert_eq!(of_acme.post(Some(&own), &sent).await.status, 201);
    assert_eq!(of_acme.post(Some(&own), &sent).await.status, 401, "used up");
    assert_eq!(
        registrar.post(Some(&token), &sent).await.status,
        401,
        "the other tenant's is still off"
    );
    let listed = server.browser().get("/.well-known/openid-configuration/t/acme").await.json();
    assert_eq!(listed["registration_endpoint"], format!("{}/oauth/register", server.issuer(&acme)));
    server.end().await;
}

// P-213: what nobody uses goes away; what is used stays
#[tokio::test]
async fn an_unused_application_goes_away_by_itself() {
    for engine in engines() {
        let server = open(engine).await;
        let registrar = Registrar::new(&server);
        let sent = json!({ "redirect_uris": ["https://rp.example/cb"] });
        let used = registrar.post(None, &sent).await.json();
        let unused = registrar.post(None, &sent).await.json();
        let text = |made: &serde_json::Value, name: &str| made[name].as_str().unwrap().to_owned();
        server.clock.advance(Lifetime::days(60));
        server.turn("refresh").await;
        let machine = crate::support::machine::Machine::with(
            &text(&used, "client_id"),
            &text(&used, "client_secret"),
        );
        let answer =
            machine.post(&server, "/oauth/token", "grant_type=authorization_code&code=x").await;
        assert_eq!(answer.json()["error"], "invalid_grant", "who it is was proven");
        server.clock.advance(Lifetime::days(31));
        server.turn("housekeeping").await;
        let alive = async |made: &serde_json::Value| {
            let token = text(made, "registration_access_token");
            registrar.manage("GET", &text(made, "client_id"), &token, None).await.status
        };
        assert_eq!((alive(&used).await, alive(&unused).await), (200, 401), "{engine:?}");
        server.end().await;
    }
}

// A-115: who was shut out cannot let itself in
#[tokio::test]
async fn a_disabled_application_has_no_say() {
    let server = open(Engine::Sqlite).await;
    let registrar = Registrar::new(&server);
    let sent = json!({ "redirect_uris": ["https://rp.example/cb"] });
    let made = registrar.post(None, &sent).await.json();
    let (id, token) =
        (made["client_id"].as_str().unwrap(), made["registration_access_token"].as_str().unwrap());
    let at = server.at(&server.default_tenant());
    let named = ClientId::parse(id).unwrap();
    let (database, context) = (&server.house().database, server.context());
    clients::turn(database, at, (&named, Turn::Disable), &context).await.unwrap();
    let again = json!({ "client_id": id, "redirect_uris": ["https://rp.example/cb"] });
    for (method, body) in [("GET", None), ("PUT", Some(&again)), ("DELETE", None)] {
        assert_eq!(registrar.manage(method, id, token, body).await.status, 401, "{method}");
    }
    let client = clients::get(database, at, &named).await.unwrap().unwrap();
    assert!(client.disabled_at.is_some());
    server.end().await;
}

// P-039, P-045, P-048, RP-Logout §3.1, Back-Channel §2.2, Front-Channel §2: taken, told again, and taken away by a
// replacement that says nothing of it
#[tokio::test]
async fn an_application_says_how_it_is_signed_out_and_how_it_knows_people() {
    let site = Site::open().await;
    let server = TestServer::wanted(Engine::Sqlite).set("clients.registration", "open");
    let server = server.set("outbound.allow", &site.door()).start().await;
    let registrar = Registrar::new(&server);
    let uris = ["https://one.example/cb", "https://two.example/cb"];
    let more = json!({
        "subject_type": "pairwise",
        "sector_identifier_uri": site.url("/sector"),
        "userinfo_signed_response_alg": "ES256",
        "post_logout_redirect_uris": ["https://one.example/out"],
        "backchannel_logout_uri": site.url("/told"),
        "backchannel_logout_session_required": true,
        "frontchannel_logout_uri": "https://two.example/front?a=b",
        "frontchannel_logout_session_required": true,
    });
    let mut sent = more.clone();
    sent["redirect_uris"] = json!(uris);
    site.put("/sector", &json!([uris[0]]).to_string());
    let refused = registrar.post(None, &sent).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (400, &json!("invalid_client_metadata"))
    );
    site.put("/sector", &json!(uris).to_string());
    // A sector is asked again only after a while.
    server.clock.advance(Lifetime::hours(1));
    let made = registrar.post(None, &sent).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let told = made.json();
    for (name, value) in more.as_object().unwrap() {
        assert_eq!(&told[name], value, "{name}");
    }
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    let (id, token) = (text("client_id"), text("registration_access_token"));
    let plain = json!({ "client_id": id, "redirect_uris": [uris[0]] });
    let replaced = registrar.manage("PUT", &id, &token, Some(&plain)).await.json();
    assert_eq!(replaced["subject_type"], "public");
    for name in more.as_object().unwrap().keys().filter(|name| *name != "subject_type") {
        assert!(replaced.get(name).is_none(), "{name}: {replaced}");
    }
    server.end().await;
}
