//! From parameters to a request that was found good (RFC 6749 §4.1.1, OIDC Core §3.1.2.1).

use super::Refusal;
use super::checks::{Asked, prompts, readable_state, seconds};
use super::model::{AuthorizationRequest, Destination};
use super::respond::Response;
use super::wish;
use crate::kernel::failure::No;
use crate::kernel::ids::ClientId;
use crate::oauth::clients::model::{Client, Registered};
use crate::oauth::engine::{authorization, pkce};
use crate::oauth::error::{OAuthError, invalid_request};
use crate::oauth::ground::Ground;
use crate::oauth::model::{GrantType, ResponseMode, ResponseType, Scope};
use crate::oauth::parameters::Parameters;
use crate::oauth::realm::Realm;
use crate::oauth::scope::{OFFLINE_ACCESS, negotiate};
use crate::oauth::token::{audience, check_resources};
use std::sync::Arc;

/// The client that is named. Unknown, disabled, or of another tenant: one sentence.
pub(super) async fn client<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    parameters: &Parameters,
) -> Result<Arc<Registered>, No<OAuthError>> {
    let unknown = || No::Refused(invalid_request("the application that sent you here is unknown"));
    let id = parameters.get("client_id").and_then(ClientId::parse).ok_or_else(unknown)?;
    let found = ground.clients.find(&ground.database, realm.at, &id).await?;
    found.filter(|found| found.client.is_enabled()).ok_or_else(unknown)
}

/// Nothing is guessed: the URI is sent once, and is one of those registered (P-009, A-003).
pub(super) fn destination(
    parameters: &Parameters,
    client: &Client,
) -> Result<Destination, OAuthError> {
    let sent = parameters.get("redirect_uri");
    let sent = sent.ok_or_else(|| invalid_request("redirect_uri is missing or repeated"))?;
    if client.registration.redirect_uri(sent).is_none() {
        return Err(invalid_request("redirect_uri is not registered for this application"));
    }
    let usual = ResponseMode::default_of(parameters.get("response_type").unwrap_or_default());
    let mode = parameters.get("response_mode").and_then(ResponseMode::parse).unwrap_or(usual);
    // Not even the error of whoever wanted tokens in a query stands in one (P-234).
    let mode = if mode == ResponseMode::Query { usual } else { mode };
    let state = parameters.get("state").and_then(readable_state).map(ToOwned::to_owned);
    Ok(Destination::new(sent.to_owned(), mode, state))
}

/// An error of a request whose destination may not even be known.
pub(super) fn refusal(
    parameters: &Parameters,
    client: &Client,
    realm: &Realm,
    error: OAuthError,
) -> Refusal {
    match destination(parameters, client) {
        Ok(destination) => {
            let response = Response::error(destination, &error, &realm.issuer);
            Refusal::Redirect(Box::new(response), error)
        }
        Err(_) => Refusal::Page(error),
    }
}

/// After the checks: what is kept while the person signs in.
pub(super) fn agreed(
    asked: &Asked<'_>,
    destination: &Destination,
    realm: &Realm,
) -> Result<AuthorizationRequest, No<OAuthError>> {
    let registered = &asked.client.registration;
    let text = |name: &str| asked.get(name).map(ToOwned::to_owned);
    let (granted, resources) = granted(asked, realm).map_err(No::Refused)?;
    let method = asked.get("code_challenge_method");
    let challenge = asked.get("code_challenge").and_then(|sent| pkce::challenge(method, sent));
    let agreed = authorization::agree(&authorization::Asked {
        client_id: asked.client.id.as_str(),
        redirect_uri: destination.redirect_uri(),
        // The machine knows codes alone; what comes beside them is ours (front.rs).
        response_type: ResponseType::Code.as_str(),
        scope: asked.get("scope"),
        granted: &granted,
        pkce: challenge.as_deref(),
    })?;
    let wished = wish::of_claims(asked.get("claims"));
    Ok(AuthorizationRequest {
        client_id: asked.client.id.to_string(),
        destination: destination.clone(),
        response_type: asked.response_type(),
        scope: granted,
        pkce: agreed.pkce,
        nonce: text("nonce"),
        prompt: prompts(asked).unwrap_or_default(),
        max_age: asked.get("max_age").and_then(seconds).or(registered.default_max_age),
        acr_values: acr_values(asked, &wished),
        acr_demand: wished.acr_demand,
        subject: wished.subject,
        login_hint: text("login_hint").filter(|hint| hint.len() <= LONGEST_HINT),
        idp_hint: text("idp_hint").filter(|hint| hint.len() <= LONGEST_HINT),
        ui_locales: text("ui_locales").filter(|locales| locales.len() <= LONGEST_LOCALES),
        claims: text("claims"),
        resources,
        pushed: None,
    })
}

/// What of the asked scope this client may have, and for which APIs. A scope that no one token may have is refused
/// here, before anybody is asked.
fn granted(asked: &Asked<'_>, realm: &Realm) -> Result<(Scope, Vec<String>), OAuthError> {
    let registered = &asked.client.registration;
    let scope = asked.get("scope").map(Scope::parse).transpose()?;
    let all = asked.parameters.all("resource");
    let resources = check_resources(all, registered, asked.resources)?;
    let has_code = asked.response_type().has_code();
    let refreshes = has_code && registered.is_allowed(GrantType::RefreshToken);
    let granted = negotiate(scope.as_ref(), &registered.scope, &registered.default_scope)
        .only(|token| token != OFFLINE_ACCESS || refreshes);
    let granted = asked.resources.narrowed(&granted, &resources);
    audience::of(&resources, registered, &granted, realm)?;
    Ok((granted, resources))
}

/// Named in the request, one way or the other; else as the client registered (P-232).
fn acr_values(asked: &Asked<'_>, wished: &wish::Asked) -> Vec<String> {
    let named = asked.get("acr_values").unwrap_or_default().split(' ');
    let named: Vec<String> = named.filter(|acr| !acr.is_empty()).map(ToOwned::to_owned).collect();
    let ways = [&wished.acr_values, &named, &asked.client.registration.default_acr_values];
    ways.into_iter().find(|way| !way.is_empty()).cloned().unwrap_or_default()
}

/// security.md §0.2: longer ones are ignored.
const LONGEST_HINT: usize = 320;
const LONGEST_LOCALES: usize = 256;
