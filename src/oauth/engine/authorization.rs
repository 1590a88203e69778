//! The authorization request, carried to where the person is asked (RFC 6749 §4.1.1).

use super::{out_of_step, pkce, read, theirs};
use crate::kernel::failure::No;
use crate::oauth::error::{Code, OAuthError, invalid_request, invalid_scope};
use crate::oauth::model::Scope;
use oxide_auth::code_grant::authorization::{Authorization, Error, Input, Output, Request};
use oxide_auth::code_grant::error::AuthorizationErrorType;
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::registrar::{BoundClient, ExactUrl, PreGrant, RegisteredUrl};
use std::borrow::Cow;

/// A request whose client and redirect URI were found good, and what its scope was negotiated to.
pub struct Asked<'a> {
    pub client_id: &'a str,
    pub redirect_uri: &'a str,
    pub response_type: &'a str,
    pub scope: Option<&'a str>,
    pub granted: &'a Scope,
    /// What `pkce::challenge` made of the challenge. None only for a client that is excused from it.
    pub pkce: Option<&'a str>,
}

/// What the machine agreed to: the challenge as a code is to carry it.
#[derive(Debug, PartialEq, Eq)]
pub struct Agreed {
    pub pkce: Option<String>,
}

pub fn agree(asked: &Asked<'_>) -> Result<Agreed, No<OAuthError>> {
    let mut machine = Authorization::new(asked);
    let exact: ExactUrl = match machine.advance(Input::None) {
        Output::Bind { redirect_uri: Some(exact), .. } => exact,
        Output::Err(_) => return Err(No::Refused(invalid_request("the request is malformed"))),
        _ => return Err(out_of_step("authorization")),
    };
    let url = RegisteredUrl::Exact(exact);
    let bound_client = BoundClient {
        client_id: Cow::Owned(asked.client_id.to_owned()),
        redirect_uri: Cow::Owned(url.clone()),
    };
    match machine.advance(Input::Bound { request: asked, bound_client }) {
        Output::Extend => {}
        Output::Err(error) => return Err(refused(error)),
        _ => return Err(out_of_step("authorization")),
    }
    let mut extensions = Extensions::new();
    if let Some(kept) = asked.pkce {
        extensions.set_raw(pkce::NAME.into(), pkce::value(kept));
    }
    let Output::Negotiate { .. } = machine.advance(Input::Extended(extensions)) else {
        return Err(out_of_step("authorization"));
    };
    let scope = theirs(asked.granted)?;
    let pre_grant = PreGrant { client_id: asked.client_id.into(), redirect_uri: url, scope };
    match machine.advance(Input::Negotiated { pre_grant, state: None }) {
        Output::Ok { extensions, .. } => Ok(Agreed { pkce: carried(&extensions) }),
        _ => Err(out_of_step("authorization")),
    }
}

fn carried(extensions: &Extensions) -> Option<String> {
    let (_, kept) = extensions.private().find(|(name, _)| *name == pkce::NAME)?;
    kept.map(ToOwned::to_owned)
}

fn refused(error: Error) -> No<OAuthError> {
    let Error::Redirect(mut url) = error else { return out_of_step("authorization") };
    No::Refused(match url.description().kind() {
        AuthorizationErrorType::InvalidScope => invalid_scope("the scope is malformed"),
        AuthorizationErrorType::UnsupportedResponseType => {
            OAuthError::new(Code::UnsupportedResponseType, "this response_type is not supported")
        }
        _ => invalid_request("the request is malformed"),
    })
}

impl Request for Asked<'_> {
    fn valid(&self) -> bool {
        read::<ExactUrl>(self.redirect_uri).is_ok()
    }

    fn client_id(&self) -> Option<Cow<'_, str>> {
        Some(self.client_id.into())
    }

    fn scope(&self) -> Option<Cow<'_, str>> {
        self.scope.map(Cow::Borrowed)
    }

    fn redirect_uri(&self) -> Option<Cow<'_, str>> {
        Some(self.redirect_uri.into())
    }

    fn state(&self) -> Option<Cow<'_, str>> {
        None
    }

    fn response_type(&self) -> Option<Cow<'_, str>> {
        Some(self.response_type.into())
    }

    fn extension(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreed(response_type: &str, scope: &str, pkce: Option<&str>) -> Result<Agreed, Code> {
        let asked = Asked {
            client_id: "cli_1",
            redirect_uri: "https://rp.example/cb",
            response_type,
            scope: Some(scope),
            granted: &Scope::parse("openid").unwrap(),
            pkce,
        };
        agree(&asked).map_err(|no| match no {
            No::Refused(error) => error.code,
            No::Failed(failure) => panic!("{failure}"),
        })
    }

    // RFC 6749 §4.1.1, P-036
    #[test]
    fn the_challenge_comes_out_as_it_went_in() {
        assert_eq!(agreed("code", "openid", Some("xS")).unwrap().pkce.as_deref(), Some("xS"));
        assert_eq!(agreed("code", "openid", None), Ok(Agreed { pkce: None }));
    }

    // A-011, P-011, P-035
    #[test]
    fn the_machine_refuses_other_types_and_malformed_scopes() {
        assert_eq!(agreed("token", "openid", None), Err(Code::UnsupportedResponseType));
        assert_eq!(agreed("code", "a\"b", None), Err(Code::InvalidScope));
    }
}
