//! An application that authenticates by a secret.

use super::browser::Answer;
use super::server::TestServer;
use data_encoding::BASE64;
use vestibule::admin::clients;
use vestibule::keys::model::Algorithm;
use vestibule::oauth::clients::model::{Kind, Registration};
use vestibule::oauth::model::{GrantType, Scope};
use vestibule::tenants::model::Tenant;

pub const API: &str = "https://api.example.com";

pub struct Machine {
    pub id: String,
    pub basic: String,
    pub secret: String,
}

impl Machine {
    pub fn with(id: &str, secret: &str) -> Self {
        let basic = format!("Basic {}", BASE64.encode(format!("{id}:{secret}").as_bytes()));
        Self { id: id.into(), basic, secret: secret.into() }
    }

    pub async fn register(server: &TestServer, tenant: &Tenant, kind: Kind) -> Self {
        let scope = Scope::parse("orders:read orders:write").unwrap();
        let registration = Registration {
            kind,
            name: "Billing".into(),
            grants: vec![GrantType::ClientCredentials],
            default_scope: scope.clone(),
            scope,
            resources: vec![API.into()],
            default_resource: Some(API.into()),
            access_token_algorithm: Algorithm::Es256,
            ..Registration::default()
        };
        Self::registered(server, tenant, &registration).await
    }

    /// As this, with whatever secret it gets.
    pub async fn registered(
        server: &TestServer,
        tenant: &Tenant,
        registration: &Registration,
    ) -> Self {
        let house = server.house();
        let parts = (&house.database, &house.sealer);
        let made = clients::create(parts, server.at(tenant), registration, &server.context()).await;
        let (client, secret) = made.unwrap();
        let secret = secret.map(|secret| secret.reveal().to_owned()).unwrap_or_default();
        Self::with(client.id.as_str(), &secret)
    }

    pub async fn post(&self, server: &TestServer, path: &str, body: &str) -> Answer {
        server.browser().post(path, &[("authorization", &self.basic)], body).await
    }
}
