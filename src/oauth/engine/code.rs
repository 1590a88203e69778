//! The authorization code, carried to where tokens would be made (RFC 6749 §4.1.3).

use super::{Authed, Stored, not_good, out_of_step, pkce};
use crate::kernel::failure::No;
use crate::oauth::error::OAuthError;
use oxide_auth::code_grant::accesstoken::{
    AccessToken, Authorization, Error, Input, Output, Request,
};
use oxide_auth::primitives::grant::Extensions;
use std::borrow::Cow;

/// What the client brings. The redirect URI was compared as text before; where a request may go without one,
/// it is the one that is stored.
pub struct Presented<'a> {
    pub client_id: &'a str,
    pub code: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: Option<&'a str>,
}

/// Good, if the machine would issue now.
pub fn redeem(presented: &Presented<'_>, stored: &Stored<'_>) -> Result<(), No<OAuthError>> {
    let request = Authed {
        client_id: presented.client_id,
        grant_type: "authorization_code",
        scope: None,
        credential: presented.code,
        redirect_uri: presented.redirect_uri,
    };
    let mut machine = AccessToken::new(&request);
    let Output::Authenticate { .. } = machine.advance(Input::None) else {
        return Err(No::Refused(not_good()));
    };
    let Output::Recover { .. } = machine.advance(Input::Authenticated) else {
        return Err(out_of_step("access token"));
    };
    let grant = Box::new(stored.grant()?);
    let verified = match machine.advance(Input::Recovered(Some(grant))) {
        Output::Extend { extensions } => is_verified(extensions, presented.verifier),
        Output::Err(error) => return Err(refused(&error)),
        _ => return Err(out_of_step("access token")),
    };
    if !verified {
        return Err(No::Refused(not_good()));
    }
    match machine.advance(Input::Extended { access_extensions: Extensions::new() }) {
        Output::Issue { .. } => Ok(()),
        _ => Err(out_of_step("access token")),
    }
}

/// A verifier without a challenge is as wrong as a challenge without its verifier (RFC 9700 §4.8.2).
fn is_verified(extensions: &Extensions, verifier: Option<&str>) -> bool {
    let kept = extensions.private().find(|(name, _)| *name == pkce::NAME);
    match (kept.and_then(|(_, kept)| kept), verifier) {
        (None, None) => true,
        (Some(kept), Some(verifier)) => pkce::is_verified(kept, verifier),
        _ => false,
    }
}

/// Once a grant is recovered, whatever does not fit makes it a bad grant.
fn refused(error: &Error) -> No<OAuthError> {
    match error {
        Error::Primitive(_) => out_of_step("access token"),
        _ => No::Refused(not_good()),
    }
}

impl Request for Authed<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.credential.into())
    }

    fn authorization(&self) -> Authorization<'_> {
        Authorization::Username(self.client_id.into())
    }

    fn client_id(&self) -> Option<Cow<'_, str>> {
        None
    }

    fn redirect_uri(&self) -> Option<Cow<'_, str>> {
        Some(self.redirect_uri.into())
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
    use crate::oauth::error::Code;
    use crate::oauth::model::Scope;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const KEPT: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMS";

    fn redeemed(client_id: &str, redirect_uri: &str, proof: (Option<&str>, Option<&str>)) -> bool {
        let scope = Scope::parse("openid profile").unwrap();
        let stored = Stored {
            client_id: "cli_1",
            subject: "usr_1",
            scope: &scope,
            redirect_uri: "https://rp.example/cb?a=b",
            pkce: proof.0,
        };
        let presented = Presented { client_id, code: "c", redirect_uri, verifier: proof.1 };
        match redeem(&presented, &stored) {
            Ok(()) => true,
            Err(No::Refused(error)) => {
                assert_eq!(error.code, Code::InvalidGrant);
                false
            }
            Err(No::Failed(failure)) => panic!("{failure}"),
        }
    }

    // P-019, A-023, A-024, A-026, A-032
    #[test]
    fn a_code_is_bound_to_client_redirect_uri_and_verifier() {
        let uri = "https://rp.example/cb?a=b";
        let proof = (Some(KEPT), Some(VERIFIER));
        assert!(redeemed("cli_1", uri, proof));
        assert!(redeemed("cli_1", uri, (None, None)));
        assert!(!redeemed("cli_2", uri, proof));
        assert!(!redeemed("cli_1", "https://rp.example/cb", proof));
        assert!(!redeemed("cli_1", "", proof));
        assert!(!redeemed("cli_1", uri, (Some(KEPT), None)));
        assert!(!redeemed("cli_1", uri, (None, Some(VERIFIER))));
        assert!(!redeemed("cli_1", uri, (Some(KEPT), Some(&KEPT[..43]))));
    }
}
