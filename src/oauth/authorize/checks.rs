//! The checks of an authorization request, one function each (OIDC Core §3.1.2.2). The order stands in `mod.rs`.

use super::model::Prompt;
use crate::oauth::claims;
use crate::oauth::clients::model::{Challenge, Client, Pushing, Registration};
use crate::oauth::engine::pkce;
use crate::oauth::error::{Code, OAuthError, invalid_request, invalid_scope, unauthorized_client};
use crate::oauth::model::{GrantType, Profile, ResponseMode, ResponseType, Scope};
use crate::oauth::parameters::Parameters;
use crate::oauth::realm::SignUp;
use crate::oauth::resources::model::Known;
use crate::oauth::scope::OPENID;
use crate::oauth::token::check_resources;

/// A request whose client is known. Nothing here reads or writes anything else.
pub struct Asked<'a> {
    pub parameters: &'a Parameters,
    pub client: &'a Client,
    pub resources: &'a Known,
    pub sign_up: SignUp,
}

impl<'a> Asked<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.parameters.get(name)
    }

    /// Of a request that got past the check of it.
    pub(super) fn response_type(&self) -> ResponseType {
        self.get("response_type").and_then(ResponseType::read).unwrap_or_default()
    }
}

type Verdict = Result<(), OAuthError>;

/// security.md §0.2
const LONGEST_STATE: usize = 4096;
const LONGEST_NONCE: usize = 512;

/// P-216, A-012
pub(super) fn nothing_repeated(asked: &Asked<'_>) -> Verdict {
    asked.parameters.refuse_repeated()
}

/// RFC 6749 App. A.5 (P-008)
pub(super) fn state(asked: &Asked<'_>) -> Verdict {
    match asked.get("state") {
        Some(state) if readable_state(state).is_none() => {
            Err(invalid_request("state has more than 4096 or other than printable characters"))
        }
        _ => Ok(()),
    }
}

/// The state, if it may be given back.
pub(super) fn readable_state(state: &str) -> Option<&str> {
    let printable = state.bytes().all(|byte| matches!(byte, 0x20..=0x7e));
    (printable && state.len() <= LONGEST_STATE).then_some(state)
}

/// RFC 6749 §3.1.1 (P-011)
pub(super) fn response_type(asked: &Asked<'_>) -> Verdict {
    let named = asked.get("response_type");
    let named = named.ok_or_else(|| invalid_request("response_type is missing"))?;
    // Through the browser itself tokens come only where the profile knows of it (OIDC Core §3.2, §3.3; P-066).
    let may_be = |kind: &ResponseType| {
        !kind.is_front() || asked.client.registration.profile == Profile::OidcCompat
    };
    let unsupported = || {
        let words = "this response_type is not supported";
        OAuthError::new(Code::UnsupportedResponseType, words)
    };
    ResponseType::read(named).filter(may_be).map(drop).ok_or_else(unsupported)
}

/// RFC 6749 §4.1.2.1
pub(super) fn client_may(asked: &Asked<'_>) -> Verdict {
    let (registered, asked) = (&asked.client.registration, asked.response_type());
    if asked.has_code() && !registered.is_allowed(GrantType::AuthorizationCode) {
        return Err(unauthorized_client("this client may not ask for codes"));
    }
    match registered.response_types.contains(&asked) {
        true => Ok(()),
        false => Err(unauthorized_client("this client did not register this response_type")),
    }
}

/// RFC 9126 §5
pub(super) fn need_not_be_pushed(asked: &Asked<'_>) -> Verdict {
    match asked.client.registration.pushing {
        Pushing::Free => Ok(()),
        Pushing::Required => Err(invalid_request("this application must push its requests")),
    }
}

/// OAuth 2.0 Multiple Response Types §2.1
pub(super) fn response_mode(asked: &Asked<'_>) -> Verdict {
    match asked.get("response_mode").map(ResponseMode::parse) {
        Some(None) => Err(invalid_request("this response_mode is not supported")),
        Some(Some(ResponseMode::Query)) if asked.response_type().is_front() => {
            Err(invalid_request("tokens never stand in a query"))
        }
        _ => Ok(()),
    }
}

/// OIDC Core §6, §3.1.2.6: never ignored (P-049).
pub(super) fn no_request_object(asked: &Asked<'_>) -> Verdict {
    let refused = [
        ("request", Code::RequestNotSupported, "request objects are not supported"),
        ("request_uri", Code::RequestUriNotSupported, "request_uri is not supported"),
        ("registration", Code::RegistrationNotSupported, "registration is not supported"),
    ];
    let sent = refused.into_iter().find(|(name, _, _)| asked.get(name).is_some());
    sent.map_or(Ok(()), |(_, code, sentence)| Err(OAuthError::new(code, sentence)))
}

/// RFC 9126 §2.1
pub(super) fn no_request_uri(asked: &Asked<'_>) -> Verdict {
    match asked.get("request_uri") {
        Some(_) => Err(invalid_request("request_uri cannot be pushed")),
        None => Ok(()),
    }
}

/// RFC 6749 §3.3 (P-035)
pub(super) fn scope(asked: &Asked<'_>) -> Verdict {
    let scope = asked.get("scope").map(Scope::parse).transpose()?.unwrap_or_default();
    match asked.response_type().has_id_token() && !scope.contains(OPENID) {
        true => Err(invalid_scope("an ID token needs the scope openid")),
        false => Ok(()),
    }
}

/// RFC 7636 §4.4.1, RFC 9700 §2.1.1 (D-01). A method without a challenge is as wrong as a challenge without S256.
pub(super) fn code_challenge(asked: &Asked<'_>) -> Verdict {
    let method = asked.get("code_challenge_method");
    if !asked.response_type().has_code() {
        return Ok(());
    }
    match asked.get("code_challenge") {
        Some(challenge) if pkce::challenge(method, challenge).is_some() => Ok(()),
        Some(_) => Err(invalid_request("code_challenge must be 43 characters by the method S256")),
        None if method.is_some() => Err(invalid_request("code_challenge is missing")),
        None if is_excused(&asked.client.registration) => Ok(()),
        None => Err(invalid_request("code_challenge is required (PKCE)")),
    }
}

/// The client's own switch; and who has a secret need not have a challenge, by the profile oidc-compat.
fn is_excused(registered: &Registration) -> bool {
    let is_confidential = !registered.kind.is_public();
    registered.challenge == Challenge::Excused
        || (registered.profile == Profile::OidcCompat && is_confidential)
}

/// OIDC Core §3.1.2.1, §3.2.2.1, §3.3.2.11 (A-019, P-037, P-038)
pub(super) fn nonce(asked: &Asked<'_>) -> Verdict {
    match asked.get("nonce") {
        None if asked.response_type().has_id_token() => {
            Err(invalid_request("an ID token through the browser needs a nonce"))
        }
        Some(nonce) if nonce.len() > LONGEST_NONCE => {
            Err(invalid_request("nonce has more than 512 bytes"))
        }
        _ => Ok(()),
    }
}

/// OIDC Core §3.1.2.1 (P-222)
pub(super) fn prompt(asked: &Asked<'_>) -> Verdict {
    let unknown = || invalid_request("a prompt value is unknown");
    let prompts = prompts(asked).ok_or_else(unknown)?;
    if prompts.contains(&Prompt::Create) && asked.sign_up == SignUp::Closed {
        return Err(unknown());
    }
    match prompts.contains(&Prompt::None) && prompts.len() > 1 {
        true => Err(invalid_request("prompt=none stands alone")),
        false => Ok(()),
    }
}

pub(super) fn prompts(asked: &Asked<'_>) -> Option<Vec<Prompt>> {
    let words = asked.get("prompt").unwrap_or_default().split(' ');
    words.filter(|word| !word.is_empty()).map(Prompt::parse).collect()
}

/// OIDC Core §3.1.2.1
pub(super) fn max_age(asked: &Asked<'_>) -> Verdict {
    match asked.get("max_age").map(seconds) {
        Some(None) => Err(invalid_request("max_age is not a number of seconds")),
        _ => Ok(()),
    }
}

pub(super) fn seconds(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// OIDC Core §5.5 (P-052)
pub(super) fn claims(asked: &Asked<'_>) -> Verdict {
    asked.get("claims").map_or(Ok(()), claims::check)
}

/// RFC 8707 §2 (P-202, A-077)
pub(super) fn resource(asked: &Asked<'_>) -> Verdict {
    let all = asked.parameters.all("resource");
    check_resources(all, &asked.client.registration, asked.resources).map(drop)
}
