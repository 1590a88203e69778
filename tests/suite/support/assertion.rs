//! An application that signs (private_key_jwt), and whoever would like to sign in its place.

use super::ambient::Seeded;
use super::browser::Answer;
use super::machine::{API, Machine};
use super::server::TestServer;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};
use vestibule::keys::generate::generate;
use vestibule::keys::model::{Algorithm, JwkSet};
use vestibule::oauth::clients::model::{Kind, Method, Registration};
use vestibule::oauth::model::{GrantType, Scope};
use vestibule::tenants::model::Tenant;

pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An ES256 key, with its public half as others see it.
pub struct KeyPair {
    pub jwk: Value,
    pub kid: String,
    private: EncodingKey,
}

impl KeyPair {
    pub fn new(seed: u64) -> Self {
        let made = generate(Algorithm::Es256, 2048, &Seeded::new(seed)).unwrap();
        let kid = made.jwk.kid.to_string();
        let set = serde_json::to_value(JwkSet { keys: vec![made.jwk] }).unwrap();
        Self { jwk: set["keys"][0].clone(), kid, private: EncodingKey::from_ec_der(&made.private) }
    }

    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk] }).to_string()
    }

    /// Header and payload as they are given, to the byte.
    pub fn sign(&self, header: &str, payload: &str) -> String {
        let signed = encoded(header, payload);
        let signature = jsonwebtoken::crypto::sign(
            signed.as_bytes(),
            &self.private,
            jsonwebtoken::Algorithm::ES256,
        );
        format!("{signed}.{}", signature.unwrap())
    }
}

pub fn encoded(header: &str, payload: &str) -> String {
    let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
    format!("{}.{}", part(header), part(payload))
}

/// A machine that signs its assertions.
pub struct SigningMachine {
    pub id: String,
    pub key: KeyPair,
    pub issuer: String,
}

impl SigningMachine {
    pub async fn register(server: &TestServer, tenant: &Tenant) -> Self {
        let key = KeyPair::new(7);
        let keyed = Registration { jwks: Some(key.jwks()), ..registration() };
        Self::registered(server, tenant, key, &keyed).await
    }

    pub async fn registered(
        server: &TestServer,
        tenant: &Tenant,
        key: KeyPair,
        registration: &Registration,
    ) -> Self {
        let machine = Machine::registered(server, tenant, registration).await;
        Self { id: machine.id, key, issuer: server.issuer(tenant) }
    }

    /// Good ones; a test makes them worse.
    pub fn claims(&self, server: &TestServer, jti: &str) -> Value {
        let now = server.now().seconds();
        json!({ "iss": self.id, "sub": self.id, "aud": self.issuer, "exp": now + 60, "jti": jti })
    }

    pub fn header(&self) -> Value {
        json!({ "alg": "ES256", "kid": self.key.kid, "typ": "JWT" })
    }

    pub fn assertion(&self, server: &TestServer, jti: &str) -> String {
        let claims = self.claims(server, jti);
        self.key.sign(&self.header().to_string(), &claims.to_string())
    }

    /// At the token endpoint.
    pub async fn present(server: &TestServer, assertion: &str) -> Answer {
        server.browser().post("/oauth/token", &[], &form(assertion)).await
    }
}

/// A machine's token request with this assertion.
pub fn form(assertion: &str) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    form.append_pair("client_assertion_type", ASSERTION_TYPE);
    form.append_pair("client_assertion", assertion);
    form.finish()
}

pub fn registration() -> Registration {
    let scope = Scope::parse("orders:read").unwrap();
    Registration {
        kind: Kind::Machine,
        name: "Signer".into(),
        method: Method::PrivateKeyJwt,
        grants: vec![GrantType::ClientCredentials],
        default_scope: scope.clone(),
        scope,
        resources: vec![API.into()],
        default_resource: Some(API.into()),
        access_token_algorithm: Algorithm::Es256,
        ..Registration::default()
    }
}
