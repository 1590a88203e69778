//! The token endpoint, introspection and revocation over the wire, with the keys that are really published.

use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::machine::{API, Machine};
use crate::support::server::TestServer;
use data_encoding::BASE64;
use serde_json::Value;
use vestibule::oauth::clients::model::Kind;
use vestibule::tenants::model::Tenant;

async fn machine(server: &TestServer, tenant: &Tenant, kind: Kind) -> Machine {
    Machine::register(server, tenant, kind).await
}

async fn fetch(server: &TestServer, machine: &Machine, more: &str) -> Answer {
    let body = format!("grant_type=client_credentials{more}");
    server.browser().post("/oauth/token", &[("authorization", &machine.basic)], &body).await
}

async fn ask(server: &TestServer, path: &str, who: &Machine, token: &str) -> Answer {
    let body = format!("token={token}");
    server.browser().post(path, &[("authorization", &who.basic)], &body).await
}

// RFC 6749 §4.4.3, §5.1; RFC 9068 §2; P-015: a machine's token verifies with the published keys
#[tokio::test]
async fn a_machine_fetches_a_token_that_any_verifier_believes() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let machine = machine(&server, &tenant, Kind::Machine).await;
        let answer = fetch(&server, &machine, "&scope=orders:read").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 900);
        assert_eq!(tokens["scope"], "orders:read");
        assert!(tokens.get("refresh_token").is_none() && tokens.get("id_token").is_none());
        let token = tokens["access_token"].as_str().unwrap();
        let claims = server.relying_party(&tenant).verify(token, server.now()).await.unwrap();
        assert_eq!(claims["iss"], server.issuer(&tenant));
        assert_eq!(claims["aud"], API);
        assert_eq!((&claims["sub"], &claims["client_id"]), (&claims["client_id"], &claims["sub"]));
        assert_eq!(claims["client_id"], machine.id.as_str());
        server.end().await;
    }
}

// RFC 6749 §2.3.1, §5.2; RFC 9110 §15.5.2; A-045: every wrong proof is refused in the same words
#[tokio::test]
async fn a_client_that_is_not_known_is_told_so_in_one_way() {
    let server = TestServer::start(Engine::Sqlite).await;
    let machine = machine(&server, &server.default_tenant(), Kind::Machine).await;
    let wrong = |id: &str, secret: &str| {
        format!("Basic {}", BASE64.encode(format!("{id}:{secret}").as_bytes()))
    };
    let mut bodies = Vec::new();
    for proof in [
        wrong(&machine.id, "wrong"),
        wrong("cli_00000000000000000000000000", &machine.secret),
        wrong("nobody", "x"),
        "Basic !!!".to_owned(),
        "Bearer x".to_owned(),
    ] {
        let headers = [("authorization", proof.as_str())];
        let answer =
            server.browser().post("/oauth/token", &headers, "grant_type=client_credentials").await;
        assert_eq!(answer.status, 401, "{proof}");
        assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{proof}");
        bodies.push(answer.body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    server.end().await;
}

// RFC 6749 §5.2, App. B; A-014, INV-33: no input is a 5xx
#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let server = TestServer::start(Engine::Sqlite).await;
    let machine = machine(&server, &server.default_tenant(), Kind::Machine).await;
    let cases = [
        ("grant_type=password", 400, "unsupported_grant_type"),
        ("", 400, "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request"),
        ("grant_type=client_credentials&scope=admin", 400, "invalid_scope"),
        (
            "grant_type=client_credentials&resource=https%3A%2F%2Fevil.example",
            400,
            "invalid_target",
        ),
        ("grant_type=client_credentials&scope=%ff", 400, "invalid_request"),
        ("grant_type=client_credentials&x=%00", 400, "invalid_request"),
        ("grant_type=authorization_code&code=x", 400, "unauthorized_client"),
        ("grant_type=refresh_token&refresh_token=x", 400, "unauthorized_client"),
    ];
    for (body, status, error) in cases {
        let headers = [("authorization", machine.basic.as_str())];
        let answer = server.browser().post("/oauth/token", &headers, body).await;
        assert_eq!((answer.status, &answer.json()["error"]), (status, &error.into()), "{body}");
    }
    server.end().await;
}

// RFC 9110 §9.3.2, §10.2.1, §15.5.6, §15.5.16; RFC 6749 §3.2, §5.1 (P-015, P-216): what HTTP itself asks for
#[tokio::test]
async fn every_endpoint_of_clients_is_a_good_citizen_of_http() {
    let server = TestServer::start(Engine::Sqlite).await;
    let machine = machine(&server, &server.default_tenant(), Kind::Machine).await;
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/par"] {
        let basic = ("authorization", machine.basic.as_str());
        let json = [basic, ("content-type", "application/json")];
        let answer = server.browser().send(path, &json, "{}").await;
        assert_eq!((answer.status, &answer.json()["error"]), (415, &"invalid_request".into()));
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            let refused = server.browser().ask(method, path, &[]).await;
            assert_eq!((refused.status, refused.header("allow")), (405, "POST"), "{method} {path}");
        }
        let form = "Application/X-WWW-Form-Urlencoded; charset=\"UTF-8\"";
        let body = "grant_type=client_credentials&token=x";
        let answer = server.browser().send(path, &[basic, ("content-type", form)], body).await;
        assert_ne!(answer.status, 415, "{path}");
        let twice = "grant_type=client_credentials&grant_type=x&token=x&token=y&x=1&x=2";
        let answer = server.browser().post(path, &[basic], twice).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &"invalid_request".into()),
            "{path}"
        );
        let options = server.browser().ask("OPTIONS", path, &[]).await;
        assert!(options.status < 500, "{path}: {}", options.text());
    }
    server.end().await;
}

// RFC 9701 §4, §5 (P-203, A-073): signed for the caller where it asks for that, and as silent to others
#[tokio::test]
async fn an_answer_about_a_token_is_signed_on_request() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let machine = machine(&server, &tenant, Kind::Machine).await;
    let stranger = self::machine(&server, &tenant, Kind::Machine).await;
    let api = self::machine(&server, &tenant, Kind::ResourceServer).await;
    let tokens = fetch(&server, &machine, "").await.json();
    let token = tokens["access_token"].as_str().unwrap();
    let kind = "application/token-introspection+jwt";
    let accept = format!("application/json;q=0.5, {kind}");
    for (caller, is_active) in [(&api, true), (&stranger, false)] {
        let headers = [("authorization", caller.basic.as_str()), ("accept", accept.as_str())];
        let body = format!("token={token}");
        let answer = server.browser().post("/oauth/introspect", &headers, &body).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, kind));
        let parts: Vec<&str> = answer.body.split('.').collect();
        let read = |part: &str| -> Value {
            let bytes = data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        };
        assert_eq!(read(parts[0])["typ"], "token-introspection+jwt");
        let told = read(parts[1]);
        assert_eq!(
            (&told["iss"], &told["aud"]),
            (&server.issuer(&tenant).into(), &caller.id.as_str().into())
        );
        assert_eq!(told["iat"], server.now().seconds());
        let inner = &told["token_introspection"];
        match is_active {
            true => assert_eq!(inner["client_id"], machine.id.as_str()),
            false => assert_eq!(*inner, serde_json::json!({"active": false})),
        }
        assert_eq!(told.as_object().unwrap().len(), 4, "{told}");
    }
    let nobody = [("accept", accept.as_str())];
    let answer =
        server.browser().post("/oauth/introspect", &nobody, &format!("token={token}")).await;
    assert_eq!(answer.status, 401);
    server.end().await;
}

// RFC 7662 §2.2, RFC 7009 §2.2, P-203: the API learns what a token is, and that it was revoked
#[tokio::test]
async fn an_api_sees_a_token_end() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let machine = machine(&server, &tenant, Kind::Machine).await;
        let stranger = self::machine(&server, &tenant, Kind::Machine).await;
        let api = self::machine(&server, &tenant, Kind::ResourceServer).await;
        let tokens = fetch(&server, &machine, "").await.json();
        let token = tokens["access_token"].as_str().unwrap();
        let told = ask(&server, "/oauth/introspect", &api, token).await.json();
        assert_eq!(
            (&told["active"], &told["client_id"]),
            (&true.into(), &machine.id.as_str().into())
        );
        let hidden = ask(&server, "/oauth/introspect", &stranger, token).await;
        assert_eq!(hidden.body, r#"{"active":false}"#);
        // RFC 7009 §2.1: only whose token it is
        assert_eq!(ask(&server, "/oauth/revoke", &stranger, token).await.status, 400);
        assert_eq!(ask(&server, "/oauth/introspect", &api, token).await.json()["active"], true);
        assert_eq!(ask(&server, "/oauth/revoke", &machine, token).await.status, 200);
        let told = ask(&server, "/oauth/introspect", &api, token).await;
        assert_eq!(told.body, r#"{"active":false}"#, "{engine:?}");
        server.end().await;
    }
}

// INV-24, INV-06: a client of one tenant is nobody in another, and its token is nothing there
#[tokio::test]
async fn a_client_is_known_in_its_own_tenant_alone() {
    let server = TestServer::start(Engine::Sqlite).await;
    let acme = server.tenant("acme", &[]).await;
    let machine = machine(&server, &server.default_tenant(), Kind::Machine).await;
    let elsewhere = self::machine(&server, &acme, Kind::Machine).await;
    assert_eq!(fetch(&server, &elsewhere, "").await.status, 401);
    let tokens = fetch(&server, &machine, "").await.json();
    let token = tokens["access_token"].as_str().unwrap();
    let told = ask(&server, "/t/acme/oauth/introspect", &elsewhere, token).await;
    assert_eq!(told.body, r#"{"active":false}"#);
    server.end().await;
}
