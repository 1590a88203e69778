//! OIDC Discovery, and the metadata of RFC 8414: the same document at two addresses, for every tenant.

use crate::support::browser::{Answer, Browser};
use crate::support::database::{Engine, engines};
use crate::support::server::TestServer;

const OIDC: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

const METHODS: [&str; 4] =
    ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"];
const ASSERTIONS: [&str; 12] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "HS256",
    "HS384", "HS512",
];

const CLAIMS: [&str; 32] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "at_hash",
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "email",
    "email_verified",
    "address",
    "phone_number",
    "phone_number_verified",
    "roles",
    "groups",
];

#[track_caller]
fn assert_metadata(answer: &Answer, issuer: &str) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json");
    let metadata = answer.json();
    assert_eq!(metadata["issuer"], issuer);
    assert_eq!(metadata["jwks_uri"], format!("{issuer}/jwks"));
}

#[allow(clippy::too_many_lines, reason = "it is a table")]
fn expected(issuer: &str) -> serde_json::Value {
    let with_none = [&METHODS[..], &["none"]].concat();
    serde_json::json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/jwks"),
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"),
        "introspection_endpoint": format!("{issuer}/oauth/introspect"),
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "userinfo_endpoint": format!("{issuer}/oauth/userinfo"),
        "end_session_endpoint": format!("{issuer}/oauth/logout"),
        "scopes_supported": [
            "openid", "profile", "email", "phone", "address", "offline_access", "roles", "groups",
        ],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "acr_values_supported": ["urn:vestibule:acr:1fa", "urn:vestibule:acr:2fa"],
        "authorization_response_iss_parameter_supported": true,
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": true,
        "request_object_signing_alg_values_supported": &ASSERTIONS[..9],
        "pushed_authorization_request_endpoint": format!("{issuer}/oauth/par"),
        "token_endpoint_auth_methods_supported": with_none,
        "token_endpoint_auth_signing_alg_values_supported": ASSERTIONS,
        "introspection_signing_alg_values_supported": ["ES256", "RS256"],
        "introspection_endpoint_auth_methods_supported": METHODS,
        "introspection_endpoint_auth_signing_alg_values_supported": ASSERTIONS,
        "revocation_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": ASSERTIONS,
        "subject_types_supported": ["public", "pairwise"],
        "claim_types_supported": ["normal"],
        "claims_supported": CLAIMS,
        "userinfo_signing_alg_values_supported": ["ES256", "RS256"],
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
    })
}

// P-217, OIDC Discovery §3, RFC 8414 §2: nothing is listed that is not there
#[tokio::test]
async fn the_metadata_list_what_is_there() {
    for engine in engines() {
        let server = TestServer::wanted(engine).set("jwt.algorithms", "ES256,RS256").start().await;
        let issuer = server.issuer(&server.default_tenant());
        let metadata = server.browser().get(OIDC).await.json();
        let expected = expected(&issuer);
        assert_eq!(metadata, expected);
        server.end().await;
    }
}

// P-206, P-218, OIDC Discovery §4, RFC 8414 §3.1 and §5: the document of an issuer with a path stands behind it, and the
// one of RFC 8414 before it (P-001, P-002)
#[tokio::test]
async fn every_issuer_is_described_where_both_specifications_look() {
    let server = TestServer::start(Engine::Sqlite).await;
    let public = server.issuer(&server.default_tenant());
    let acme = server.tenant("acme", &[]).await;
    let own = server.tenant("own", &["login.own.example", "old.own.example"]).await;
    let (home, at_own) = (server.browser(), server.browser_at("login.own.example"));
    for document in [OIDC, OAUTH] {
        assert_metadata(&home.get(document).await, &public);
        assert_metadata(&home.get(&format!("{document}/t/acme")).await, &server.issuer(&acme));
        assert_metadata(&home.get(&format!("/t/acme{document}")).await, &server.issuer(&acme));
        assert_metadata(&at_own.get(document).await, "http://login.own.example");
        let second = server.browser_at("old.own.example").get(document).await;
        assert_metadata(&second, "http://login.own.example");
    }
    assert_eq!(server.issuer(&acme), format!("{public}/t/acme"));
    assert_eq!(server.issuer(&own), "http://login.own.example");
    server.end().await;
}

// RFC 8414 §3.3, OIDC Discovery §4.3: an issuer that is not there has no metadata, and none of another's
#[tokio::test]
async fn who_is_not_there_is_not_described() {
    let server = TestServer::start(Engine::Sqlite).await;
    server.tenant("acme", &[]).await;
    server.tenant("own", &["login.own.example"]).await;
    let home = server.browser();
    for path in ["/t/nobody", "/t/own", "/t/default", "/t/ACME", "/t/", "/t"] {
        for document in [OIDC, OAUTH] {
            for path in [format!("{document}{path}"), format!("{path}{document}")] {
                assert_eq!(home.get(&path).await.status, 404, "{path}");
            }
        }
    }
    let at_own = server.browser_at("login.own.example");
    assert_eq!(at_own.get(&format!("/t/acme{OIDC}")).await.status, 404);
    assert_eq!(at_own.get(&format!("{OAUTH}/t/acme")).await.status, 404);
    assert_eq!(server.browser_at("other.example").get(OIDC).await.status, 421);
    server.end().await;
}

// RFC 9110 §8.8.3, §9.3.2, §13.1.2, §15.5.6; RFC 9111 §5.2
#[tokio::test]
async fn the_metadata_are_a_good_citizen_of_caches() {
    let server = TestServer::start(Engine::Sqlite).await;
    for document in [OIDC, OAUTH] {
        assert_cacheable(&server.browser(), document, 3600).await;
    }
    server.end().await;
}

/// What GET, HEAD, conditional requests and all other methods must answer for a prepared document.
pub async fn assert_cacheable(browser: &Browser, path: &str, max_age: i64) {
    let full = browser.get(path).await;
    assert_eq!((full.status, full.max_age()), (200, max_age));
    assert_eq!(full.header("access-control-allow-origin"), "*", "for scripts of any origin");
    let length = full.body.len().to_string();
    assert_eq!(full.header("content-length"), length);
    let tag = full.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 10, "{tag}");
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let again = browser.ask("GET", path, &[("if-none-match", &known)]).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{known}");
        assert_eq!((again.header("etag"), again.max_age()), (tag.as_str(), max_age));
    }
    let other = browser.ask("GET", path, &[("if-none-match", "\"other\"")]).await;
    assert_eq!((other.status, &other.body), (200, &full.body));
    let head = browser.ask("HEAD", path, &[]).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    for name in ["content-length", "etag", "cache-control", "content-type"] {
        assert_eq!(head.header(name), full.header(name), "{name} of HEAD");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let refused = browser.ask(method, path, &[]).await;
        assert_eq!(refused.status, 405, "{method}");
        assert!(refused.header("allow").contains("GET"), "{}", refused.text());
    }
}
