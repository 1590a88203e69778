//! The refresh token, carried to where tokens would be made (RFC 6749 §6).

use super::{Authed, Stored, not_good, ours, out_of_step};
use crate::kernel::failure::No;
use crate::oauth::error::{OAuthError, invalid_scope};
use crate::oauth::model::Scope;
use oxide_auth::code_grant::error::AccessTokenErrorType;
use oxide_auth::code_grant::refresh::{Error, Input, Output, Refresh, Request};
use std::borrow::Cow;

/// The scope that a new access token may have. `asked` is within what the client may have today.
pub fn redeem(
    client_id: &str,
    token: &str,
    asked: &Scope,
    stored: &Stored<'_>,
) -> Result<Scope, No<OAuthError>> {
    let request = Authed {
        client_id,
        grant_type: "refresh_token",
        scope: None,
        credential: token,
        redirect_uri: "",
    };
    let mut machine = Refresh::new(&request);
    // Only here: given no input in its later states, this machine forgets where it was.
    let Output::Unauthenticated { .. } = machine.advance(Input::None) else {
        return Err(out_of_step("refresh"));
    };
    let Output::RecoverRefresh { .. } = machine.advance(Input::Authenticated { scope: None })
    else {
        return Err(out_of_step("refresh"));
    };
    let scope = Some(Cow::Owned(asked.to_string()));
    let grant = Some(Box::new(stored.grant()?));
    match machine.advance(Input::Recovered { scope, grant }) {
        Output::Refresh { grant, .. } => Ok(ours(&grant.scope, asked)),
        Output::Err(error) => Err(refused(error)),
        _ => Err(out_of_step("refresh")),
    }
}

fn refused(error: Error) -> No<OAuthError> {
    let mut error = error;
    let Some(description) = error.description() else { return out_of_step("refresh") };
    No::Refused(match description.kind() {
        AccessTokenErrorType::InvalidScope => invalid_scope("this is more than was granted"),
        _ => not_good(),
    })
}

impl Request for Authed<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn refresh_token(&self) -> Option<Cow<'_, str>> {
        Some(self.credential.into())
    }

    fn scope(&self) -> Option<Cow<'_, str>> {
        self.scope.clone()
    }

    fn grant_type(&self) -> Option<Cow<'_, str>> {
        Some(self.grant_type.into())
    }

    fn authorization(&self) -> Option<(Cow<'_, str>, Cow<'_, [u8]>)> {
        Some((self.client_id.into(), Cow::Borrowed(b"")))
    }

    fn extension(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::error::Code;

    fn redeemed(client_id: &str, asked: &str) -> Result<String, Code> {
        let scope = Scope::parse("openid profile").unwrap();
        let stored = Stored {
            client_id: "cli_1",
            subject: "usr_1",
            scope: &scope,
            redirect_uri: "urn:none",
            pkce: None,
        };
        let answer = redeem(client_id, "r", &Scope::parse(asked).unwrap(), &stored);
        answer.map(|scope| scope.to_string()).map_err(|no| match no {
            No::Refused(error) => error.code,
            No::Failed(failure) => panic!("{failure}"),
        })
    }

    // P-054, A-062, A-063, INV-05
    #[test]
    fn a_refresh_is_bound_to_its_client_and_never_grows() {
        assert_eq!(redeemed("cli_1", "profile openid").as_deref(), Ok("profile openid"));
        assert_eq!(redeemed("cli_1", "profile").as_deref(), Ok("profile"));
        assert_eq!(redeemed("cli_2", "profile"), Err(Code::InvalidGrant));
        assert_eq!(redeemed("cli_1", "profile admin"), Err(Code::InvalidScope));
    }
}
