//! One application's side of a sign-in, by the `openidconnect` crate: nothing here knows how the server works.

use super::jwt::read;
use super::model::{Known, Waiting, Which};
use super::telling::{asks, checks, returns, words};
use super::wire::Conversation;
use crate::kernel::moment::Ambient;
use crate::kernel::secret::Secret;
use crate::keys::own::OwnKey;
use crate::platform::outbound::Client as Outbound;
use crate::platform::web::stopwatch::Stopwatch;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, ProviderMetadataWithLogout, RedirectUrl, Scope,
    SubjectIdentifier, TokenResponse,
};
use serde_json::{Value, json};
use std::error::Error;
use std::sync::Arc;

/// What went wrong, for the person who looks on.
pub type Trouble = String;

/// One registered application.
pub struct RelyingParty {
    pub which: Which,
    pub issuer: String,
    pub client_id: String,
    /// Where it lives: `http://localhost:8081`.
    pub home: String,
    /// With which it proves itself; a public one has none.
    pub key: Option<Arc<OwnKey>>,
    pub outbound: Arc<Outbound>,
    pub ambient: Ambient,
}

type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// What the server sends back with the browser.
pub struct Returned {
    pub code: String,
    pub state: String,
    pub issuer: Option<String>,
}

impl Returned {
    /// RFC 6749 §4.1.2: a code, or why there is none.
    pub fn read(query: &str) -> Result<Self, Trouble> {
        let all: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        let named = |name: &str| {
            let found = all.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone().into_owned())
        };
        match (named("error"), named("code"), named("state")) {
            (Some(error), ..) => {
                Err(format!("{error}: {}", named("error_description").unwrap_or_default()))
            }
            (None, Some(code), Some(state)) => Ok(Self { code, state, issuer: named("iss") }),
            _ => Err("the answer has neither a code nor an error".into()),
        }
    }
}

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl RelyingParty {
    /// Where to send the browser, and what to remember until it is back.
    pub async fn begin(&self) -> Result<(String, Waiting), Trouble> {
        let conversation = self.converse();
        let (client, _) = self.discover(&conversation).await?;
        let (state, nonce, verifier) = (self.fresh(), self.fresh(), self.fresh());
        let (csrf, once) =
            (CsrfToken::new(state.reveal().into()), Nonce::new(nonce.reveal().into()));
        let verify = PkceCodeVerifier::new(verifier.reveal().into());
        let (url, _, _) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || csrf, move || once)
            .add_scope(Scope::new("profile".into()))
            .add_scope(Scope::new("email".into()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verify))
            .url();
        let mut hops = conversation.take_hops();
        hops.push(asks(self.which, url.as_str()));
        Ok((url.into(), Waiting { state, nonce, verifier, hops, begun_at: self.ambient.now() }))
    }

    /// What nobody can guess.
    pub fn fresh(&self) -> Secret {
        Secret::new(data_encoding::BASE64URL_NOPAD.encode(&self.ambient.random::<32>()))
    }

    pub async fn metadata(
        &self,
        conversation: &Conversation,
    ) -> Result<ProviderMetadataWithLogout, Trouble> {
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(told)?;
        let http = conversation.client();
        ProviderMetadataWithLogout::discover_async(issuer, &http).await.map_err(told)
    }

    async fn discover(
        &self,
        conversation: &Conversation,
    ) -> Result<(Client, ProviderMetadataWithLogout), Trouble> {
        let metadata = self.metadata(conversation).await?;
        let id = ClientId::new(self.client_id.clone());
        let back = RedirectUrl::new(format!("{}/callback", self.home)).map_err(told)?;
        let client = CoreClient::from_provider_metadata(metadata.clone(), id, None)
            .set_redirect_uri(back)
            .set_auth_type(AuthType::RequestBody);
        Ok((client, metadata))
    }

    /// The browser is back: trade the code, check who it is, and ask what else may be known.
    pub async fn finish(&self, returned: Returned, waiting: Waiting) -> Result<Known, Trouble> {
        if Secret::new(returned.state.as_str()) != waiting.state {
            return Err("the answer belongs to another request: its state differs".into());
        }
        if returned.issuer.as_ref() != Some(&self.issuer) {
            return Err("the answer does not say that it comes from this server (RFC 9207)".into());
        }
        let mut hops = waiting.hops.clone();
        let took = self.ambient.now().since(waiting.begun_at).to_std();
        hops.extend(returns(self, &returned, took));
        let conversation = self.converse();
        let (client, metadata) = self.discover(&conversation).await?;
        // The documents were told of when the sign-in began.
        conversation.take_hops();
        let tokens = self.redeem(&client, (&returned, &waiting), &conversation).await?;
        let mut known = self.believe(&client, &tokens, &waiting)?;
        if metadata.userinfo_endpoint().is_some() {
            self.ask_who(&client, &tokens, (&conversation, &mut known)).await?;
        }
        let checked = std::mem::take(&mut known.hops);
        let mut exchanged = conversation.take_hops().into_iter();
        hops.extend(exchanged.next());
        hops.extend(checked);
        hops.extend(exchanged);
        known.hops = hops;
        Ok(known)
    }

    async fn redeem(
        &self,
        client: &Client,
        (returned, waiting): (&Returned, &Waiting),
        conversation: &Conversation,
    ) -> Result<CoreTokenResponse, Trouble> {
        let http = conversation.client();
        let assertion = self.key.as_ref().map(|key| self.assertion(key)).transpose()?;
        let mut request = client
            .exchange_code(AuthorizationCode::new(returned.code.clone()))
            .map_err(told)?
            .set_pkce_verifier(PkceCodeVerifier::new(waiting.verifier.reveal().into()));
        if let Some(assertion) = assertion {
            request = request
                .add_extra_param("client_assertion_type", ASSERTION)
                .add_extra_param("client_assertion", assertion);
        }
        request.request_async(&http).await.map_err(told)
    }

    /// RFC 7523 §3: from the client, about itself, for this server, now, once.
    fn assertion(&self, key: &OwnKey) -> Result<String, Trouble> {
        let now = self.ambient.now().seconds();
        let jti = data_encoding::BASE64URL_NOPAD.encode(&self.ambient.random::<16>());
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": self.issuer,
            "iat": now, "exp": now + 60, "jti": jti,
        });
        key.sign("JWT", &claims).map_err(|failure| failure.to_string())
    }

    /// OIDC Core §3.1.3.7, all of it.
    fn believe(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        waiting: &Waiting,
    ) -> Result<Known, Trouble> {
        let watch = Stopwatch::start();
        let token = tokens.id_token().ok_or("the server sent no ID token")?;
        let verifier = client.id_token_verifier();
        let nonce = Nonce::new(waiting.nonce.reveal().into());
        let claims = token.claims(&verifier, &nonce).map_err(told)?;
        let text = |value: Option<&str>| value.map(ToOwned::to_owned);
        let [_, raw] = read(&token.to_string());
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.as_str());
        let subject = claims.subject().as_str().to_owned();
        let scopes =
            tokens.scopes().map(|all| all.iter().map(|one| one.as_str()).collect::<Vec<_>>());
        Ok(Known {
            name: name.unwrap_or(&subject).to_owned(),
            email: text(claims.email().map(|email| email.as_str())),
            subject,
            session: text(raw.get("sid").and_then(Value::as_str)),
            id_token: Secret::new(token.to_string()),
            scopes: scopes.map(|all| all.join(" ")).unwrap_or_default(),
            hops: vec![checks(self.which, token, &verifier, &watch)],
        })
    }

    async fn ask_who(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        (conversation, known): (&Conversation, &mut Known),
    ) -> Result<(), Trouble> {
        let http = conversation.client();
        let subject = SubjectIdentifier::new(known.subject.clone());
        let request =
            client.user_info(tokens.access_token().clone(), Some(subject)).map_err(told)?;
        let claims: CoreUserInfoClaims = request.request_async(&http).await.map_err(told)?;
        if let Some(name) = claims.name().and_then(|name| name.get(None)) {
            name.as_str().clone_into(&mut known.name);
        }
        known.email = claims.email().map(|email| email.as_str().to_owned());
        Ok(())
    }

    pub fn converse(&self) -> Conversation {
        let which = self.which;
        Conversation::new(&self.outbound, move |path| words(which, path))
    }
}

/// With all its causes: whoever looks on is developing.
#[allow(clippy::needless_pass_by_value, reason = "it is given to map_err")]
pub fn told(error: impl Error) -> Trouble {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
