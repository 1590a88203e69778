//! An application at the other end of a code flow: it sends browsers here, and redeems what they bring back.

use super::browser::Answer;
use super::server::TestServer;
use super::visitor::{Form, PASSWORD, Visitor};
use data_encoding::BASE64;
use serde_json::Value;
use std::collections::BTreeMap;
use url::form_urlencoded::{Serializer, parse};
use vestibule::admin::clients;
use vestibule::kernel::secret::Hash;
use vestibule::keys::model::Algorithm;
use vestibule::oauth::clients::model::{Client, Kind, Method, RedirectUri, Registration};
use vestibule::oauth::model::{GrantType, Scope};
use vestibule::tenants::model::Tenant;

pub const ADA: &str = "ada@example.test";
pub const CALLBACK: &str = "https://photos.example.test/cb";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub struct Application {
    pub client: Client,
    secret: Option<String>,
    /// What stands before the paths of its tenant.
    base: String,
}

/// A web application with a secret, by somebody else.
pub fn web() -> Registration {
    Registration {
        name: "Photos".into(),
        redirect_uris: vec![RedirectUri::parse(CALLBACK, Kind::Confidential).unwrap()],
        grants: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scope: Scope::parse("openid profile email phone offline_access").unwrap(),
        default_scope: Scope::parse("openid").unwrap(),
        optional_scope: Scope::parse("phone").unwrap(),
        id_token_algorithm: Algorithm::Es256,
        access_token_algorithm: Algorithm::Es256,
        ..Registration::default()
    }
}

/// An application in the browser.
pub fn spa() -> Registration {
    Registration { kind: Kind::Public, method: Method::None, ..web() }
}

impl TestServer {
    pub async fn application(&self, tenant: &Tenant, registration: Registration) -> Application {
        let house = self.house();
        let parts = (&house.database, &house.sealer);
        let at = self.at(tenant);
        let made = clients::create(parts, at, &registration, &self.context()).await.unwrap();
        let secret = made.1.map(|secret| secret.reveal().to_owned());
        Application { client: made.0, secret, base: tenant.base() }
    }

    /// Ada, who has an account with a password, before a browser of her own.
    pub async fn ada(&self) -> Visitor {
        self.person(&self.default_tenant(), ADA, PASSWORD).await;
        self.visitor()
    }
}

impl Application {
    pub fn secret(&self) -> &str {
        self.secret.as_deref().unwrap()
    }

    pub fn id(&self) -> &str {
        self.client.id.as_str()
    }

    /// Where it sends a browser; `more` replaces or adds parameters, an empty one takes it away.
    pub fn request(&self, more: &[(&str, &str)]) -> String {
        format!("{}/authorize?{}", self.base, self.query(more))
    }

    pub fn query(&self, more: &[(&str, &str)]) -> String {
        let challenge = Hash::of(VERIFIER.as_bytes()).base64url();
        let standard = [
            ("response_type", "code"),
            ("client_id", self.id()),
            ("redirect_uri", CALLBACK),
            ("scope", "openid profile email"),
            ("state", "af0ifjsldkj"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let kept = standard.into_iter().filter(|(name, _)| more.iter().all(|(new, _)| new != name));
        let pairs = kept.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// With the password, from where the browser was sent to: the page or redirect behind it.
    pub async fn sign_in(&self, visitor: &mut Visitor, more: &[(&str, &str)]) -> Answer {
        let page = visitor.visit(&self.request(more)).await;
        let page = visitor.submit(&page, &[("username", ADA)]).await;
        let done = visitor.post(&Form::of(&page).with(&[("password", PASSWORD)])).await;
        visitor.follow_here(done).await
    }

    /// What stands at the end of a journey in which everything is allowed.
    pub async fn code(&self, visitor: &mut Visitor, more: &[(&str, &str)]) -> String {
        let page = self.sign_in(visitor, more).await;
        let done = visitor.decide(&page, "allow").await;
        let back = came_back(&done);
        back.get("code").unwrap_or_else(|| panic!("{back:?}")).clone()
    }

    pub async fn redeem(&self, server: &TestServer, code: &str, more: &[(&str, &str)]) -> Answer {
        let standard = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let kept = standard.into_iter().filter(|(name, _)| more.iter().all(|(new, _)| new != name));
        let pairs = kept.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        self.post(server, "/oauth/token", &pairs.collect::<Vec<_>>()).await
    }

    pub async fn refresh(&self, server: &TestServer, token: &str) -> Answer {
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post(server, "/oauth/token", &pairs).await
    }

    /// A form to an endpoint that clients call, with whatever proof this one has.
    pub async fn post(&self, server: &TestServer, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let mut body = Serializer::new(String::new());
        body.extend_pairs(pairs);
        let path = format!("{}{path}", self.base);
        match &self.secret {
            None => {
                let body = body.append_pair("client_id", self.id()).finish();
                server.browser().post(&path, &[], &body).await
            }
            Some(secret) => {
                let proof = BASE64.encode(format!("{}:{secret}", self.id()).as_bytes());
                let basic = format!("Basic {proof}");
                server.browser().post(&path, &[("authorization", &basic)], &body.finish()).await
            }
        }
    }
}

impl Visitor {
    /// Until it rests, or leads out of the house.
    pub async fn follow_here(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            let place = answer.header("location").to_owned();
            if answer.status != 303 || !place.starts_with('/') {
                return answer;
            }
            answer = self.get(&place).await;
        }
        panic!("it leads around in circles: {}", answer.text());
    }

    pub async fn open(&mut self, place: &str) -> Answer {
        let answer = self.get(place).await;
        self.follow_here(answer).await
    }

    /// One of the buttons of the consent page.
    pub async fn decide(&mut self, page: &Answer, decision: &str) -> Answer {
        assert!(page.body.contains("value=\"allow\""), "no consent: {}", page.text());
        let form = Form::of(page);
        let ticked = form.fields.iter().filter(|(name, _)| name.starts_with("scope:")).cloned();
        let ticked: Vec<_> = ticked.map(|(name, _)| name).collect();
        let mut fields: Vec<_> = ticked.iter().map(|name| (name.as_str(), "on")).collect();
        fields.push(("decision", decision));
        let answer = self.post(&form.with(&fields)).await;
        self.follow_here(answer).await
    }
}

/// The parameters with which a browser came back to the application.
#[track_caller]
pub fn came_back(answer: &Answer) -> BTreeMap<String, String> {
    let place = answer.header("location");
    assert_eq!(answer.status, 303, "{}", answer.text());
    let query = place.strip_prefix(CALLBACK).and_then(|rest| rest.strip_prefix(['?', '#']));
    let query = query.unwrap_or_else(|| panic!("not back: {place}")).trim_end_matches('#');
    let pairs: Vec<_> = parse(query.as_bytes()).into_owned().collect();
    let back: BTreeMap<String, String> = pairs.iter().cloned().collect();
    assert_eq!(pairs.len(), back.len(), "something stands twice: {place}");
    back
}

/// The claims of a token, unverified.
pub fn claims(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    let bytes = data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
