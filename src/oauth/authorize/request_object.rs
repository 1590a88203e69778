//! Where the parameters of a request are: in it, in a request object it carries (RFC 9101; OIDC Core §6), or behind
//! a reference (RFC 9126 §4; OIDC Core §6.2). Whichever it is, the checks see one list.

use super::request;
use super::{Endpoint, Refusal};
use crate::kernel::failure::No;
use crate::kernel::secret::Hash;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::oauth::clients::keys;
use crate::oauth::clients::model::Client;
use crate::oauth::error::{Code, OAuthError, invalid_request};
use crate::oauth::ground::Ground;
use crate::oauth::model::Profile;
use crate::oauth::par;
use crate::oauth::parameters::Parameters;
use crate::oauth::realm::Realm;
use crate::platform::outbound::Wanted;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Absent, JWT, or its own (RFC 9101 §10.8; A-088).
const TYPES: [&str; 2] = ["jwt", "oauth-authz-req+jwt"];

/// With which a request object may be signed.
pub const ALGORITHMS: &[&str] =
    &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

/// Claims about the object itself (RFC 7519 §4.1). Nobody asked for them as parameters.
const ABOUT_ITSELF: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// security.md §0.2
const AHEAD: Lifetime = Lifetime::seconds(60);

/// The parameters that count, and how they came.
pub struct Gathered {
    pub parameters: Parameters,
    pub endpoint: Endpoint,
    /// The pushed request that the answer uses up.
    pub pushed: Option<Hash>,
}

/// At the authorization endpoint.
pub async fn gather<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    sent: &Parameters,
) -> Result<Gathered, No<Refusal>> {
    let carries = |name: &str| sent.all(name).next().is_some();
    if !carries("request") && !carries("request_uri") {
        let (parameters, endpoint) = (sent.clone(), Endpoint::Authorize);
        return Ok(Gathered { parameters, endpoint, pushed: None });
    }
    let found = request::client(ground, realm, sent).await.map_err(super::page)?;
    let client = &found.client;
    if let Some(reference) = sent.get("request_uri").and_then(par::reference) {
        return pushed(ground, realm, client, reference).await;
    }
    let unfolded = match by_reference(ground, realm, client, sent).await {
        Ok(sent) => unfold(ground, realm, client, &sent).await,
        Err(error) => Err(No::Refused(error)),
    };
    match unfolded {
        Ok(parameters) => Ok(Gathered { parameters, endpoint: Endpoint::Authorize, pushed: None }),
        Err(No::Failed(failure)) => Err(No::Failed(failure)),
        Err(No::Refused(error)) => Err(No::Refused(request::refusal(sent, client, realm, error))),
    }
}

/// One sentence for every reference that leads nowhere.
pub fn used_up() -> OAuthError {
    let words = "this request_uri is unknown, used, over, or not of this application";
    OAuthError::new(Code::InvalidRequestUri, words)
}

/// Only what was pushed counts, and only for who pushed it (RFC 9126 §4; ).
async fn pushed<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    client: &Client,
    reference: Hash,
) -> Result<Gathered, No<Refusal>> {
    let unknown = || No::Refused(Refusal::Page(used_up()));
    let found = par::find(ground, realm, &reference).await?;
    let found = found.filter(|found| found.client == client.id).ok_or_else(unknown)?;
    let parameters = Parameters::new(found.parameters).map_err(|_| unknown())?;
    Ok(Gathered { parameters, endpoint: Endpoint::Pushed, pushed: Some(reference) })
}

/// A request object at an address that this client registered for it, and at no other (OIDC Core §6.2; P-050).
async fn by_reference<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    client: &Client,
    sent: &Parameters,
) -> Result<Parameters, OAuthError> {
    if sent.all("request_uri").next().is_none() {
        return Ok(sent.clone());
    }
    let uri = sent.get("request_uri").filter(|_| sent.all("request").next().is_none());
    let uri = uri.ok_or_else(|| invalid_request("request and request_uri exclude each other"))?;
    let registered = &client.registration.request_uris;
    if registered.is_empty() {
        let words = "this application registered no request_uri";
        return Err(OAuthError::new(Code::RequestUriNotSupported, words));
    }
    let unusable = || OAuthError::new(Code::InvalidRequestUri, "this request_uri cannot be used");
    if !registered.iter().any(|known| known == uri) {
        return Err(unusable());
    }
    let object = ground.documents.get(realm.at, uri, (Wanted::Kept, is_compact)).await;
    let object = object.filter(|object| fits_fragment(uri, object)).ok_or_else(unusable)?;
    sent.without(&["request_uri"])?.with("request", object.trim())
}

fn is_compact(text: &str) -> bool {
    text.trim().split('.').count() == 3
}

/// A fragment is the hash of what is there (OIDC Core §6.2): another content is another address.
fn fits_fragment(uri: &str, object: &Arc<str>) -> bool {
    let named = uri.split_once('#').map(|(_, fragment)| fragment).unwrap_or_default();
    named.is_empty() || named == Hash::of(object.as_bytes()).base64url()
}

/// What the request object says, where there is one. By RFC 9101 §6.3 nothing beside it counts; for clients of the
/// profile `oidc-compat`, what it does not say may stand beside it (OIDC Core §6.1).
pub async fn unfold<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    client: &Client,
    sent: &Parameters,
) -> Result<Parameters, No<OAuthError>> {
    if sent.all("request").next().is_none() {
        return Ok(sent.clone());
    }
    let token = sent.get("request");
    let token = token.ok_or_else(|| No::Refused(invalid_request("a parameter is repeated")))?;
    let registration = &client.registration;
    let algorithm = registration.request_object_algorithm.as_deref();
    let claims = keys::read(ground, realm, registration, token, (&TYPES, algorithm)).await;
    let claims =
        claims.ok_or_else(|| No::Refused(invalid("it is not signed with a key of this client")))?;
    believe(&claims, client, realm)
        .and_then(|()| merged(&claims, client, sent))
        .map_err(No::Refused)
}

fn invalid(words: &'static str) -> OAuthError {
    OAuthError::new(Code::InvalidRequestObject, words)
}

/// From this client, for us, now; and not something else that it signed (RFC 9101 §4, §10.8).
fn believe(claims: &Map<String, Value>, client: &Client, realm: &Realm) -> Result<(), OAuthError> {
    let text = |name: &str| claims.get(name).map(|value| value.as_str().unwrap_or_default());
    let id = client.id.as_str();
    if text("iss").is_some_and(|iss| iss != id)
        || text("client_id").is_some_and(|named| named != id)
    {
        return Err(invalid("it is of another client"));
    }
    if text("sub").is_some_and(|sub| sub == id) {
        return Err(invalid("it looks like a client assertion"));
    }
    let is_for_us = match claims.get("aud") {
        None => true,
        Some(Value::String(one)) => *one == realm.issuer,
        Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(&realm.issuer)),
        Some(_) => false,
    };
    if !is_for_us {
        return Err(invalid("it is for somebody else"));
    }
    let (now, skew) = (realm.now(), realm.lifetimes.clock_skew);
    let at = |name: &str| claims.get(name).map(seconds);
    let is_over = at("exp").is_some_and(|exp| exp.is_none_or(|exp| now >= exp.plus(skew)));
    let is_early = ["nbf", "iat"].into_iter().filter_map(at);
    let mut is_early = is_early.map(|begins| begins.is_none_or(|begins| begins > now.plus(AHEAD)));
    if is_over || is_early.any(|early| early) {
        return Err(invalid("it is over, or not valid yet"));
    }
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(invalid("it contains a request itself"));
    }
    Ok(())
}

/// A whole number, or nothing.
fn seconds(value: &Value) -> Option<Timestamp> {
    let far = 0..9_007_199_254_740_992;
    value.as_i64().filter(|seconds| far.contains(seconds)).map(Timestamp::from_seconds)
}

fn merged(
    claims: &Map<String, Value>,
    client: &Client,
    sent: &Parameters,
) -> Result<Parameters, OAuthError> {
    let mut pairs = Vec::new();
    for (name, value) in claims {
        if !ABOUT_ITSELF.contains(&name.as_str()) {
            pairs.extend(texts(value)?.into_iter().map(|text| (name.clone(), text)));
        }
    }
    let says = |name: &str| claims.contains_key(name);
    if client.registration.profile == Profile::OidcCompat {
        for name in ["response_type", "client_id"] {
            let differs = |said: &str| sent.get(name).is_some_and(|sent| sent != said);
            if claims.get(name).and_then(Value::as_str).is_some_and(differs) {
                return Err(invalid_request("the request and its request object differ"));
            }
        }
        let beside = sent.pairs().iter().filter(|(name, _)| name != "request" && !says(name));
        pairs.extend(beside.cloned());
    }
    if !pairs.iter().any(|(name, _)| name == "client_id") {
        pairs.push(("client_id".into(), client.id.to_string()));
    }
    Parameters::new(pairs).map_err(|_| invalid("a parameter in it is too long"))
}

/// A parameter as it would stand in a query: `claims` is JSON, `resource` may be several, the rest are texts and
/// whole numbers.
fn texts(value: &Value) -> Result<Vec<String>, OAuthError> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_i64() => Some(number.to_string()),
        Value::Object(_) => Some(value.to_string()),
        _ => None,
    };
    let all: Option<Vec<String>> = match value {
        Value::Array(several) => several.iter().map(one).collect(),
        single => one(single).map(|text| vec![text]),
    };
    all.ok_or_else(|| invalid("a parameter in it is neither text nor number"))
}
