//! A provider of identities on a port of its own, which says what a test makes it say: also what is not true.

use super::browser::Browser;
use super::server::TestServer;
use super::visitor::Visitor;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use http_body::Frame;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use tokio::net::TcpListener;
use url::{Url, form_urlencoded};
use vestibule::federation::manage::{add, edit};
use vestibule::federation::model::provider::SignOut;
use vestibule::federation::model::{Kind, Mapping, Provider, Rule, Settings};
use vestibule::kernel::secret::Secret;
use vestibule::tenants::model::{Slug, Tenant};

pub const CLIENT: &str = "vestibule-here";
pub const SECRET: &str = "known-to-both-sides-and-nobody-else";

#[derive(Clone)]
pub struct StandIn {
    pub issuer: String,
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
}

/// How an endpoint behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Right,
    Hang,
    Drip,
    Reset,
    Failing,
    Huge,
    Nonsense,
    Redirect,
}

/// What it says next.
pub struct Script {
    /// Seconds since 1970, by its clock.
    pub now: i64,
    /// Who signs in there.
    pub person: Map<String, Value>,
    /// Put over the claims of the ID token; null takes one away.
    pub claims: Map<String, Value>,
    pub header: Map<String, Value>,
    pub signed_with: Signature,
    pub userinfo: Map<String, Value>,
    /// Put over the metadata.
    pub metadata: Map<String, Value>,
    pub manners: BTreeMap<&'static str, Manner>,
    /// Put into the answer of the authorization endpoint.
    pub iss: Option<String>,
    keys: Vec<Arc<Key>>,
    codes: BTreeMap<String, BTreeMap<String, String>>,
    /// What was asked, by endpoint.
    pub asked: Vec<&'static str>,
    /// The last query of the authorization endpoint.
    pub query: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    Right,
    /// By a key under the same `kid` that is not published.
    OtherKey,
    /// By no key at all.
    None,
    /// By the secret that both sides know.
    Hmac,
    Broken,
}

struct Key {
    kid: String,
    pair: EcdsaKeyPair,
}

impl Key {
    fn new(kid: &str) -> Arc<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Arc::new(Self { kid: kid.into(), pair })
    }

    fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let text = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid,
            "x": text(&point[1..33]), "y": text(&point[33..])})
    }

    fn sign(&self, text: &str) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec()
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is called with what was just made")]
pub fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

impl StandIn {
    /// Ada, whose address it has verified.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Script {
            now: 0,
            person: object(json!({"sub": "ada-there", "email": "ada@example.test",
                "email_verified": true, "name": "Ada Okafor"})),
            claims: Map::new(),
            header: Map::new(),
            signed_with: Signature::Right,
            userinfo: Map::new(),
            metadata: Map::new(),
            manners: BTreeMap::new(),
            iss: None,
            keys: vec![Key::new("first")],
            codes: BTreeMap::new(),
            asked: Vec::new(),
            query: BTreeMap::new(),
        };
        let stand_in = Self {
            issuer: format!("http://{address}"),
            address,
            script: Arc::new(Mutex::new(script)),
        };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(jwks))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/login/oauth/authorize", get(authorize))
            .route("/login/oauth/access_token", post(token))
            .route("/api/v3/user", get(github_user))
            .route("/api/v3/user/emails", get(github_addresses))
            .with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        stand_in
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// What the server must be allowed to call.
    pub fn allowed(&self) -> String {
        format!("[\"{}\"]", self.address)
    }

    pub fn asked(&self, endpoint: &str) -> usize {
        self.script().asked.iter().filter(|one| **one == endpoint).count()
    }

    /// A new key signs from now on; the old one is not published any more.
    pub fn rotate(&self, kid: &str) {
        self.script().keys = vec![Key::new(kid)];
    }

    /// Where a browser is sent by this place of ours, once somebody has signed in there.
    pub async fn sign_in(&self, place: &str) -> String {
        let url = Url::parse(place).unwrap();
        assert_eq!(url.origin().ascii_serialization(), self.issuer, "sent elsewhere: {place}");
        let browser = Browser::new(self.address, self.address.to_string());
        let path = format!("{}?{}", url.path(), url.query().unwrap());
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let back = Url::parse(answer.header("location")).unwrap();
        format!("{}?{}", back.path(), back.query().unwrap())
    }

    async fn behave(&self, endpoint: &'static str) -> Option<Response> {
        let manner = {
            let mut script = self.script();
            script.asked.push(endpoint);
            script.manners.get(endpoint).copied().unwrap_or(Manner::Right)
        };
        let json = [(header::CONTENT_TYPE, "application/json")];
        Some(match manner {
            Manner::Right => return None,
            Manner::Hang => std::future::pending().await,
            Manner::Drip => (json, Body::new(Partial::ThenNothing)).into_response(),
            Manner::Reset => (json, Body::new(Partial::ThenReset)).into_response(),
            Manner::Failing => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Manner::Huge => {
                (json, format!("{{\"a\":\"{}\"}}", "x".repeat(10_000_000))).into_response()
            }
            Manner::Nonsense => (json, "{\"issuer\": [").into_response(),
            Manner::Redirect => Redirect::temporary("/elsewhere").into_response(),
        })
    }
}

/// A body of which one byte comes.
#[derive(Clone, Copy, PartialEq)]
enum Partial {
    ThenNothing,
    ThenReset,
    Silent,
    Gone,
}

impl http_body::Body for Partial {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let byte = || Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"{")))));
        match *self {
            Self::ThenNothing => {
                *self = Self::Silent;
                byte()
            }
            Self::ThenReset => {
                *self = Self::Gone;
                byte()
            }
            Self::Silent => Poll::Pending,
            Self::Gone => Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into()))),
        }
    }
}

fn said(document: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}

async fn metadata(State(stand_in): State<StandIn>) -> Response {
    if let Some(odd) = stand_in.behave("metadata").await {
        return odd;
    }
    let issuer = &stand_in.issuer;
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    });
    said(&put_over(object(document), &stand_in.script().metadata).into())
}

fn put_over(mut under: Map<String, Value>, over: &Map<String, Value>) -> Map<String, Value> {
    under.extend(over.clone());
    under.retain(|_, value| !value.is_null());
    under
}

async fn jwks(State(stand_in): State<StandIn>) -> Response {
    if let Some(odd) = stand_in.behave("jwks").await {
        return odd;
    }
    let keys: Vec<Value> = stand_in.script().keys.iter().map(|key| key.jwk()).collect();
    said(&json!({"keys": keys}))
}

async fn authorize(State(stand_in): State<StandIn>, RawQuery(query): RawQuery) -> Response {
    let query = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let query: BTreeMap<String, String> = query.into_owned().collect();
    let mut script = stand_in.script();
    let code = format!("code-{}", script.codes.len());
    let mut back = Url::parse(&query["redirect_uri"]).unwrap();
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &query["state"]);
    if let Some(iss) = &script.iss {
        back.query_pairs_mut().append_pair("iss", iss);
    }
    script.codes.insert(code, query.clone());
    script.query = query;
    Redirect::to(back.as_str()).into_response()
}

/// Strict as a good provider: the secret, the redirect URI and the verifier must be right, and a code is good once.
async fn token(State(stand_in): State<StandIn>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(odd) = stand_in.behave("token").await {
        return odd;
    }
    let form: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let basic = data_encoding::BASE64.encode(format!("{CLIENT}:{SECRET}").as_bytes());
    let is_basic =
        headers.get(header::AUTHORIZATION).is_some_and(|v| *v == format!("Basic {basic}"));
    let is_known = is_basic || form.get("client_secret").is_some_and(|secret| secret == SECRET);
    let mut script = stand_in.script();
    let asked = script.codes.remove(form.get("code").map_or("", String::as_str));
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(&form["code_verifier"]));
    let is_right = asked.as_ref().is_some_and(|asked| {
        asked["redirect_uri"] == form["redirect_uri"]
            && asked["code_challenge"] == challenge
            && asked["code_challenge_method"] == "S256"
    });
    if !is_known || !is_right {
        return (StatusCode::BAD_REQUEST, said(&json!({"error": "invalid_grant"}))).into_response();
    }
    let nonce = asked.unwrap().get("nonce").cloned();
    let access = "an-access-token";
    let id_token = script.id_token(&stand_in.issuer, nonce.as_ref(), access);
    said(&json!({"access_token": access, "token_type": "Bearer", "id_token": id_token}))
}

async fn userinfo(State(stand_in): State<StandIn>, headers: HeaderMap) -> Response {
    if let Some(odd) = stand_in.behave("userinfo").await {
        return odd;
    }
    assert_eq!(headers[header::AUTHORIZATION], "Bearer an-access-token");
    said(&stand_in.script().userinfo.clone().into())
}

async fn github_user(State(stand_in): State<StandIn>) -> Response {
    match stand_in.behave("user").await {
        Some(odd) => odd,
        None => said(&json!({"id": 583_231, "login": "ada", "name": "Ada Okafor"})),
    }
}

async fn github_addresses(State(stand_in): State<StandIn>) -> Response {
    if let Some(odd) = stand_in.behave("emails").await {
        return odd;
    }
    let person = stand_in.script().person.clone();
    said(&json!([
        {"email": "other@example.test", "verified": true, "primary": false},
        {"email": person["email"], "verified": person["email_verified"], "primary": true},
    ]))
}

impl Script {
    fn id_token(&self, issuer: &str, nonce: Option<&String>, access: &str) -> String {
        let digest = Sha256::digest(access);
        let claims = json!({
            "iss": issuer, "aud": CLIENT, "iat": self.now, "exp": self.now + 300, "nonce": nonce,
            "at_hash": BASE64URL_NOPAD.encode(&digest[..16]),
        });
        let mut claims = object(claims);
        claims.extend(self.person.clone());
        let claims = put_over(claims, &self.claims);
        let key = self.keys.last().unwrap();
        let alg = match self.signed_with {
            Signature::None => "none",
            Signature::Hmac => "HS256",
            _ => "ES256",
        };
        let header = object(json!({"alg": alg, "kid": key.kid, "typ": "JWT"}));
        let encode = |part: Map<String, Value>| {
            BASE64URL_NOPAD.encode(Value::from(part).to_string().as_bytes())
        };
        let text = format!("{}.{}", encode(put_over(header, &self.header)), encode(claims));
        let signature = match self.signed_with {
            Signature::Right => key.sign(&text),
            Signature::OtherKey => Key::new(&key.kid).sign(&text),
            Signature::None => Vec::new(),
            Signature::Broken => vec![7; 64],
            Signature::Hmac => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
        };
        format!("{text}.{}", BASE64URL_NOPAD.encode(&signature))
    }
}

/// As `vestibule provider add` would make them.
pub fn settings(stand_in: &StandIn) -> Settings {
    Settings {
        kind: Kind::Oidc,
        label: "Elsewhere".into(),
        issuer: stand_in.issuer.clone(),
        client_id: CLIENT.into(),
        scopes: vec!["email".into(), "profile".into()],
        algorithms: vec!["ES256".into()],
        rule: Rule::Ask,
        domains: Vec::new(),
        routes: Vec::new(),
        makes_accounts: true,
        hosted_domain: None,
        prompt: None,
        origin: stand_in.issuer.clone(),
        clients: Vec::new(),
        sign_out: SignOut::Offer,
        mapping: Mapping::default(),
    }
}

impl TestServer {
    /// It is asked at the server's time from now on.
    pub async fn provider(&self, tenant: &Tenant, slug: &str, settings: &Settings) -> Provider {
        let (ground, slug) = (self.house().federation(), Slug::parse(slug).unwrap());
        let wanted = (&slug, settings, &Secret::new(SECRET));
        add(&ground, self.at(tenant), wanted, &self.context()).await.unwrap()
    }

    /// The same provider with other settings, in the default tenant.
    pub async fn edit(&self, slug: &str, change: impl Fn(&mut Settings) + Sync) {
        let (ground, slug) = (self.house().federation(), Slug::parse(slug).unwrap());
        let at = self.at(&self.default_tenant());
        edit(&ground, at, (&slug, &change), &self.context()).await.unwrap();
    }

    /// A server that may call the stand-in, with one provider `elsewhere`.
    pub async fn with_provider(stand_in: &StandIn, change: impl FnOnce(&mut Settings)) -> Self {
        let wanted = Self::wanted(super::database::Engine::Sqlite);
        let server = wanted.set("outbound.allow", &stand_in.allowed()).start().await;
        let mut settings = settings(stand_in);
        change(&mut settings);
        server.provider(&server.default_tenant(), "elsewhere", &settings).await;
        stand_in.script().now = server.now().micros() / 1_000_000;
        server
    }
}

impl Visitor {
    /// Away from the sign-in page: where they are sent.
    pub async fn leave(&mut self, slug: &str) -> String {
        let page = self.visit(&format!("/login/via/{slug}")).await;
        let answer = self.post(&super::visitor::Form::of(&page)).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").to_owned()
    }

    /// There and back: what came of it.
    pub async fn go_via(&mut self, slug: &str, stand_in: &StandIn) -> super::browser::Answer {
        let place = self.leave(slug).await;
        let back = stand_in.sign_in(&place).await;
        self.visit(&back).await
    }
}
