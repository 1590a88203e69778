//! An authorization request that was found good, its way through login and consent, and where its answer goes
//! (RFC 6749 §4.1; D-06).

use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, SessionId, TransactionId, UserId};
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::oauth::model::{ResponseMode, ResponseType, Scope};
use crate::oauth::token::model::Authentication;
use serde::{Deserialize, Serialize};

/// Where answers go, errors too. It exists only for a URI that the client registered (INV-11); whoever has none
/// shows a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
}

impl Destination {
    /// `redirect_uri` as it was asked for, which the registered one matches.
    pub(super) const fn new(
        redirect_uri: String,
        mode: ResponseMode,
        state: Option<String>,
    ) -> Self {
        Self { redirect_uri, mode, state }
    }

    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    pub const fn mode(&self) -> ResponseMode {
        self.mode
    }

    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// `prompt` (OIDC Core §3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    None,
    Login,
    Consent,
    SelectAccount,
    /// Initiating User Registration 1.0: somebody is to make an account.
    Create,
}

impl Prompt {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "none" => Some(Self::None),
            "login" => Some(Self::Login),
            "consent" => Some(Self::Consent),
            "select_account" => Some(Self::SelectAccount),
            "create" => Some(Self::Create),
            _ => None,
        }
    }
}

/// All that login and consent may want to know, and all that the code will carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    pub client_id: String,
    pub destination: Destination,
    #[serde(default)]
    pub response_type: ResponseType,
    /// What of the asked scope this client may have. Consent may take away from it.
    pub scope: Scope,
    pub pkce: Option<String>,
    pub nonce: Option<String>,
    pub prompt: Vec<Prompt>,
    pub max_age: Option<i64>,
    pub acr_values: Vec<String>,
    pub acr_demand: Demand,
    pub login_hint: Option<String>,
    /// Who it must be: `id_token_hint`, or `sub` in `claims`.
    pub subject: Option<String>,
    /// The name of a provider of ours at which the person is to sign in.
    #[serde(default)]
    pub idp_hint: Option<String>,
    pub ui_locales: Option<String>,
    pub claims: Option<String>,
    pub resources: Vec<String>,
    /// The pushed request that the answer uses up, by its hash.
    #[serde(default)]
    pub pushed: Option<String>,
}

impl AuthorizationRequest {
    pub fn client(&self) -> Option<ClientId> {
        ClientId::parse(&self.client_id)
    }

    pub fn asks_for(&self, prompt: Prompt) -> bool {
        self.prompt.contains(&prompt)
    }
}

/// Whether a request can do without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    #[default]
    Wish,
    Must,
}

/// A request on its way, in one browser.
#[derive(Clone, Debug)]
pub struct Transaction {
    pub id: TransactionId,
    pub request: AuthorizationRequest,
    pub made_at: Timestamp,
    pub ends_at: Timestamp,
}

/// What the person, once signed in, allowed.
#[derive(Clone, Debug)]
pub struct Approval {
    pub user: UserId,
    pub session: Option<SessionId>,
    pub authentication: Authentication,
    /// Whatever is in it beyond the request is not granted.
    pub scope: Scope,
    pub decided: Decided,
}

/// When the person decided about the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is to be remembered.
    Now,
    /// That it was used is to be noted.
    Before,
    /// There is nothing to write down.
    Nothing,
}

/// The requests on their way. Each is found only with the browser it began in.
pub trait Transactions {
    async fn begin_transaction(
        &mut self,
        transaction: &Transaction,
        browser: &Hash,
    ) -> Result<(), Failure>;

    async fn transaction(
        &mut self,
        id: &TransactionId,
        browser: &Hash,
    ) -> Result<Option<Transaction>, Failure>;

    /// What is under way in whatever browser: for its name and its beginning anew, never for an answer.
    async fn transaction_of_any_browser(
        &mut self,
        id: &TransactionId,
    ) -> Result<Option<Transaction>, Failure>;

    /// From nobody's browser to this one, once.
    async fn claim_transaction(
        &mut self,
        id: &TransactionId,
        browsers: (&Hash, &Hash),
    ) -> Result<bool, Failure>;

    /// For one caller, ever; then it is over.
    async fn end_transaction(
        &mut self,
        id: &TransactionId,
        browser: &Hash,
    ) -> Result<Option<Transaction>, Failure>;
}
