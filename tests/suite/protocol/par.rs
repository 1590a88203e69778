//! Requests that are sent ahead (RFC 9126), and requests inside signed objects (RFC 9101, OIDC Core §6).

use crate::support::assertion::{KeyPair, SigningMachine};
use crate::support::browser::Answer;
use crate::support::database::{Engine, engines};
use crate::support::machine::Machine;
use crate::support::server::TestServer;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;
use vestibule::oauth::clients::model::{Kind, Method, RedirectUri, Registration};
use vestibule::oauth::model::{GrantType, Profile, Scope};

const REDIRECT: &str = "https://rp.example/cb";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub fn web() -> Registration {
    Registration {
        name: "Web".into(),
        redirect_uris: vec![RedirectUri::parse(REDIRECT, Kind::Confidential).unwrap()],
        grants: vec![GrantType::AuthorizationCode],
        scope: Scope::parse("openid profile").unwrap(),
        ..Registration::default()
    }
}

pub fn request(id: &str) -> Vec<(&'static str, String)> {
    vec![
        ("client_id", id.to_owned()),
        ("response_type", "code".into()),
        ("redirect_uri", REDIRECT.into()),
        ("scope", "openid".into()),
        ("state", "marked-state".into()),
        ("code_challenge", CHALLENGE.into()),
        ("code_challenge_method", "S256".into()),
    ]
}

fn form(pairs: &[(&str, String)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn push(server: &TestServer, app: &Machine, pairs: &[(&str, String)]) -> Answer {
    app.post(server, "/oauth/par", &form(pairs)).await
}

fn with<'a>(
    mut pairs: Vec<(&'a str, String)>,
    name: &'a str,
    value: &str,
) -> Vec<(&'a str, String)> {
    pairs.retain(|(known, _)| *known != name);
    if !value.is_empty() {
        pairs.push((name, value.to_owned()));
    }
    pairs
}

// P-224, P-014, RFC 9126 §2.2: a reference that cannot be guessed, for a minute and a half
#[tokio::test]
async fn a_pushed_request_gets_a_reference() {
    for engine in engines() {
        let server = TestServer::start(engine).await;
        let app = Machine::registered(&server, &server.default_tenant(), &web()).await;
        let answer = push(&server, &app, &request(&app.id)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        let told = answer.json();
        assert_eq!(told["expires_in"], 90);
        let secret = told["request_uri"].as_str().unwrap();
        let secret = secret.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
        assert!(secret.len() >= 43, "{secret}");
        let again = push(&server, &app, &request(&app.id)).await.json();
        assert_ne!(again["request_uri"], told["request_uri"]);
        server.end().await;
    }
}

// P-224: by every way in which a client proves itself, and by who has none
#[tokio::test]
async fn everybody_may_push_as_they_may_fetch_tokens() {
    let server = TestServer::start(Engine::Sqlite).await;
    let tenant = server.default_tenant();
    let public = Registration { kind: Kind::Public, method: Method::None, ..web() };
    let public = Machine::registered(&server, &tenant, &public).await;
    let answer = server.browser().post("/oauth/par", &[], &form(&request(&public.id))).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let post = Machine::registered(&server, &tenant, &web()).await;
    let pairs = with(request(&post.id), "client_secret", &post.secret);
    assert_eq!(server.browser().post("/oauth/par", &[], &form(&pairs)).await.status, 201);
    let key = KeyPair::new(5);
    let keyed = Registration { method: Method::PrivateKeyJwt, jwks: Some(key.jwks()), ..web() };
    let signer = SigningMachine::registered(&server, &tenant, key, &keyed).await;
    for (jti, aud) in [("1", ""), ("2", "/oauth/par"), ("3", "/oauth/token")] {
        let mut claims = signer.claims(&server, jti);
        claims["aud"] = json!(format!("{}{aud}", signer.issuer));
        let assertion = signer.key.sign(&signer.header().to_string(), &claims.to_string());
        let mut pairs = with(request(&signer.id), "client_assertion", &assertion);
        pairs.push(("client_assertion_type", crate::support::assertion::ASSERTION_TYPE.into()));
        let answer = server.browser().post("/oauth/par", &[], &form(&pairs)).await;
        assert_eq!(answer.status, 201, "P-046 {aud}: {}", answer.text());
    }
    server.end().await;
}

// A-105, A-109, RFC 9126 §2.3: the same table, answered to the client itself
#[tokio::test]
async fn what_the_authorization_endpoint_would_refuse_cannot_be_pushed() {
    let server = TestServer::start(Engine::Sqlite).await;
    let app = Machine::registered(&server, &server.default_tenant(), &web()).await;
    let unsigned = crate::support::assertion::encoded(r#"{"alg":"none"}"#, r#"{"scope":"openid"}"#);
    for (name, value, error) in [
        ("redirect_uri", "https://evil.example/cb", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("scope", "a\\b", "invalid_scope"),
        ("resource", "https://unknown.example", "invalid_target"),
        ("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request"),
        ("request_uri", "https://rp.example/object", "invalid_request"),
        ("request", &format!("{unsigned}."), "invalid_request_object"),
        ("request", "x", "invalid_request_object"),
    ] {
        let answer = push(&server, &app, &with(request(&app.id), name, value)).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &json!(error)),
            "{name}={value}"
        );
    }
    let bare = server.browser().post("/oauth/par", &[], &form(&request(&app.id))).await;
    assert_eq!((bare.status, &bare.json()["error"]), (401, &json!("invalid_client")));
    assert_eq!(server.browser().get("/oauth/par").await.status, 405);
    server.end().await;
}

struct Signing {
    server: TestServer,
    signer: SigningMachine,
}

impl Signing {
    async fn new(profile: Profile) -> Self {
        let server = TestServer::start(Engine::Sqlite).await;
        let key = KeyPair::new(5);
        let keyed = Registration {
            jwks: Some(key.jwks()),
            method: Method::None,
            kind: Kind::Public,
            profile,
            ..web()
        };
        let signer =
            SigningMachine::registered(&server, &server.default_tenant(), key, &keyed).await;
        Self { server, signer }
    }

    fn claims(&self) -> Value {
        let now = self.server.now().seconds();
        let mut claims = json!({ "iss": self.signer.id, "aud": self.signer.issuer, "exp": now + 60, "max_age": 60,
            "claims": { "id_token": { "acr": null } } });
        for (name, value) in request(&self.signer.id) {
            claims[name] = json!(value);
        }
        claims
    }

    async fn push(
        &self,
        header: &Value,
        claims: &Value,
        beside: &[(&'static str, &str)],
    ) -> Answer {
        let object = self.signer.key.sign(&header.to_string(), &claims.to_string());
        let mut pairs = vec![("client_id", self.signer.id.clone()), ("request", object)];
        pairs.extend(beside.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.server.browser().post("/oauth/par", &[], &form(&pairs)).await
    }
}

// P-049, RFC 9101 §6.3: what is signed counts, and nothing beside it
#[tokio::test]
async fn a_signed_request_counts_as_it_was_signed() {
    let place = Signing::new(Profile::OAuth21).await;
    let header = json!({ "alg": "ES256", "typ": "oauth-authz-req+jwt" });
    let good = place.push(&header, &place.claims(), &[]).await;
    assert_eq!(good.status, 201, "{}", good.text());
    let odd =
        [("redirect_uri", "https://evil.example/"), ("response_type", "token"), ("scope", "a\\b")];
    assert_eq!(place.push(&header, &place.claims(), &odd).await.status, 201, "beside it");
    let mut lacking = place.claims();
    lacking.as_object_mut().unwrap().remove("response_type");
    let refused = place.push(&header, &lacking, &[("response_type", "code")]).await;
    assert_eq!(refused.json()["error"], "invalid_request", "not taken from beside it");
    place.server.end().await;
}

// P-051, OIDC Core §6.1: for older clients, what the object leaves out may stand beside it
#[tokio::test]
async fn an_older_client_may_say_the_rest_beside_its_request_object() {
    let place = Signing::new(Profile::OidcCompat).await;
    let header = json!({ "alg": "ES256" });
    let mut lacking = place.claims();
    lacking.as_object_mut().unwrap().remove("response_type");
    let taken = place.push(&header, &lacking, &[("response_type", "code")]).await;
    assert_eq!(taken.status, 201, "{}", taken.text());
    let differs = place.push(&header, &place.claims(), &[("response_type", "token")]).await;
    assert_eq!(differs.json()["error"], "invalid_request");
    place.server.end().await;
}

// A-080, A-085, A-086, A-088, A-092, A-109, RFC 9101 §10.8
#[tokio::test]
async fn a_request_object_is_the_clients_for_us_now_and_nothing_else() {
    let place = Signing::new(Profile::OAuth21).await;
    let (now, id) = (place.server.now().seconds(), place.signer.id.clone());
    let good = json!({ "alg": "ES256" });
    for (name, value) in [
        ("iss", json!("cli_00000000000000000000000000")),
        ("client_id", json!("cli_00000000000000000000000000")),
        ("sub", json!(id)),
        ("aud", json!("https://other.example")),
        ("aud", json!([])),
        ("aud", json!(7)),
        ("exp", json!(now - 11)),
        ("exp", json!("9999999999")),
        ("nbf", json!(now + 61)),
        ("iat", json!(now + 61)),
        ("request", json!("x.y.z")),
        ("request_uri", json!("https://rp.example/")),
        ("prompt", json!(true)),
        ("scope", json!([[]])),
    ] {
        let mut claims = place.claims();
        claims[name] = value.clone();
        let answer = place.push(&good, &claims, &[]).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &json!("invalid_request_object")),
            "{name} {value}"
        );
    }
    place.server.end().await;
}

// A-080, A-088, A-089, D-13
#[tokio::test]
async fn a_request_object_is_signed_with_a_key_of_the_client() {
    let place = Signing::new(Profile::OAuth21).await;
    for header in [
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "ES256", "typ": "at+jwt" }),
        json!({ "alg": "ES256", "typ": "client-authentication+jwt" }),
        json!({ "alg": "ES256", "crit": ["x"] }),
        json!({ "alg": "ES256", "kid": "unknown" }),
    ] {
        let answer = place.push(&header, &place.claims(), &[]).await;
        assert_eq!(answer.json()["error"], "invalid_request_object", "{header}");
    }
    let stranger = KeyPair::new(99).sign(r#"{"alg":"ES256"}"#, &place.claims().to_string());
    let pairs = [("client_id", place.signer.id.clone()), ("request", stranger)];
    let answer = place.server.browser().post("/oauth/par", &[], &form(&pairs)).await;
    assert_eq!(answer.json()["error"], "invalid_request_object");
    place.server.end().await;
}
