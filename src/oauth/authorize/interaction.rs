//! What is still missing before a request can be answered (OIDC Core §3.1.2.1, §3.1.2.3 to §3.1.2.6).

use super::model::{AuthorizationRequest, Demand, Prompt};
use super::wish;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::oauth::clients::model::{Client, Party, RedirectUri, SecondFactor};
use crate::oauth::consent::model::Consent;
use crate::oauth::error::{Code, OAuthError};
use crate::oauth::model::Scope;
use crate::sessions::model::{Assurance, Session};

/// Who is there, and what they have decided before.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub session: Option<&'a Session>,
    pub consent: Option<&'a Consent>,
    /// By which name this application knows whoever is signed in (OIDC Core §8).
    pub subject: Option<&'a str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing is missing: so much is granted.
    Answer(Scope),
    Login,
    /// By making an account.
    Register,
    Consent,
    Refuse(OAuthError),
}

/// `asked_at` is when the request came in.
pub fn next(
    request: &AuthorizationRequest,
    client: &Client,
    known: Known<'_>,
    asked_at: Timestamp,
) -> Next {
    match wanted(request, client, known, asked_at) {
        Next::Login if request.asks_for(Prompt::None) => {
            refuse(Code::LoginRequired, "nobody is signed in, or not as the request asks")
        }
        Next::Consent if request.asks_for(Prompt::None) => {
            refuse(Code::ConsentRequired, "the person has not agreed to this yet")
        }
        next => next,
    }
}

fn refuse(code: Code, sentence: &'static str) -> Next {
    Next::Refuse(OAuthError::new(code, sentence))
}

fn wanted(
    request: &AuthorizationRequest,
    client: &Client,
    known: Known<'_>,
    asked_at: Timestamp,
) -> Next {
    let since = fresh_since(request, asked_at);
    let is_fresh = |session: &&Session| since.is_none_or(|since| session.proven_at >= since);
    let chosen = chosen_since(request, asked_at);
    let is_chosen = |session: &&Session| chosen.is_none_or(|since| session.chosen_at >= since);
    let Some(session) = known.session.filter(is_fresh).filter(is_chosen) else {
        let creates = request.asks_for(Prompt::Create);
        return if creates { Next::Register } else { Next::Login };
    };
    // Nobody comes out of the sign-in with less, so it is not asked for ever.
    let is_demanded = client.registration.second_factor == SecondFactor::Demanded;
    if is_demanded && session.assurance() < Assurance::TwoFactors {
        return Next::Login;
    }
    if let Some(unmet) = unmet(request, session, known.subject) {
        let was_asked = session.proven_at >= asked_at;
        return if was_asked { Next::Refuse(unmet) } else { Next::Login };
    }
    // Asked for once; who has no more to show may come in with what they have (P-034).
    let is_less = wish::assurance(request).is_some_and(|asked| session.assurance() < asked);
    if is_less && session.proven_at < asked_at {
        return Next::Login;
    }
    consented(request, client, known.consent).map_or(Next::Consent, Next::Answer)
}

/// What signing in once more may mend, and nothing else.
fn unmet(
    request: &AuthorizationRequest,
    session: &Session,
    subject: Option<&str>,
) -> Option<OAuthError> {
    if request.subject.is_some() && request.subject.as_deref() != subject {
        return Some(OAuthError::new(Code::LoginRequired, "somebody else is signed in"));
    }
    let must = request.acr_demand == Demand::Must && !request.acr_values.is_empty();
    let met = request.acr_values.iter().filter_map(|acr| Assurance::parse(acr));
    let is_met = met.into_iter().any(|acr| acr <= session.assurance());
    (must && !is_met).then(|| {
        let code = Code::UnmetAuthenticationRequirements;
        OAuthError::new(code, "this person cannot be recognised as surely as is demanded")
    })
}

/// When something must have been proven at the earliest (P-029, P-030). It is counted from when the request came
/// in: otherwise no time would ever be short enough.
pub fn fresh_since(request: &AuthorizationRequest, asked_at: Timestamp) -> Option<Timestamp> {
    let oldest = request.max_age.map(|age| asked_at.minus(Lifetime::seconds(age)));
    let anew = [Prompt::Login, Prompt::Create].into_iter().any(|prompt| request.asks_for(prompt));
    oldest.max(anew.then_some(asked_at))
}

/// When somebody must have said which of their accounts is meant, at the earliest: by a choice, or by signing in.
pub fn chosen_since(request: &AuthorizationRequest, asked_at: Timestamp) -> Option<Timestamp> {
    request.asks_for(Prompt::SelectAccount).then_some(asked_at)
}

/// What may be granted without asking.
fn consented(
    request: &AuthorizationRequest,
    client: &Client,
    consent: Option<&Consent>,
) -> Option<Scope> {
    let registered = &client.registration;
    let uri = registered.redirect_uri(request.destination.redirect_uri());
    // Anybody on the device may listen there under this client's name (RFC 8252 §8.6).
    let is_anybody = registered.kind.is_public() && uri.is_none_or(RedirectUri::is_local);
    if request.asks_for(Prompt::Consent) || is_anybody {
        return None;
    }
    match (registered.party, consent) {
        (Party::First, _) => Some(request.scope.clone()),
        (Party::Third, Some(consent)) if consent.settles(&request.scope) => {
            Some(request.scope.within(&consent.scope))
        }
        (Party::Third, _) => None,
    }
}
