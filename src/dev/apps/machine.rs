//! A machine that fetches a token for itself and calls the API with it (RFC 6749 §4.4, RFC 8707).

use super::api::Guard;
use super::model::Hop;
use super::relying_party::{Trouble, told};
use super::wire::Conversation;
use crate::kernel::secret::Secret;
use crate::platform::outbound::Client as Outbound;
use openidconnect::core::{CoreClient, CoreProviderMetadata};
use openidconnect::http::header::{ACCEPT, AUTHORIZATION};
use openidconnect::{
    AuthType, ClientId, ClientSecret, IssuerUrl, OAuth2TokenResponse, Scope, http,
};
use std::sync::Arc;

pub struct Machine {
    pub issuer: String,
    pub client_id: String,
    pub secret: Secret,
    /// Where the API lives, which is also its name as a resource.
    pub api: String,
    pub outbound: Arc<Outbound>,
}

/// What the machine may do at the API.
pub const SCOPE: &str = "pictures:read";

impl Machine {
    pub fn guard(&self) -> Guard<'_> {
        Guard { issuer: &self.issuer, audience: &self.api, scope: SCOPE }
    }

    /// All that was said, also when it came to nothing.
    pub async fn call(&self) -> (Vec<Hop>, Option<Trouble>) {
        let conversation = Conversation::new(&self.outbound, words);
        let trouble = self.fetch(&conversation).await.err();
        (conversation.take_hops(), trouble)
    }

    async fn fetch(&self, conversation: &Conversation) -> Result<(), Trouble> {
        let http = conversation.client();
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(told)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.map_err(told)?;
        let secret = Some(ClientSecret::new(self.secret.reveal().into()));
        let id = ClientId::new(self.client_id.clone());
        let client = CoreClient::from_provider_metadata(metadata, id, secret)
            .set_auth_type(AuthType::BasicAuth);
        let request = client.exchange_client_credentials().map_err(told)?;
        let request = request.add_scope(Scope::new(SCOPE.into()));
        let tokens = request.add_extra_param("resource", self.api.as_str());
        let tokens = tokens.request_async(&http).await.map_err(told)?;
        let asked = http::Request::get(format!("{}/pictures", self.api))
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, format!("Bearer {}", tokens.access_token().secret()))
            .body(Vec::new())
            .map_err(told)?;
        http(asked).await.map_err(told).map(drop)
    }
}

fn words(path: &str) -> (String, String) {
    let (title, sentence) = match path {
        "/jwks" => (
            "The machine reads the keys",
            "It does not need them; the library reads them with the metadata.",
        ),
        "/pictures" => (
            "The machine calls the API",
            "The API checks signature, issuer, audience, scope and time by itself, without asking the server.",
        ),
        path if path.ends_with("/token") => (
            "The machine fetches a token",
            "It names itself by its secret, and the API by its address: the token is good there and nowhere else.",
        ),
        _ => ("The machine reads where everything is", "One document says where to go."),
    };
    (title.into(), sentence.into())
}
