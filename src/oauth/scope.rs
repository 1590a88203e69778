//! Which of the asked scope is granted (OIDC Core §5.4, §11; RFC 6749 §3.3).

use super::error::{OAuthError, invalid_scope};
use super::model::{MalformedScope, Scope};

pub const OPENID: &str = "openid";
pub const OFFLINE_ACCESS: &str = "offline_access";

impl From<MalformedScope> for OAuthError {
    fn from(malformed: MalformedScope) -> Self {
        invalid_scope(malformed.to_string())
    }
}

/// What was asked and the client may have; nothing asked means the client's default. What is unknown or not
/// allowed is dropped, not refused (P-219).
pub fn negotiate(asked: Option<&Scope>, allowed: &Scope, default: &Scope) -> Scope {
    match asked {
        Some(asked) if !asked.is_empty() => asked.within(allowed),
        _ => default.within(allowed),
    }
}

/// For machines: no person stands behind them, so there is nothing to identify and nobody offline (P-207).
pub fn negotiate_machine(
    asked: Option<&Scope>,
    allowed: &Scope,
    default: &Scope,
) -> Result<Scope, OAuthError> {
    let granted =
        negotiate(asked, allowed, default).only(|token| token != OPENID && token != OFFLINE_ACCESS);
    let nothing_left = granted.is_empty() && asked.is_some_and(|asked| !asked.is_empty());
    if nothing_left {
        Err(invalid_scope("nothing of this scope is open to this client"))
    } else {
        Ok(granted)
    }
}

/// At a refresh: at most what was granted, and today's registration bounds it too (A-063, A-064, INV-05).
pub fn narrow(
    asked: Option<&Scope>,
    granted: &Scope,
    allowed: &Scope,
) -> Result<Scope, OAuthError> {
    match asked {
        Some(asked) if !asked.is_within(granted) => {
            Err(invalid_scope("this is more than was granted"))
        }
        Some(asked) if !asked.is_empty() => Ok(asked.within(allowed)),
        _ => Ok(granted.within(allowed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::error::Code;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    // P-219
    #[test]
    fn what_is_not_allowed_is_dropped_and_nothing_asked_is_the_default() {
        let (allowed, default) = (scope("openid profile read"), scope("read"));
        let granted = |asked: &str| negotiate(Some(&scope(asked)), &allowed, &default).to_string();
        assert_eq!(granted("openid admin read"), "openid read");
        assert_eq!(granted("admin"), "");
        assert_eq!(negotiate(None, &allowed, &default).to_string(), "read");
    }

    // P-207, P-219
    #[test]
    fn a_machine_gets_no_openid_and_must_get_something() {
        let allowed = scope("openid offline_access read");
        let granted = |asked: &str| negotiate_machine(Some(&scope(asked)), &allowed, &allowed);
        assert_eq!(granted("openid read offline_access"), Ok(scope("read")));
        assert_eq!(granted("openid").unwrap_err().code, Code::InvalidScope);
        assert_eq!(granted("admin").unwrap_err().code, Code::InvalidScope);
    }

    // A-063, INV-05
    #[test]
    fn a_scope_never_grows_along_a_chain() {
        let (granted, allowed) = (scope("openid profile"), scope("openid profile admin"));
        let narrowed = |asked: &str| narrow(Some(&scope(asked)), &granted, &allowed);
        assert_eq!(narrowed("openid profile admin").unwrap_err().code, Code::InvalidScope);
        assert_eq!(narrowed("profile"), Ok(scope("profile")));
        assert_eq!(narrow(None, &granted, &scope("openid")), Ok(scope("openid")));
    }
}
