//! The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2): checks, a transaction, an answer.
//!
//! ```text
//! check ──► CHECKS, in the order of the protocol            checks.rs
//!   │ no client or no redirect_uri: Refusal::Page
//!   │ anything else: Refusal::Redirect, to a Destination    respond.rs
//!   ▼
//! begin ──► a row, bound to the browser ──► login, consent  model.rs, store.rs
//!   ▼
//! approve ──► a code             deny ──► an error
//! ```

mod checks;
pub mod model;
mod request;
pub mod respond;
mod store;

pub use checks::Asked;
pub(crate) use store::STATEMENTS;

use super::credential::{Header, Kind};
use super::error::{OAuthError, invalid_request};
use super::ground::Ground;
use super::parameters::Parameters;
use super::realm::Realm;
use super::token::model::{Codes, Grant, StoredCode};
use crate::events::model::{Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::{ClientId, GrantId, TransactionId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::Lifetime;
use crate::platform::storage::{Database, Work};
use model::{Approval, AuthorizationRequest, Transaction, Transactions};
use respond::Response;

/// At which endpoint a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Authorize,
    /// RFC 9126
    Par,
}

/// One line of the protocol.
pub struct Check {
    pub name: &'static str,
    pub at: &'static [Endpoint],
    pub run: fn(&Asked<'_>) -> Result<(), OAuthError>,
}

const BOTH: &[Endpoint] = &[Endpoint::Authorize, Endpoint::Par];

/// In the order of the protocol: the first that fails answers.
pub const CHECKS: &[Check] = &[
    Check { name: "nothing repeated", at: BOTH, run: checks::nothing_repeated },
    Check { name: "state", at: BOTH, run: checks::state },
    Check { name: "response_type", at: BOTH, run: checks::response_type },
    Check { name: "client may", at: BOTH, run: checks::client_may },
    Check { name: "response_mode", at: BOTH, run: checks::response_mode },
    Check { name: "request_uri", at: &[Endpoint::Par], run: checks::no_request_uri },
    Check { name: "request object", at: BOTH, run: checks::no_request_object },
    Check { name: "scope", at: BOTH, run: checks::scope },
    Check { name: "code_challenge", at: BOTH, run: checks::code_challenge },
    Check { name: "nonce", at: BOTH, run: checks::nonce },
    Check { name: "prompt", at: BOTH, run: checks::prompt },
    Check { name: "max_age", at: BOTH, run: checks::max_age },
    Check { name: "claims", at: BOTH, run: checks::claims },
    Check { name: "resource", at: BOTH, run: checks::resource },
];

/// Where an error goes is a type: without a destination there is only a page (P-009).
#[derive(Debug)]
pub enum Refusal {
    Page(OAuthError),
    Redirect(Box<Response>, OAuthError),
}

/// A request that may go on to login and consent.
pub async fn check(
    database: &Database,
    realm: &Realm,
    parameters: &Parameters,
    endpoint: Endpoint,
) -> Result<AuthorizationRequest, No<Refusal>> {
    let client = request::client(database, realm, parameters).await.map_err(page)?;
    let destination =
        request::destination(parameters, &client).map_err(|e| page(No::Refused(e)))?;
    let asked = Asked { parameters, client: &client };
    let mut here = CHECKS.iter().filter(|check| check.at.contains(&endpoint));
    let checked = here.try_for_each(|check| (check.run)(&asked)).map_err(No::Refused);
    checked.and_then(|()| request::agreed(&asked, &destination)).map_err(|no| match no {
        No::Failed(failure) => No::Failed(failure),
        No::Refused(error) => {
            let response = Response::error(destination.clone(), &error, &realm.issuer);
            No::Refused(Refusal::Redirect(Box::new(response), error))
        }
    })
}

fn page(no: No<OAuthError>) -> No<Refusal> {
    match no {
        No::Failed(failure) => No::Failed(failure),
        No::Refused(error) => No::Refused(Refusal::Page(error)),
    }
}

/// How long somebody may take to sign in.
const LIFETIME: Lifetime = Lifetime::minutes(60);

/// Keep the request while the person signs in. `browser` is the secret of its `__Host-` cookie (D-06).
pub async fn begin(
    work: &mut Work,
    request: AuthorizationRequest,
    browser: &Secret,
) -> Result<TransactionId, Failure> {
    let id = TransactionId::new(work);
    let made_at = work.now();
    let transaction =
        Transaction { id: id.clone(), request, made_at, ends_at: made_at.plus(LIFETIME) };
    work.begin_transaction(&transaction, &browser.hash()).await?;
    Ok(id)
}

/// The request, if it is still under way, and in this browser (A-041).
pub async fn resume(
    work: &mut Work,
    id: &TransactionId,
    browser: &Secret,
) -> Result<Option<Transaction>, Failure> {
    work.transaction(id, &browser.hash()).await
}

/// A transaction that is not there any more: over, answered, or begun in another browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this sign-in is over, was answered, or belongs to another browser")]
pub struct Gone;

/// The person agreed: a code, once.
pub async fn approve<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    (id, browser): (&TransactionId, &Secret),
    approval: &Approval,
) -> Result<Response, No<Gone>> {
    let credentials = &ground.credentials(realm).await?;
    let browser = &browser.hash();
    let write = ground.database.write(realm.at, async |work: &mut Work| {
        let Some(transaction) = work.end_transaction(id, browser).await? else {
            return Err(No::Refused(Gone));
        };
        let request = transaction.request;
        let grant = granted(work, &request, approval)?;
        let header = Header { kind: Kind::Code, grant: grant.id.clone(), generation: 0 };
        let code = credentials.make(&header, work);
        let event = Event::CodeIssued {
            client: grant.client.clone(),
            user: grant.user.clone(),
            grant: grant.id.clone(),
            scope: Name::new(&grant.scope.to_string()),
        };
        work.record(&event, &realm.by_user(&grant.user));
        work.keep_code(&stored(&request, grant, code.hash(), realm)).await?;
        Ok(Response::code(request.destination, &code, &realm.issuer))
    });
    write.await
}

/// Not more than was asked, whatever the consent page sent back (A-042, INV-05).
fn granted(
    moment: &mut impl Moment,
    request: &AuthorizationRequest,
    approval: &Approval,
) -> Result<Grant, Failure> {
    let unreadable = || Failure::broken("a transaction names no client");
    let client: ClientId = request.client().ok_or_else(unreadable)?;
    Ok(Grant {
        id: GrantId::new(moment),
        client,
        user: approval.user.clone(),
        session: approval.session.clone(),
        authentication: approval.authentication.clone(),
        scope: request.scope.within(&approval.scope),
        resources: request.resources.clone(),
        nonce: request.nonce.clone(),
        claims: request.claims.clone(),
        made_at: moment.now(),
    })
}

fn stored(request: &AuthorizationRequest, grant: Grant, hash: Hash, realm: &Realm) -> StoredCode {
    StoredCode {
        grant,
        hash,
        redirect_uri: request.destination.redirect_uri().to_owned(),
        pkce: request.pkce.clone(),
        ends_at: realm.now().plus(realm.lifetimes.code),
        used_at: None,
    }
}

/// The person said no, or nobody may be asked: an error, once.
pub async fn deny(
    work: &mut Work,
    realm: &Realm,
    (id, browser): (&TransactionId, &Secret),
    error: &OAuthError,
) -> Result<Response, No<Gone>> {
    match work.end_transaction(id, &browser.hash()).await? {
        Some(ended) => Ok(Response::error(ended.request.destination, error, &realm.issuer)),
        None => Err(No::Refused(Gone)),
    }
}

/// For parameters that could not even be read: nobody to send an answer to.
pub fn unreadable() -> Refusal {
    Refusal::Page(invalid_request("the request could not be read"))
}
