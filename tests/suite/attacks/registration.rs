//! Registration by strangers: free clients, borrowed rights, poisoned addresses and names.

use crate::support::assertion::KeyPair;
use crate::support::database::{Engine, engines};
use crate::support::registrar::{Registrar, initial_token};
use crate::support::server::TestServer;
use crate::support::site::Site;
use serde_json::{Value, json};
use vestibule::admin::clients;
use vestibule::kernel::ids::ClientId;
use vestibule::oauth::clients::model::{Challenge, Party};

fn plain() -> Value {
    json!({ "redirect_uris": ["https://rp.example/cb"] })
}

fn with(name: &str, value: Value) -> Value {
    let mut sent = plain();
    sent[name] = value;
    sent
}

async fn open() -> TestServer {
    TestServer::wanted(Engine::Sqlite).set("clients.registration", "open").start().await
}

// one token, one client, however many come at once
#[tokio::test]
async fn a_token_for_one_makes_one() {
    for engine in engines() {
        let server = TestServer::wanted(engine).set("clients.registration", "token").start().await;
        let token = initial_token(&server, &server.default_tenant(), 1).await;
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let (registrar, token) = (Registrar::new(&server), token.clone());
            tries.spawn(async move { registrar.post(Some(&token), &plain()).await.status });
        }
        let mut made = 0;
        while let Some(status) = tries.join_next().await {
            match status.unwrap() {
                201 => made += 1,
                status => assert_eq!(status, 401, "{engine:?}"),
            }
        }
        assert_eq!(made, 1, "{engine:?}");
        for wrong in [None, Some("wrong"), Some(""), Some(token.as_str())] {
            let answer = Registrar::new(&server).post(wrong, &plain()).await;
            assert_eq!(answer.status, 401);
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
        server.end().await;
    }
}

//
#[tokio::test]
async fn bad_keys_are_not_registered() {
    let server = open().await;
    let registrar = Registrar::new(&server);
    let key = KeyPair::new(1).jwk;
    let changed = |name: &str, value: Value| {
        let mut key = key.clone();
        key[name] = value;
        key
    };
    let many: Vec<Value> = (0..21).map(|n| changed("kid", json!(n.to_string()))).collect();
    for keys in [
        json!([{ "kty": "oct", "k": "AAAA" }]),
        json!([changed("d", json!("AAAA"))]),
        json!([changed("crv", json!("P-192"))]),
        json!([changed("x", json!("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"))]),
        json!([{ "kty": "RSA", "n": "_".repeat(172), "e": "AQAB" }]),
        json!([key, key]),
        json!(many),
        json!([]),
    ] {
        let mut sent = with("jwks", json!({ "keys": keys }));
        sent["token_endpoint_auth_method"] = json!("private_key_jwt");
        let answer = registrar.post(None, &sent).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        assert_eq!(answer.json()["error"], "invalid_client_metadata", "{keys:.80}");
    }
    server.end().await;
}

// nobody gives themselves what only an administrator gives, and the id is ours
#[tokio::test]
async fn nobody_registers_themselves_more_rights() {
    let server = open().await;
    let tenant = server.default_tenant();
    let registrar = Registrar::new(&server);
    let mut sent = plain();
    for (name, value) in [
        ("client_id", json!("usr_00000000000000000000000000")),
        ("id", json!("x")),
        ("tenant_id", json!("ten_00000001")),
        ("require_pkce", json!(false)),
        ("challenge", json!("excused")),
        ("first_party", json!(true)),
        ("party", json!("first")),
        ("skip_consent", json!(true)),
        ("roles", json!(["admin"])),
        ("created_by", json!("root")),
        ("resources", json!(["https://api.example.com"])),
        ("claims", json!({ "role": "admin" })),
        ("__proto__", json!({ "party": "first" })),
        ("scope", json!("openid admin orders:write")),
        ("grant_types", json!(["authorization_code", "client_credentials", "password"])),
        ("profile", json!("oidc-compat")),
    ] {
        sent[name] = value;
    }
    let answer = registrar.post(None, &sent).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let told = answer.json();
    assert_eq!(told["scope"], "openid");
    assert_eq!(told["grant_types"], json!(["authorization_code"]));
    let id = ClientId::parse(told["client_id"].as_str().unwrap()).expect("ours");
    for name in ["tenant_id", "require_pkce", "first_party", "party", "roles", "resources", "id"] {
        assert!(told.get(name).is_none(), "{name}");
    }
    let found = clients::get(&server.house().database, server.at(&tenant), &id).await.unwrap();
    let registered = found.unwrap().registration;
    assert_eq!((registered.party, registered.challenge), (Party::Third, Challenge::Required));
    assert!(registered.resources.is_empty());
    server.end().await;
}

// a token manages its own application alone
#[tokio::test]
async fn a_token_manages_its_own_application_alone() {
    let server = open().await;
    let acme = server.tenant("acme", &[]).await;
    let registrar = Registrar::new(&server);
    let (one, other) =
        (registrar.post(None, &plain()).await.json(), registrar.post(None, &plain()).await.json());
    let token = one["registration_access_token"].as_str().unwrap();
    let (mine, theirs) = (one["client_id"].as_str().unwrap(), other["client_id"].as_str().unwrap());
    let again = json!({ "client_id": theirs, "redirect_uris": ["https://evil.example/cb"] });
    for (method, body) in [("GET", None), ("PUT", Some(&again)), ("DELETE", None)] {
        let answer = registrar.manage(method, theirs, token, body).await;
        assert_eq!(answer.status, 401, "{method}");
        let elsewhere = registrar.at("/t/acme").manage(method, mine, token, body).await;
        assert_eq!(elsewhere.status, 401, "{method} at {}", acme.slug);
    }
    assert_eq!(registrar.manage("GET", mine, token, None).await.status, 200);
    server.end().await;
}

//
#[tokio::test]
async fn names_and_links_cannot_deceive() {
    let server = open().await;
    let registrar = Registrar::new(&server);
    for name in ["client_uri", "logo_uri", "policy_uri", "tos_uri", "initiate_login_uri"] {
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "http://rp.example/",
            "https://u:p@rp.example/",
            "//rp.example/",
            "",
            " https://rp.example/",
            "https://rp.example/\u{202e}",
        ] {
            let answer = registrar.post(None, &with(name, json!(url))).await;
            assert_eq!(answer.status, 400, "{name} {url}: {}", answer.text());
        }
    }
    for name in ["post_logout_redirect_uris", "frontchannel_logout_uri", "backchannel_logout_uri"] {
        for url in
            ["javascript:alert(1)", "data:text/html,x", "http://rp.example/", "//rp.example/", ""]
        {
            let value = if name.ends_with('s') { json!([url]) } else { json!(url) };
            let answer = registrar.post(None, &with(name, value)).await;
            assert_eq!(answer.status, 400, "{name} {url}: {}", answer.text());
        }
    }
    let long = "x".repeat(129);
    for name in ["", "   ", "a\u{202e}b", "a\u{200b}b", "a\nb", long.as_str()] {
        assert_eq!(
            registrar.post(None, &with("client_name", json!(name))).await.status,
            400,
            "{name:?}"
        );
    }
    server.end().await;
}

// no address inside is registered or asked, and every refusal reads the same
#[tokio::test]
async fn addresses_inside_cannot_be_registered() {
    let (site, canary) = (Site::open().await, Site::open().await);
    let server = TestServer::wanted(Engine::Sqlite).set("clients.registration", "open");
    let server = server.set("outbound.allow", &site.door()).start().await;
    let registrar = Registrar::new(&server);
    let mut bodies = Vec::new();
    for url in [
        canary.url("/"),
        canary.url("/").replace("127.0.0.1", "localhost"),
        "https://0.0.0.0/".into(),
        "https://192.168.1.1/".into(),
        "https://169.254.169.254/latest".into(),
        "https://[fe80::1]/".into(),
        "https://127.0.0.1:22/".into(),
        "file:///etc/passwd".into(),
        "gopher://127.0.0.1/".into(),
    ] {
        let mut sent = with("jwks_uri", json!(url));
        sent["token_endpoint_auth_method"] = json!("private_key_jwt");
        let answer = registrar.post(None, &sent).await;
        assert_eq!(answer.status, 400, "{url}");
        bodies.push(answer.body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    let https = canary.url("/").replace("http:", "https:");
    for name in ["sector_identifier_uri", "logo_uri", "backchannel_logout_uri"] {
        assert_eq!(registrar.post(None, &with(name, json!(https))).await.status, 400, "{name}");
    }
    assert_eq!(canary.asked(), Vec::<String>::new());
    server.end().await;
}

// who shares names of people with others is on their list, and the list is nothing but addresses
#[tokio::test]
async fn a_sector_is_what_its_document_says() {
    let site = Site::open().await;
    let server = TestServer::wanted(Engine::Sqlite).set("clients.registration", "open");
    let server = server.set("outbound.allow", &site.door()).start().await;
    let registrar = Registrar::new(&server);
    let uris = json!(["https://one.example/cb", "https://two.example/cb"]);
    let mut sent = json!({ "redirect_uris": uris, "subject_type": "pairwise" });
    let refused = registrar.post(None, &sent).await;
    assert_eq!(refused.json()["error"], "invalid_client_metadata", "two hosts and no sector");
    for (number, document) in [
        json!(["https://one.example/cb"]),
        json!(["https://one.example/cb", "https://two.example/cb/"]),
        json!(["https://one.example/cb", "https://two.example/cb", 1]),
        json!({ "redirect_uris": uris }),
        json!("https://one.example/cb https://two.example/cb"),
    ]
    .iter()
    .enumerate()
    {
        let path = format!("/sector-{number}");
        site.put(&path, &document.to_string());
        sent["sector_identifier_uri"] = json!(site.url(&path));
        let refused = registrar.post(None, &sent).await;
        assert_eq!(refused.status, 400, "{document}: {}", refused.text());
        assert_eq!(refused.json()["error"], "invalid_client_metadata", "{document}");
    }
    site.put("/sector", &uris.to_string());
    sent["sector_identifier_uri"] = json!(site.url("/sector"));
    assert_eq!(registrar.post(None, &sent).await.status, 201);
    server.end().await;
}

// A-112, D-11: who may not register makes the server ask nobody
#[tokio::test]
async fn a_stranger_makes_the_server_fetch_nothing() {
    let site = Site::open().await;
    let server = TestServer::wanted(Engine::Sqlite).set("clients.registration", "token");
    let server = server.set("outbound.allow", &site.door()).start().await;
    let sent = with("sector_identifier_uri", json!(site.url("/sector").replace("http:", "https:")));
    assert_eq!(Registrar::new(&server).post(Some("wrong"), &sent).await.status, 401);
    assert!(site.asked().is_empty());
    server.end().await;
}
