//! The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2): checks, a transaction, an answer.
//!
//! ```text
//! check ──► CHECKS, in the order of the protocol            checks.rs
//!   │ no client or no redirect_uri: Refusal::Page
//!   │ anything else: Refusal::Redirect, to a Destination    respond.rs
//!   ▼
//! next ──► login, consent, or nothing is missing            interaction.rs
//!   │ while somebody is asked: a row, bound to the browser  transaction.rs, model.rs, store.rs
//!   ▼
//! answer, approve ──► a code     deny ──► an error          answer.rs
//!   └ with tokens, where the client is so old-fashioned     front.rs
//! ```

pub mod answer;
mod checks;
pub mod explain;
mod front;
pub mod interaction;
pub mod model;
pub mod pages;
mod request;
pub mod request_object;
pub mod respond;
mod store;
pub mod transaction;
pub mod wish;

pub use answer::{Gone, approve, deny};
pub use checks::Asked;
pub(crate) use store::STATEMENTS;
pub use transaction::{begin, resume};

use super::clients::model::Registered;
use super::error::{OAuthError, invalid_request};
use super::ground::Ground;
use super::parameters::Parameters;
use super::realm::Realm;
use crate::kernel::failure::No;
use model::AuthorizationRequest;
use respond::Response;
use std::sync::Arc;

/// At which endpoint a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    Authorize,
    /// RFC 9126
    Par,
    /// The authorization endpoint again, with what was pushed.
    Pushed,
}

/// One line of the protocol.
pub struct Check {
    pub name: &'static str,
    pub at: &'static [Endpoint],
    pub run: fn(&Asked<'_>) -> Result<(), OAuthError>,
}

const BOTH: &[Endpoint] = &[Endpoint::Authorize, Endpoint::Par, Endpoint::Pushed];

/// In the order of the protocol: the first that fails answers.
pub const CHECKS: &[Check] = &[
    Check { name: "nothing repeated", at: BOTH, run: checks::nothing_repeated },
    Check { name: "state", at: BOTH, run: checks::state },
    Check { name: "response_type", at: BOTH, run: checks::response_type },
    Check { name: "client may", at: BOTH, run: checks::client_may },
    Check { name: "pushed", at: &[Endpoint::Authorize], run: checks::need_not_be_pushed },
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
pub async fn check<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    parameters: &Parameters,
    endpoint: Endpoint,
) -> Result<AuthorizationRequest, No<Refusal>> {
    checked(ground, realm, parameters, endpoint).await.map(|(_, request)| request)
}

/// The same, with whose it is.
pub async fn checked<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    parameters: &Parameters,
    endpoint: Endpoint,
) -> Result<(Arc<Registered>, AuthorizationRequest), No<Refusal>> {
    let registered = request::client(ground, realm, parameters).await.map_err(page)?;
    let client = &registered.client;
    let destination = request::destination(parameters, client).map_err(|e| page(No::Refused(e)))?;
    let (resources, sign_up) = (&realm.resources, realm.sign_up);
    let asked = Asked { parameters, client, resources, sign_up };
    let mut here = CHECKS.iter().filter(|check| check.at.contains(&endpoint));
    let checked = here.try_for_each(|check| (check.run)(&asked)).map_err(No::Refused);
    let agreed = checked.and_then(|()| request::agreed(&asked, &destination, realm));
    match agreed {
        Ok(request) => Ok((registered, request)),
        Err(No::Failed(failure)) => Err(No::Failed(failure)),
        Err(No::Refused(error)) => {
            let response = Response::error(destination, &error, &realm.issuer);
            Err(No::Refused(Refusal::Redirect(Box::new(response), error)))
        }
    }
}

fn page(no: No<OAuthError>) -> No<Refusal> {
    match no {
        No::Failed(failure) => No::Failed(failure),
        No::Refused(error) => No::Refused(Refusal::Page(error)),
    }
}

/// For parameters that could not even be read: nobody to send an answer to.
pub fn unreadable() -> Refusal {
    Refusal::Page(invalid_request("the request could not be read"))
}
