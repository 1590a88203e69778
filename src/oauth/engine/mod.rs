//! The grants' state machines: oxide-auth lives here and nowhere else (RFC 6749 §4.1, §4.4, §6; RFC 7636).
//!
//! Clients are authenticated before a machine sees a request, tokens are minted after it has ended, and whether
//! something is over is decided in our models: a machine is handed grants without an end, because it would read
//! the clock by itself. Each of the four functions drives one machine from its beginning to where a token would
//! be made, and says `Err` in our words.

pub mod authorization;
pub mod client_credentials;
pub mod code;
pub mod pkce;
pub mod refresh;

use super::error::{OAuthError, invalid_grant};
use super::model::Scope;
use crate::kernel::failure::{Failure, No};
use oxide_auth::primitives::grant::{Extensions, Grant};
use oxide_auth::primitives::scope::Scope as TheirScope;
use std::borrow::Cow;

/// A client that was authenticated elsewhere: no machine sees a secret. One request for all three machines of
/// the token endpoint.
struct Authed<'a> {
    client_id: &'a str,
    grant_type: &'static str,
    scope: Option<Cow<'a, str>>,
    /// The code or the refresh token.
    credential: &'a str,
    redirect_uri: &'a str,
}

/// What stands behind a code or a refresh token, as a machine is shown it.
pub struct Stored<'a> {
    pub client_id: &'a str,
    pub subject: &'a str,
    pub scope: &'a Scope,
    pub redirect_uri: &'a str,
    /// What `pkce::challenge` made of the challenge.
    pub pkce: Option<&'a str>,
}

impl Stored<'_> {
    fn grant(&self) -> Result<Grant, Failure> {
        let mut extensions = Extensions::new();
        if let Some(challenge) = self.pkce {
            extensions.set_raw(pkce::NAME.into(), pkce::value(challenge));
        }
        Ok(Grant {
            owner_id: self.subject.into(),
            client_id: self.client_id.into(),
            scope: theirs(self.scope)?,
            redirect_uri: read(self.redirect_uri)?,
            until: read("9999-12-31T23:59:59Z")?,
            extensions,
        })
    }
}

/// Ours keeps its order, theirs is a set.
fn theirs(scope: &Scope) -> Result<TheirScope, Failure> {
    read(&scope.to_string())
}

fn ours(scope: &TheirScope, order: &Scope) -> Scope {
    order.only(|token| scope.iter().any(|theirs| theirs == token))
}

fn read<T: std::str::FromStr>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::broken("a grant has a part that oxide-auth cannot read"))
}

/// A machine asked for something at a time when it never does.
fn out_of_step(machine: &str) -> No<OAuthError> {
    No::Failed(Failure::broken(format!("oxide-auth's {machine} machine is out of step")))
}

fn not_good() -> OAuthError {
    invalid_grant("the grant is unknown, used, over, or belongs to another request")
}
