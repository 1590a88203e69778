//! UserInfo over the wire: who is told what, in which form, and who is told nothing.

use crate::support::application::{ADA, Application, came_back, claims, spa, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::PASSWORD;
use serde_json::{Value, json};
use vestibule::accounts::update::{Change, Editor, What, update};
use vestibule::kernel::time::Lifetime;
use vestibule::keys::model::Algorithm;
use vestibule::oauth::clients::model::{
    IdTokenClaims, Party, RedirectUri, Registration, SubjectType,
};
use vestibule::oauth::model::Scope;

const USERINFO: &str = "/oauth/userinfo";

/// One of ours, so that nobody is asked.
fn ours() -> Registration {
    let all = Scope::parse("openid profile email phone address offline_access").unwrap();
    Registration { party: Party::First, scope: all, ..web() }
}

/// Ada with everything that can be known of her, and the tokens of an application.
async fn tokens(
    server: &TestServer,
    registration: Registration,
    more: &[(&str, &str)],
) -> (Application, Value) {
    let tenant = server.default_tenant();
    let user = server.person(&tenant, ADA, PASSWORD).await;
    let changes = [
        ("given_name", "Ada"),
        ("username", "ada"),
        ("phone_number", "+2348012345678"),
        ("street_address", "1 Hall Road"),
        ("country", "Nigeria"),
    ];
    let changes = changes.map(|(name, text)| {
        let field = What::parse(name).unwrap();
        Change { field, text: text.into() }
    });
    let (database, whose) = (&server.house().database, (&user.id, Editor::Operator));
    update(database, server.at(&tenant), whose, &changes, &server.context()).await.unwrap();
    let application = server.application(&tenant, registration).await;
    let mut visitor = server.visitor();
    let back = application.sign_in(&mut visitor, more).await;
    let code = came_back(&back)["code"].clone();
    let answer = application.redeem(server, &code, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    (application, answer.json())
}

async fn ask(server: &TestServer, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    server.browser().ask("GET", USERINFO, &[("authorization", &bearer)]).await
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name}: {tokens}"))
}

// P-022, P-023, P-024, P-025, P-221, OIDC Core §5.3, §5.4
#[tokio::test]
async fn the_scope_says_what_an_application_is_told() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let all = [("scope", "openid profile email phone address")];
        let (_, tokens) = tokens(&server, ours(), &all).await;
        let token = text(&tokens, "access_token");
        let answer = ask(&server, token).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.header("cache-control"), "no-store");
        let mut told = answer.json();
        assert_eq!(told["sub"], claims(&tokens["id_token"])["sub"], "{engine:?}");
        assert!(told["updated_at"].is_i64());
        for gone in ["sub", "updated_at"] {
            told.as_object_mut().unwrap().remove(gone);
        }
        let expected = json!({
            "name": "Ada Okafor",
            "given_name": "Ada",
            "preferred_username": "ada",
            "email": ADA,
            "email_verified": true,
            "phone_number": "+2348012345678",
            "phone_number_verified": false,
            "address": {
                "formatted": "1 Hall Road\nNigeria",
                "street_address": "1 Hall Road",
                "country": "Nigeria",
            },
        });
        assert_eq!(told, expected, "{engine:?}");
        let id = claims(&tokens["id_token"]);
        assert!(id.get("email").is_none(), "P-022: with an access token it is not in the ID token");
        let by_body = server.browser().post(USERINFO, &[], &format!("access_token={token}")).await;
        assert_eq!(by_body.body, answer.body);
        let bearer = format!("bEaReR {token}");
        let by_post = server.browser().send(USERINFO, &[("authorization", &bearer)], "").await;
        assert_eq!(by_post.body, answer.body);
        server.end().await;
    }
}

// P-052, OIDC Core §5.5: by name, at the place that was asked for
#[tokio::test]
async fn a_claim_is_told_where_it_was_asked_for() {
    let server = TestServer::start(Engine::Sqlite).await;
    let named = r#"{"userinfo":{"email":{"essential":true},"shoe_size":null},"id_token":{"given_name":null}}"#;
    let asked = [("scope", "openid"), ("claims", named)];
    let (application, tokens) = tokens(&server, ours(), &asked).await;
    let told = ask(&server, text(&tokens, "access_token")).await.json();
    assert_eq!((&told["email"], told.get("given_name")), (&ADA.into(), None));
    let id = claims(&tokens["id_token"]);
    assert_eq!((&id["given_name"], id.get("email")), (&"Ada".into(), None));
    let refreshed = application.refresh(&server, text(&tokens, "refresh_token")).await.json();
    assert_eq!(claims(&refreshed["id_token"])["given_name"], "Ada", "P-054");
    server.end().await;
}

// P-022: where the client's registration says so, the claims of the scope are in the ID token too
#[tokio::test]
async fn a_client_may_have_its_claims_in_the_id_token() {
    let server = TestServer::start(Engine::Sqlite).await;
    let lazy = Registration { id_token_claims: IdTokenClaims::OfTheScope, ..ours() };
    let (_, tokens) = tokens(&server, lazy, &[("scope", "openid email")]).await;
    assert_eq!(claims(&tokens["id_token"])["email"], ADA);
    server.end().await;
}

// P-048: signed, for this client, with the key that is published; and no ID token, though of its type
#[tokio::test]
async fn a_client_may_have_it_signed() {
    let server =
        TestServer::wanted(Engine::Sqlite).set("jwt.algorithms", "ES256,RS256").start().await;
    let tenant = server.default_tenant();
    server.person(&tenant, ADA, PASSWORD).await;
    for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
        let signed = Registration {
            userinfo_algorithm: Some(algorithm),
            id_token_algorithm: algorithm,
            ..ours()
        };
        let application = server.application(&tenant, signed).await;
        let back = application.sign_in(&mut server.visitor(), &[]).await;
        let tokens = application.redeem(&server, &came_back(&back)["code"], &[]).await.json();
        let answer = ask(&server, text(&tokens, "access_token")).await;
        assert_eq!(answer.header("content-type"), "application/jwt");
        let header = answer.body.split('.').next().unwrap();
        let header = data_encoding::BASE64URL_NOPAD.decode(header.as_bytes()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header["alg"], algorithm.as_str(), "P-047, P-048");
        let told = server.relying_party(&tenant).verify(&answer.body, server.now()).await.unwrap();
        assert_eq!(told["iss"], server.issuer(&tenant));
        assert_eq!((&told["aud"], &told["email"]), (&application.id().into(), &ADA.into()));
        assert_eq!(told["sub"], claims(&tokens["id_token"])["sub"]);
        assert!(told.get("exp").is_none());
    }
    server.end().await;
}

// P-045, P-221, OIDC Core §8.1: one name per sector, the same wherever the client can read it
#[tokio::test]
async fn a_pairwise_name_leads_to_no_other() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        let pairwise = Registration { subject_type: SubjectType::Pairwise, ..ours() };
        let (one, tokens) = tokens(&server, pairwise.clone(), &[]).await;
        let id = claims(&tokens["id_token"]);
        let sub = text(&id, "sub");
        assert!(!sub.starts_with("usr_") && sub.len() >= 32, "{sub}");
        assert_eq!(claims(&tokens["access_token"])["sub"], sub);
        let token = text(&tokens, "access_token");
        assert_eq!(ask(&server, token).await.json()["sub"], sub);
        for name in ["access_token", "refresh_token"] {
            let token = text(&tokens, name);
            let told = one.post(&server, "/oauth/introspect", &[("token", token)]).await.json();
            assert_eq!(told["sub"], sub, "{name}");
        }
        let refreshed = one.refresh(&server, text(&tokens, "refresh_token")).await.json();
        assert_eq!(claims(&refreshed["id_token"])["sub"], sub);
        let mut subjects = vec![sub.to_owned()];
        let other = RedirectUri::parse("https://other.example.test/cb", ours().kind).unwrap();
        let elsewhere = Registration { sector_identifier_uri: Some(other), ..pairwise.clone() };
        for (registration, is_same) in [(pairwise, true), (elsewhere, false), (ours(), false)] {
            let application = server.application(&tenant, registration).await;
            let back = application.sign_in(&mut server.visitor(), &[]).await;
            let code = came_back(&back)["code"].clone();
            let tokens = application.redeem(&server, &code, &[]).await.json();
            let theirs = text(&claims(&tokens["id_token"]), "sub").to_owned();
            assert_eq!(subjects.contains(&theirs), is_same, "{engine:?}");
            subjects.push(theirs);
        }
        server.end().await;
    }
}

// P-215: browser clients read answers from the origins of their redirect URIs, and from no other
#[tokio::test]
async fn a_script_reads_answers_from_its_own_origin_alone() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let tenant = server.default_tenant();
        server.application(&tenant, web()).await;
        let home = "https://photos.example.test";
        let asked = |path: &'static str, origin: &'static str| {
            let headers = [("origin", origin), ("access-control-request-method", "POST")];
            let browser = server.browser();
            async move { browser.ask("OPTIONS", path, &headers).await }
        };
        for path in [USERINFO, "/oauth/token", "/oauth/revoke"] {
            let refused = asked(path, home).await;
            assert_eq!(refused.header("access-control-allow-origin"), "", "a web client runs none");
        }
        server.application(&tenant, spa()).await;
        for path in [USERINFO, "/oauth/token", "/oauth/revoke"] {
            let answer = asked(path, home).await;
            assert_eq!(answer.status, 204, "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), home);
            assert!(answer.header("access-control-allow-headers").contains("Authorization"));
            assert_eq!(answer.header("access-control-allow-credentials"), "", "no cookie is read");
            for wrong in [
                "null",
                "https://evil.test",
                "http://photos.example.test",
                "https://photos.example.test.evil.test",
            ] {
                let answer = asked(path, wrong).await;
                assert_eq!(answer.header("access-control-allow-origin"), "", "{path} {wrong}");
            }
            let headers = [("origin", home)];
            let answer = server.browser().post(path, &headers, "").await;
            assert_eq!(answer.header("access-control-allow-origin"), home, "{path}");
            assert!(answer.header("vary").contains("Origin"));
            assert!(answer.header("access-control-expose-headers").contains("WWW-Authenticate"));
        }
        let authorize = asked("/authorize", home).await;
        assert_eq!(authorize.header("access-control-allow-origin"), "", "A-135: never there");
        server.end().await;
    }
}

// P-225, P-026, RFC 6750 §3: every refusal says how to do better
#[tokio::test]
async fn a_refusal_carries_its_challenge() {
    let server = TestServer::start(Engine::Sqlite).await;
    let issuer = server.issuer(&server.default_tenant());
    let nothing = server.browser().get(USERINFO).await;
    assert_eq!(nothing.status, 401);
    assert_eq!(nothing.header("www-authenticate"), format!("Bearer realm=\"{issuer}\""));
    let (_, tokens) = tokens(&server, ours(), &[]).await;
    let token = text(&tokens, "access_token");
    let wrong = ask(&server, "x.y.z").await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.header("www-authenticate").contains("error=\"invalid_token\""));
    assert_eq!(wrong.json()["error"], "invalid_token");
    server.clock.advance(Lifetime::minutes(16));
    let over = ask(&server, token).await;
    assert_eq!((over.status, &over.body), (401, &wrong.body), "one answer for every cause");
    server.end().await;
}
