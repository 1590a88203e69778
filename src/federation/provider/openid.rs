//! OpenID Connect: where a browser is sent, and who came back with a code.

use super::bridge::Bridge;
use super::metadata::{Document, known, with_new_keys};
use super::said::{assertion, text};
use super::token::{self, Expected, claims};
use super::{Asking, Departure, Return, Trouble};
use crate::federation::model::farewell::Exit;
use crate::federation::model::{Assertion, Identity, Kind, Settings};
use crate::kernel::secret::Secret;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::outbound::{Outbound, Request};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, LoginHint, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
};
use serde_json::{Map, Value};

/// How far a clock of theirs may be behind ours.
const APART: Lifetime = Lifetime::seconds(60);

type Asker = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

fn client(
    document: &Document,
    settings: &Settings,
    secret: Option<&Secret>,
    redirect_uri: &str,
) -> Result<Asker, Trouble> {
    let secret = secret.map(|secret| ClientSecret::new(secret.reveal().to_owned()));
    let id = ClientId::new(settings.client_id.clone());
    let place = RedirectUrl::new(redirect_uri.to_owned());
    let place = place.map_err(|_| Trouble::Untrusted("our own address is not a URL".into()))?;
    let methods = document.metadata.token_endpoint_auth_methods_supported();
    let wants_post = methods.is_some_and(|list| {
        list.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !list.contains(&CoreClientAuthMethod::ClientSecretBasic)
    });
    let client = CoreClient::from_provider_metadata(document.metadata.clone(), id, secret)
        .set_redirect_uri(place);
    Ok(if wants_post { client.set_auth_type(AuthType::RequestBody) } else { client })
}

pub(super) async fn departure(
    asking: &Asking<'_>,
    departure: &Departure<'_>,
) -> Result<String, Trouble> {
    let (document, settings) = (known(asking).await?, asking.settings);
    let client = client(&document, settings, None, departure.redirect_uri)?;
    let state = CsrfToken::new(departure.state.reveal().to_owned());
    let nonce = Nonce::new(departure.proofs.nonce.reveal().to_owned());
    let verifier = PkceCodeVerifier::new(departure.proofs.verifier.reveal().to_owned());
    let mut asked = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .add_scopes(settings.scopes.iter().cloned().map(Scope::new));
    let again = departure.fresh_since.map(|since| asking.now.since(since));
    asked = match (settings.kind, again) {
        // OIDC Core §3.1.2.1: it asks again where that was longer ago.
        (Kind::Oidc, Some(age)) => asked.set_max_age(age.to_std()),
        (Kind::Microsoft, Some(_)) => asked.add_prompt(CoreAuthPrompt::Login),
        _ => asked,
    };
    if let Some(prompt) = &settings.prompt {
        asked = asked.add_prompt(CoreAuthPrompt::Extension(prompt.clone()));
    }
    if let Some(domain) = &settings.hosted_domain {
        asked = asked.add_extra_param("hd", domain);
    }
    if let Some(hint) = departure.login_hint {
        asked = asked.set_login_hint(LoginHint::new(hint.to_owned()));
    }
    Ok(asked.url().0.into())
}

pub(super) async fn arrival(
    asking: &Asking<'_>,
    brought: &Return<'_>,
) -> Result<Assertion, Trouble> {
    let (document, settings) = (known(asking).await?, asking.settings);
    its_own(&document, settings, brought.iss)?;
    let client = client(&document, settings, Some(brought.secret), brought.redirect_uri)?;
    let code = AuthorizationCode::new(brought.code.reveal().to_owned());
    let asked = client.exchange_code(code).map_err(|e| Trouble::Untrusted(e.to_string()))?;
    let verifier = PkceCodeVerifier::new(brought.proofs.verifier.reveal().to_owned());
    let answer = asked.set_pkce_verifier(verifier).request_async(&Bridge(asking.outbound)).await;
    let answer = answer.map_err(|e| match e {
        RequestTokenError::ServerResponse(said) => Trouble::Denied(said.error().to_string()),
        RequestTokenError::Request(why) => why.into(),
        RequestTokenError::Parse(..) => {
            Trouble::Untrusted("its token answer makes no sense".into())
        }
        RequestTokenError::Other(_) => Trouble::Unreachable("its token answer is empty".into()),
    })?;
    let signed = answer.id_token();
    let signed = signed.ok_or_else(|| Trouble::Untrusted("it sent no ID token".into()))?;
    let access = answer.access_token();
    let nonce = &brought.proofs.nonce;
    let expected = Expected { settings, secret: brought.secret, nonce, access, now: asking.now };
    let said = match claims(signed, &expected, &document.keys) {
        Err(token::Wrong::Key(why)) => match with_new_keys(asking, &document).await? {
            Some(document) => claims(signed, &expected, &document.keys),
            None => Err(token::Wrong::Key(why)),
        },
        read => read,
    };
    let said = said.map_err(|wrong| Trouble::Untrusted(wrong.to_string()))?;
    if let Some(since) = brought.fresh_since {
        fresh(settings.kind, &said, since)?;
    }
    let place = document.metadata.userinfo_endpoint().map(|url| url.as_str());
    let said = completed(asking, said, place.map(|url| (url, access.secret().as_str()))).await?;
    let exit = exit(asking, &document, signed);
    Ok(Assertion { exit, ..read(settings, &said)? })
}

/// RFC 9207 §2.4
fn its_own(document: &Document, settings: &Settings, iss: Option<&str>) -> Result<(), Trouble> {
    let must_name = document.metadata.additional_metadata();
    let must_name = must_name.authorization_response_iss_parameter_supported;
    match iss.map_or(!must_name, |iss| iss == settings.issuer) {
        true => Ok(()),
        false => Err(Trouble::Untrusted("the answer is not its own (iss)".into())),
    }
}

/// What was asked for is checked as far as a provider says it: Google and GitHub never do.
fn fresh(kind: Kind, said: &Map<String, Value>, since: Timestamp) -> Result<(), Trouble> {
    let proven_at = said.get("auth_time").and_then(Value::as_i64).map(Timestamp::from_seconds);
    let is_fresh = match (kind, proven_at) {
        (_, Some(at)) => at.plus(APART) >= since,
        (Kind::Oidc, None) => false,
        (_, None) => true,
    };
    let stale = || Trouble::Untrusted("it did not ask who is there again (auth_time)".into());
    is_fresh.then_some(()).ok_or_else(stale)
}

/// Only where it says that sessions can be ended, at an address where browsers may be sent.
fn exit(asking: &Asking<'_>, document: &Document, signed: &CoreIdToken) -> Option<Exit> {
    let endpoint = document.metadata.additional_metadata().end_session_endpoint.as_ref()?;
    asking.outbound.check(endpoint).ok()?;
    Some(Exit { endpoint: endpoint.clone(), hint: Secret::new(signed.to_string()) })
}

/// What an ID token leaves out, userinfo may say (OIDC Core §5.4): the address, and what rules ask for. About nobody
/// else (§5.3.2).
async fn completed(
    asking: &Asking<'_>,
    mut said: Map<String, Value>,
    place: Option<(&str, &str)>,
) -> Result<Map<String, Value>, Trouble> {
    let lacks_address = !said.contains_key("email");
    let lacks = |claim: &str| !said.contains_key(claim.split('.').next().unwrap_or(claim));
    let is_asked = lacks_address || asking.settings.mapping.claims().any(lacks);
    let Some((url, access)) = place.filter(|_| is_asked) else { return Ok(said) };
    let bearer = Secret::new(format!("Bearer {access}"));
    let request =
        Request::get(url, "application/json").with_secret_header("authorization", &bearer);
    let answer = asking.outbound.send(request).await?;
    let document = serde_json::from_slice(&answer.body).ok().filter(|_| answer.is_success());
    let Some(Value::Object(more)) = document else {
        return Err(Trouble::Unreachable("its userinfo makes no sense".into()));
    };
    if text(&more, "sub").is_none() || more.get("sub") != said.get("sub") {
        return Err(Trouble::Untrusted("its userinfo is about somebody else".into()));
    }
    // The ID token is signed: where both speak, it counts. Whose organisation it is, it alone may say; and whether
    // an address is verified, whoever named the address.
    let mut not_its_own = vec!["hd", "tid"];
    if lacks_address {
        said.retain(|name, _| !VERIFIED.contains(&name.as_str()));
    } else {
        not_its_own.extend(VERIFIED);
    }
    for (name, value) in more.into_iter().filter(|(name, _)| !not_its_own.contains(&name.as_str()))
    {
        said.entry(name).or_insert(value);
    }
    Ok(said)
}

/// The claims that vouch for an address: of OpenID Connect, and of Microsoft.
const VERIFIED: [&str; 2] = ["email_verified", "xms_edov"];

pub(super) fn read(settings: &Settings, said: &Map<String, Value>) -> Result<Assertion, Trouble> {
    let subject = text(said, "sub").unwrap_or_default().to_owned();
    let identity = Identity { issuer: settings.issuer.clone(), subject };
    // Microsoft has no email_verified; this one says that the directory owns the domain of the address.
    let verified = if settings.kind == Kind::Microsoft { "xms_edov" } else { "email_verified" };
    let assertion = assertion(identity, said, verified)?;
    let hosted = assertion.hosted_domain.as_deref();
    if let Some(domain) = &settings.hosted_domain
        && !hosted.is_some_and(|one| one.eq_ignore_ascii_case(domain))
    {
        return Err(Trouble::Untrusted(format!("they are not of {domain}")));
    }
    let is_of_directory = || {
        let directory = text(said, "tid").unwrap_or_default();
        !directory.is_empty() && settings.issuer.contains(&format!("/{directory}/"))
    };
    if settings.kind == Kind::Microsoft && !is_of_directory() {
        return Err(Trouble::Untrusted("they are of another directory".into()));
    }
    Ok(assertion)
}
