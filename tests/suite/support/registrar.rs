//! Whoever registers applications over the wire.

use super::browser::{Answer, Browser};
use super::server::TestServer;
use serde_json::Value;
use vestibule::kernel::failure::Done;
use vestibule::kernel::time::Lifetime;
use vestibule::oauth::registration::tokens;
use vestibule::platform::storage::Work;
use vestibule::tenants::model::Tenant;

pub struct Registrar {
    browser: Browser,
    base: String,
}

impl Registrar {
    pub fn new(server: &TestServer) -> Self {
        Self { browser: server.browser(), base: String::new() }
    }

    /// Of another tenant.
    pub fn at(&self, base: &str) -> Self {
        Self { browser: self.browser.clone(), base: base.into() }
    }

    pub async fn post(&self, token: Option<&str>, sent: &Value) -> Answer {
        self.send(token, &sent.to_string()).await
    }

    pub async fn send(&self, token: Option<&str>, body: &str) -> Answer {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        self.browser.send(&format!("{}/oauth/register", self.base), &headers, body).await
    }

    pub async fn manage(
        &self,
        method: &str,
        id: &str,
        token: &str,
        body: Option<&Value>,
    ) -> Answer {
        let (path, bearer) =
            (format!("{}/oauth/register/{id}", self.base), format!("Bearer {token}"));
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = body.map(ToString::to_string).unwrap_or_default();
        self.browser.send_as(method, &path, &headers, &body).await
    }
}

/// As an administrator makes one.
pub async fn initial_token(server: &TestServer, tenant: &Tenant, uses: u32) -> String {
    let context = server.context();
    let made: Done<_> = server
        .house()
        .database
        .write(server.at(tenant), async |work: &mut Work| {
            Ok(tokens::create(work, "test", (Lifetime::days(1), uses), &context).await?)
        })
        .await;
    made.unwrap().1.reveal().to_owned()
}
