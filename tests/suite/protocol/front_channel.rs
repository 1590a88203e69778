//! Implicit and hybrid flows, where a client registered them: OIDC Core §3.2, §3.3, OAuth 2.0 Multiple Response Types.

use crate::support::application::{ADA, Application, CALLBACK, came_back, claims, web};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;
use crate::support::visitor::Visitor;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vestibule::kernel::secret::Hash;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::clients::model::{Kind, Method, Party, Registration};
use vestibule::oauth::model::{Profile, ResponseType};

/// One that registered all there is.
fn old() -> Registration {
    Registration {
        profile: Profile::OidcCompat,
        party: Party::First,
        response_types: ResponseType::ALL.to_vec(),
        ..web()
    }
}

fn half_hash(text: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&Hash::of(text.as_bytes()).bytes()[..16])
}

async fn signed_in(
    registration: Registration,
    engine: Engine,
) -> (TestServer, Application, Visitor) {
    let server = TestServer::start(engine).await;
    let app = server.application(&server.default_tenant(), registration).await;
    let mut ada = server.ada().await;
    app.sign_in(&mut ada, &[]).await;
    (server, app, ada)
}

/// What came back, in the fragment and nowhere else.
#[track_caller]
fn in_fragment(answer: &Answer) -> BTreeMap<String, String> {
    let place = answer.header("location");
    assert!(place.starts_with(&format!("{CALLBACK}#")), "{place}");
    assert!(!place.contains('?'), "{place}");
    came_back(answer)
}

/// What an ID token says of itself, and of what came beside it.
#[track_caller]
fn vouches(told: &Value, back: &BTreeMap<String, String>, app: &Application) {
    assert_eq!((&told["aud"], &told["nonce"]), (&json!(app.id()), &json!("n-0S6_WzA2Mj")));
    assert!(told["sid"].is_string() && told["auth_time"].is_i64());
    let hash = |name: &str| back.get(name).map_or(Value::Null, |text| json!(half_hash(text)));
    assert_eq!((&told["at_hash"], &told["c_hash"]), (&hash("access_token"), &hash("code")));
}

async fn user_info(server: &TestServer, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    server.browser().ask("GET", "/oauth/userinfo", &[("authorization", &bearer)]).await
}

// OIDC Core §3.2.2.5, §3.2.2.10, §3.3.2.5, §3.3.2.11 (P-012, P-021, P-066, P-205, P-234): each answer has what was
// asked for and nothing else, in the fragment, and its ID token vouches for what came beside it
#[tokio::test]
async fn each_response_type_brings_what_it_names() {
    for engine in engines() {
        let (server, app, mut ada) = signed_in(old(), engine).await;
        let tenant = server.default_tenant();
        for kind in ResponseType::ALL {
            let answer = ada.get(&app.request(&[("response_type", kind.as_str())])).await;
            if *kind == ResponseType::Code {
                assert!(answer.header("location").starts_with(&format!("{CALLBACK}?")));
                continue;
            }
            let back = in_fragment(&answer);
            let mut expected = vec!["iss", "state"];
            expected.extend(kind.has_code().then_some("code"));
            expected.extend(kind.has_id_token().then_some("id_token"));
            if kind.has_token() {
                expected.extend(["access_token", "token_type", "expires_in", "scope"]);
            }
            expected.sort_unstable();
            assert_eq!(back.keys().map(String::as_str).collect::<Vec<_>>(), expected, "{kind:?}");
            assert_eq!((&*back["state"], &*back["iss"]), ("af0ifjsldkj", &*server.issuer(&tenant)));
            if let Some(token) = back.get("access_token") {
                assert_eq!((&*back["token_type"], &*back["expires_in"]), ("Bearer", "900"));
                assert_eq!(user_info(&server, token).await.status, 200, "{kind:?}");
            }
            if let Some(token) = back.get("id_token") {
                let verified = server.relying_party(&tenant).verify(token, server.now()).await;
                vouches(&verified.unwrap(), &back, &app);
            }
            if let Some(code) = back.get("code") {
                let tokens = app.redeem(&server, code, &[]).await;
                assert_eq!(tokens.status, 200, "{}", tokens.text());
                assert!(claims(&tokens.json()["id_token"]).get("c_hash").is_none());
            }
        }
        server.end().await;
    }
}

// RFC 6749 §3.1.1: the order of the words does not matter; OAuth2-FP §2 (P-065): and a form may carry them
#[tokio::test]
async fn words_come_in_any_order_and_answers_by_form() {
    let (server, app, mut ada) = signed_in(old(), Engine::Sqlite).await;
    let asked = [("response_type", "token id_token code"), ("response_mode", "form_post")];
    let page = ada.get(&app.request(&asked)).await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"), "{}", page.text());
    for name in ["code", "access_token", "id_token", "iss", "state"] {
        assert!(page.body.contains(&format!("name=\"{name}\"")), "{name}: {}", page.text());
    }
    server.end().await;
}

// OIDC Core §5.4 (P-022): without any access token the claims of the scope are in the ID token, and only then
#[tokio::test]
async fn an_id_token_alone_tells_what_the_scope_opens() {
    let (server, app, mut ada) = signed_in(old(), Engine::Sqlite).await;
    for (kind, is_told) in [("id_token", true), ("id_token token", false), ("code id_token", false)]
    {
        let back = in_fragment(&ada.get(&app.request(&[("response_type", kind)])).await);
        let told = claims(&json!(back["id_token"]));
        assert_eq!(told.get("email") == Some(&json!(ADA)), is_told, "{kind}: {told}");
    }
    server.end().await;
}

// OIDC Core §3.2.2.6, §3.2.2.1, §3.3.2.11 (P-012, P-037, P-038, P-234, A-011): errors come in the fragment too,
// also where a query was asked for; a nonce is needed exactly where an ID token comes
#[tokio::test]
async fn an_error_of_a_front_channel_request_is_never_in_a_query() {
    let (server, app, mut ada) = signed_in(old(), Engine::Sqlite).await;
    for kind in ResponseType::ALL.iter().filter(|kind| kind.is_front()) {
        let kind_of = ("response_type", kind.as_str());
        for (more, error) in [
            (("response_mode", "query"), "invalid_request"),
            (("response_mode", "web_message"), "invalid_request"),
            (("max_age", "x"), "invalid_request"),
            (("scope", "openid \"x\""), "invalid_scope"),
        ] {
            let back = in_fragment(&ada.get(&app.request(&[kind_of, more])).await);
            assert_eq!(
                (&*back["error"], &*back["state"]),
                (error, "af0ifjsldkj"),
                "{kind:?} {more:?}"
            );
        }
        let back = in_fragment(&ada.get(&app.request(&[kind_of, ("nonce", "")])).await);
        assert_eq!(back.contains_key("error"), kind.has_id_token(), "{kind:?}");
        let none = [kind_of, ("prompt", "none"), ("max_age", "0")];
        server.clock.advance(Lifetime::seconds(1));
        let back = in_fragment(&ada.get(&app.request(&none)).await);
        assert_eq!(back["error"], "login_required");
        let back = in_fragment(&ada.get(&app.request(&[kind_of, ("scope", "email")])).await);
        assert_eq!(back.contains_key("error"), kind.has_id_token(), "an ID token needs openid");
    }
    server.end().await;
}

// P-066, A-011: only by the profile oidc-compat, and only what was registered
#[tokio::test]
async fn who_registered_no_front_channel_has_none() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let some = Registration {
        response_types: vec![ResponseType::Code, ResponseType::CodeIdToken],
        ..old()
    };
    let some = server.application(&tenant, some).await;
    let strict = server.application(&tenant, web()).await;
    let mut eve = server.visitor();
    for kind in ResponseType::ALL.iter().filter(|kind| kind.is_front()) {
        let asked = [("response_type", kind.as_str())];
        let back = in_fragment(&eve.get(&strict.request(&asked)).await);
        assert_eq!(back["error"], "unsupported_response_type", "{kind:?}");
        if *kind != ResponseType::CodeIdToken {
            let back = in_fragment(&eve.get(&some.request(&asked)).await);
            assert_eq!(back["error"], "unauthorized_client", "{kind:?}");
        }
    }
    for more in [("response_type", "token"), ("response_type", "none")] {
        let back = came_back(&eve.get(&some.request(&[more])).await);
        assert_eq!(back["error"], "unsupported_response_type");
    }
    server.end().await;
}

// OIDC Core §11, RFC 9700 §2.1.2 (INV-09, P-053): no refresh token this way, and what came so ends with the session
#[tokio::test]
async fn a_token_through_the_browser_ends_with_the_session() {
    for engine in engines() {
        let (server, app, mut ada) = signed_in(old(), engine).await;
        let asked = [("response_type", "id_token token"), ("scope", "openid email offline_access")];
        let back = in_fragment(&ada.get(&app.request(&asked)).await);
        assert_eq!(back["scope"], "openid email");
        assert!(!back.contains_key("refresh_token"));
        let token = &back["access_token"];
        assert_eq!(user_info(&server, token).await.status, 200);
        let page = ada.open("/logout").await;
        ada.submit(&page, &[]).await;
        assert_eq!(user_info(&server, token).await.status, 401);
        server.end().await;
    }
}

// D-12: whoever is disabled meanwhile gets nothing; and each answer is recorded
#[tokio::test]
async fn an_implicit_client_needs_no_grant_of_codes() {
    let implicit = Registration {
        kind: Kind::Public,
        method: Method::None,
        grants: Vec::new(),
        response_types: vec![ResponseType::IdToken],
        ..old()
    };
    let server = TestServer::start(Engine::Sqlite).await;
    let app = server.application(&server.default_tenant(), implicit).await;
    let mut ada = server.ada().await;
    let asked =
        [("response_type", "id_token"), ("code_challenge", ""), ("code_challenge_method", "")];
    let back = in_fragment(&app.sign_in(&mut ada, &asked).await);
    assert_eq!(claims(&json!(back["id_token"]))["aud"], app.id());
    let code = came_back(&ada.get(&app.request(&[])).await);
    assert_eq!(code["error"], "unauthorized_client");
    server.end().await;
}

// OIDC Registration §2 (P-217, P-223, P-228): registered where the profile allows, listed where it is the tenant's
#[tokio::test]
async fn a_stranger_registers_it_where_the_tenant_knows_of_it() {
    for (profile, is_open) in [("oidc-compat", true), ("oauth21", false)] {
        let server = TestServer::wanted(Engine::Sqlite)
            .set("clients.profile", profile)
            .set("clients.registration", "open")
            .start()
            .await;
        let metadata = server.browser().get("/.well-known/openid-configuration").await.json();
        let listed =
            |member: &str, word: &str| metadata[member].as_array().unwrap().contains(&json!(word));
        assert_eq!(listed("response_types_supported", "code id_token token"), is_open);
        assert_eq!(listed("grant_types_supported", "implicit"), is_open);
        assert_eq!(listed("claims_supported", "c_hash"), is_open);
        let register = async |body: Value| {
            let json = [("content-type", "application/json")];
            server.browser().send("/oauth/register", &json, &body.to_string()).await
        };
        let body = json!({
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code", "implicit", "refresh_token"],
            "response_types": ["code", "token id_token", "code id_token", "token"],
        });
        let answer = register(body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let told = answer.json();
        let (responses, grants) = match is_open {
            true => (
                json!(["code", "id_token token", "code id_token"]),
                json!(["authorization_code", "refresh_token", "implicit"]),
            ),
            false => (json!(["code"]), json!(["authorization_code", "refresh_token"])),
        };
        assert_eq!((&told["response_types"], &told["grant_types"]), (&responses, &grants));
        for uri in ["https://localhost/cb", "http://127.0.0.1/cb"] {
            let wrong =
                register(json!({"redirect_uris": [uri], "response_types": ["id_token"]})).await;
            assert_eq!(wrong.status, 400, "{uri}: {}", wrong.text());
        }
        server.end().await;
    }
}

// RFC 9700 §2.1.1 (D-01): by the profile oidc-compat, who has a secret may do without a challenge; who sent one is
// held to it, and a public client always needs one
#[tokio::test]
async fn a_confidential_client_of_the_old_profile_may_do_without_pkce() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let confidential = server.application(&tenant, old()).await;
    let public = Registration { kind: Kind::Public, method: Method::None, ..old() };
    let public = server.application(&tenant, public).await;
    let mut ada = server.ada().await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = came_back(&confidential.sign_in(&mut ada, &without).await)["code"].clone();
    let answer = confidential.redeem(&server, &code, &[("code_verifier", "")]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let code = came_back(&ada.get(&confidential.request(&[])).await)["code"].clone();
    let answer = confidential.redeem(&server, &code, &[("code_verifier", "")]).await;
    assert_eq!(answer.json()["error"], "invalid_grant", "who sent one is held to it");
    let refused = came_back(&ada.get(&public.request(&without)).await);
    assert_eq!(refused["error"], "invalid_request");
    server.end().await;
}
