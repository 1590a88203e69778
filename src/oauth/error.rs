//! Every refusal of the protocol: wire name, status, section. The only place where the three meet (RFC 6749 §4.1.2.1, §5.2).

use crate::kernel::time::Lifetime;
use std::borrow::Cow;

macro_rules! codes {
    ($($code:ident = $wire:literal, $status:literal, $section:literal;)+) => {
        /// A protocol error code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($code,)+ }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The value of `error`.
            pub const fn wire(self) -> &'static str {
                match self { $(Self::$code => $wire,)+ }
            }

            /// The HTTP status where the error is answered directly. A redirect carries none.
            pub const fn status(self) -> u16 {
                match self { $(Self::$code => $status,)+ }
            }

            /// Where it is defined.
            pub const fn section(self) -> &'static str {
                match self { $(Self::$code => $section,)+ }
            }
        }
    };
}

codes! {
    InvalidRequest = "invalid_request", 400, "RFC 6749 §5.2";
    InvalidClient = "invalid_client", 401, "RFC 6749 §5.2";
    InvalidGrant = "invalid_grant", 400, "RFC 6749 §5.2";
    UnauthorizedClient = "unauthorized_client", 400, "RFC 6749 §5.2";
    UnsupportedGrantType = "unsupported_grant_type", 400, "RFC 6749 §5.2";
    InvalidScope = "invalid_scope", 400, "RFC 6749 §5.2";
    AccessDenied = "access_denied", 400, "RFC 6749 §4.1.2.1";
    UnsupportedResponseType = "unsupported_response_type", 400, "RFC 6749 §4.1.2.1";
    ServerError = "server_error", 500, "RFC 6749 §4.1.2.1";
    TemporarilyUnavailable = "temporarily_unavailable", 503, "RFC 6749 §4.1.2.1";
    InvalidTarget = "invalid_target", 400, "RFC 8707 §2";
    InteractionRequired = "interaction_required", 400, "OIDC Core §3.1.2.6";
    LoginRequired = "login_required", 400, "OIDC Core §3.1.2.6";
    AccountSelectionRequired = "account_selection_required", 400, "OIDC Core §3.1.2.6";
    ConsentRequired = "consent_required", 400, "OIDC Core §3.1.2.6";
    InvalidRequestUri = "invalid_request_uri", 400, "OIDC Core §3.1.2.6";
    InvalidRequestObject = "invalid_request_object", 400, "OIDC Core §3.1.2.6";
    RequestNotSupported = "request_not_supported", 400, "OIDC Core §3.1.2.6";
    RequestUriNotSupported = "request_uri_not_supported", 400, "OIDC Core §3.1.2.6";
    RegistrationNotSupported = "registration_not_supported", 400, "OIDC Core §3.1.2.6";
    UnmetAuthenticationRequirements = "unmet_authentication_requirements", 400, "OIDC Unmet Authentication Requirements §2";
    InvalidToken = "invalid_token", 401, "RFC 6750 §3.1";
    InsufficientScope = "insufficient_scope", 403, "RFC 6750 §3.1";
    UnsupportedTokenType = "unsupported_token_type", 400, "RFC 7009 §2.2.1";
    TooManyRequests = "too_many_requests", 429, "RFC 6585 §4";
    InvalidRedirectUri = "invalid_redirect_uri", 400, "RFC 7591 §3.2.2";
    InvalidClientMetadata = "invalid_client_metadata", 400, "RFC 7591 §3.2.2";
}

/// A refusal that the client's developer can act on. It quotes nothing that the request brought along.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.wire())]
pub struct OAuthError {
    pub code: Code,
    description: Cow<'static, str>,
    retry_after: Option<Lifetime>,
}

impl OAuthError {
    /// Characters outside %x20-21 / %x23-5B / %x5D-7E are replaced (P-013).
    pub fn new(code: Code, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        if description.bytes().all(is_allowed) {
            return Self { code, description, retry_after: None };
        }
        let replaced = |c: char| match u8::try_from(c) {
            Ok(byte) if is_allowed(byte) => c,
            _ => '?',
        };
        let description = description.chars().map(replaced).collect::<String>().into();
        Self { code, description, retry_after: None }
    }

    pub fn description(&self) -> &str {
        &self.description
    }

    pub const fn status(&self) -> u16 {
        self.code.status()
    }

    /// How long to wait, where waiting helps.
    pub const fn retry_after(&self) -> Option<Lifetime> {
        self.retry_after
    }
}

const fn is_allowed(byte: u8) -> bool {
    matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

/// `invalid_request("…")` reads better than a constructor where most refusals are made.
macro_rules! refusals {
    ($($name:ident = $code:ident;)+) => { $(
        pub fn $name(description: impl Into<Cow<'static, str>>) -> OAuthError {
            OAuthError::new(Code::$code, description)
        }
    )+ };
}

refusals! {
    invalid_request = InvalidRequest;
    invalid_grant = InvalidGrant;
    invalid_scope = InvalidScope;
    invalid_target = InvalidTarget;
    unauthorized_client = UnauthorizedClient;
}

/// One sentence for every cause, so that none can be told from another.
pub fn invalid_client() -> OAuthError {
    OAuthError::new(Code::InvalidClient, "the client could not be authenticated")
}

/// Nothing was looked at: the same for a right proof and a wrong one.
pub fn too_many(pause: Lifetime) -> OAuthError {
    let error = OAuthError::new(Code::TooManyRequests, "too many attempts failed; wait");
    OAuthError { retry_after: Some(pause), ..error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    // RFC 6749 §4.1.2.1, §5.2; OIDC Core §3.1.2.6: each of their codes is in the table
    #[test]
    fn the_table_has_what_the_specifications_list() {
        let mine: BTreeSet<_> = Code::ALL.iter().map(|code| code.wire()).collect();
        assert_eq!(mine.len(), Code::ALL.len());
        for code in [
            "invalid_request",
            "unauthorized_client",
            "access_denied",
            "unsupported_response_type",
            "invalid_scope",
            "server_error",
            "temporarily_unavailable",
            "invalid_client",
            "invalid_grant",
            "unsupported_grant_type",
            "interaction_required",
            "login_required",
            "account_selection_required",
            "consent_required",
            "invalid_request_uri",
            "invalid_request_object",
            "request_not_supported",
            "request_uri_not_supported",
            "registration_not_supported",
            "invalid_target",
        ] {
            assert!(mine.contains(code), "{code}");
        }
    }

    // P-015: the token endpoint answers 400, and 401 for a client that is not authenticated
    #[test]
    fn only_an_unknown_client_or_token_is_401() {
        for code in Code::ALL {
            let expected = matches!(code, Code::InvalidClient | Code::InvalidToken);
            assert_eq!(code.status() == 401, expected, "{}", code.wire());
            assert!(code.section().contains('§'), "{}", code.wire());
        }
    }

    // P-013, A-018
    #[test]
    fn a_description_has_only_the_allowed_characters() {
        let error = invalid_request("say \"no\" \\ to\r\nthé thing\u{7f}");
        assert_eq!(error.description(), "say ?no? ? to??th? thing?");
    }
}
