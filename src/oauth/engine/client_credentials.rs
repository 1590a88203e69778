//! A machine on its own behalf, carried to where a token would be made (RFC 6749 §4.4).

use super::{Authed, ours, out_of_step, read, theirs};
use crate::kernel::failure::No;
use crate::oauth::error::OAuthError;
use crate::oauth::model::Scope;
use oxide_auth::code_grant::client_credentials::{ClientCredentials, Input, Output, Request};
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::registrar::{BoundClient, ExactUrl, PreGrant, RegisteredUrl};
use std::borrow::Cow;

/// The scope of the token. `granted` is what the asked scope was negotiated to.
pub fn agree(client_id: &str, granted: &Scope) -> Result<Scope, No<OAuthError>> {
    let request = Authed {
        client_id,
        grant_type: "client_credentials",
        scope: Some(Cow::Owned(granted.to_string())),
        credential: "",
        redirect_uri: "",
    };
    let step = || out_of_step("client credentials");
    let mut machine = ClientCredentials::new(&request);
    let Output::Authenticate { .. } = machine.advance(Input::None) else { return Err(step()) };
    let Output::Binding { .. } = machine.advance(Input::Authenticated) else { return Err(step()) };
    // It demands an address though nobody is sent anywhere.
    let nowhere = RegisteredUrl::Exact(read::<ExactUrl>("urn:none")?);
    let bound_client = BoundClient {
        client_id: Cow::Owned(client_id.to_owned()),
        redirect_uri: Cow::Owned(nowhere.clone()),
    };
    let Output::Extend = machine.advance(Input::Bound { bound_client }) else { return Err(step()) };
    let extensions = Extensions::new();
    let Output::Negotiate { .. } = machine.advance(Input::Extended { extensions }) else {
        return Err(step());
    };
    let scope = theirs(granted)?;
    let pre_grant = PreGrant { client_id: client_id.into(), redirect_uri: nowhere, scope };
    match machine.advance(Input::Negotiated { pre_grant }) {
        Output::Ok { pre_grant, .. } => Ok(ours(&pre_grant.scope, granted)),
        _ => Err(step()),
    }
}

impl Request for Authed<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn authorization(&self) -> Option<(Cow<'_, str>, Cow<'_, [u8]>)> {
        Some((self.client_id.into(), Cow::Borrowed(b"")))
    }

    fn scope(&self) -> Option<Cow<'_, str>> {
        self.scope.clone()
    }

    fn grant_type(&self) -> Option<Cow<'_, str>> {
        Some(self.grant_type.into())
    }

    fn extension(&self, _: &str) -> Option<Cow<'_, str>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 6749 §4.4.2
    #[test]
    fn the_granted_scope_comes_out_in_its_order() {
        for scope in ["write read", ""] {
            let granted = Scope::parse(scope).unwrap();
            assert_eq!(agree("cli_1", &granted).unwrap(), granted);
        }
    }
}
