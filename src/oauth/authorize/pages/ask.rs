//! An authorization request comes in (OIDC Core §3.1.2.1): checked, and answered at once where nothing is missing.

use super::super::answer::answer;
use super::super::interaction::{Next, next};
use super::super::model::AuthorizationRequest;
use super::super::request_object::{Gathered, gather, used_up};
use super::super::{Refusal, begin, checked};
use super::deliver::{leave, refuse};
use super::{Place, Visit, decided_before};
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::{ClientId, TransactionId};
use crate::kernel::secret::Secret;
use crate::keys::past::read_past;
use crate::oauth::clients::model::{Client, Origin};
use crate::oauth::error::{OAuthError, invalid_request};
use crate::oauth::http::{form_pairs, pairs};
use crate::oauth::parameters::Parameters;
use crate::oauth::refused::Request;
use crate::platform::storage::Work;
use crate::platform::web::problem::Problem;
use crate::sessions::http::see_other;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::Value;
use url::form_urlencoded::Serializer;

pub(super) async fn get(visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let read = pairs(query.unwrap_or_default().as_bytes()).and_then(Parameters::new);
    let parameters = match read {
        Ok(parameters) => parameters,
        Err(error) => return Ok(unreadable(&visit.place, error).await),
    };
    let place = &visit.place;
    let gathered = match gather(&place.protocol.ground, &place.realm, &parameters).await {
        Ok(gathered) => gathered,
        Err(No::Refused(refusal)) => return turned_away(&visit, &parameters, &refusal).await,
        Err(No::Failed(failure)) => return Err(failure.into()),
    };
    let Gathered { parameters, endpoint, pushed } = gathered;
    match checked(&place.protocol.ground, &place.realm, &parameters, endpoint).await {
        Ok((found, request)) => {
            let pushed = pushed.map(|reference| reference.hex());
            let request = AuthorizationRequest { pushed, ..request };
            match hinted(place, &parameters, request).await? {
                Ok(request) => go_on(&visit, &parameters, (&found.client, request)).await,
                Err(refusal) => turned_away(&visit, &parameters, &refusal).await,
            }
        }
        Err(No::Refused(refusal)) => turned_away(&visit, &parameters, &refusal).await,
        Err(No::Failed(failure)) => Err(failure.into()),
    }
}

/// Where nobody is signed in, no application that registered itself gets a browser sent on by a mere mistake: else we
/// would lend our address to whoever wants people to trust a link.
async fn turned_away(
    visit: &Visit,
    parameters: &Parameters,
    refusal: &Refusal,
) -> Result<Response, Problem> {
    let place = &visit.place;
    let answer = refuse(place, Request::Sent(parameters), refusal).await;
    let (None, Refusal::Redirect(reply, _)) = (&visit.session, refusal) else { return Ok(answer) };
    let (ground, named) = (&place.protocol.ground, parameters.get("client_id"));
    let Some(id) = named.and_then(ClientId::parse) else { return Ok(answer) };
    let found = ground.clients.find(&ground.database, place.realm.at, &id).await?;
    let found = found.filter(|found| found.client.registration.origin == Origin::Itself);
    Ok(match found {
        Some(found) => leave(place, &found.client, reply, StatusCode::BAD_REQUEST),
        None => answer,
    })
}

async fn unreadable(place: &Place, error: OAuthError) -> Response {
    refuse(place, Request::Sent(&Parameters::default()), &Refusal::Page(error)).await
}

/// Who it was before (OIDC Core §3.1.2.1, P-032): a hint of ours, however old, names who must be signed in.
async fn hinted(
    place: &Place,
    parameters: &Parameters,
    mut request: AuthorizationRequest,
) -> Result<Result<AuthorizationRequest, Refusal>, Failure> {
    let Some(token) = parameters.get("id_token_hint") else { return Ok(Ok(request)) };
    let find = async |work: &mut Work| read_past(work, token, "JWT").await;
    let claims = place.database().read(place.realm.at, find).await?.unwrap_or_default();
    let text = |name| claims.get(name).and_then(Value::as_str);
    let is_ours = text("iss") == Some(place.realm.issuer.as_str());
    let subject = text("sub").filter(|_| is_ours);
    let Some(subject) = subject else {
        let error = invalid_request("id_token_hint is no ID token of this issuer");
        return Ok(Err(Refusal::of(place, request, error)));
    };
    request.subject = Some(subject.to_owned());
    Ok(Ok(request))
}

async fn go_on(
    visit: &Visit,
    parameters: &Parameters,
    (client, request): (&Client, AuthorizationRequest),
) -> Result<Response, Problem> {
    let place = &visit.place;
    let bond = visit.bond(client).await?;
    match next(&request, client, visit.known(&bond), place.realm.now()) {
        Next::Answer(scope) => {
            let decided = decided_before(client, bond.consent.as_ref());
            let approval = visit.approval(&request, (scope, decided));
            let approval = approval.ok_or_else(|| Problem::broken("granted to nobody"))?;
            match answer(&place.protocol.ground, &place.realm, &request, &approval).await {
                Ok(reply) => visit.answered(&request.client_id, reply).await,
                Err(No::Refused(_)) => {
                    let over = Refusal::Page(used_up());
                    Ok(refuse(place, Request::Sent(parameters), &over).await)
                }
                Err(No::Failed(failure)) => Err(failure.into()),
            }
        }
        Next::Refuse(error) => {
            let refusal = Refusal::of(place, request, error);
            Ok(refuse(place, Request::Agreed(client), &refusal).await)
        }
        Next::Login => Ok(place.login(&keep(visit, &request).await?)),
        Next::Register => Ok(place.register(&keep(visit, &request).await?)),
        Next::Consent => Ok(place.to_consent(&keep(visit, &request).await?)),
    }
}

/// While the person is asked, the request waits in a row of its own.
pub(super) async fn keep(
    visit: &Visit,
    request: &AuthorizationRequest,
) -> Result<TransactionId, Failure> {
    begun(&visit.place, request, &visit.mark().await?).await
}

async fn begun(
    place: &Place,
    request: &AuthorizationRequest,
    mark: &Secret,
) -> Result<TransactionId, Failure> {
    let begin = async |work: &mut Work| Ok(begin(work, request.clone(), mark).await?);
    let begun: Done<TransactionId> = place.database().write(place.realm.at, begin).await;
    unrefused(begun)
}

/// In whose name a request waits that no cookie came with.
pub(super) fn nobody() -> Secret {
    Secret::new("")
}

/// So much fits into an address (security.md §0.2, the request line).
const LONGEST_QUERY: usize = 7 * 1024;

/// A browser sends no cookie of ours with a form of another site, so the request comes again as our own GET
/// (P-006). What is sent twice, once here and once there, stays so, and is refused then.
pub(super) async fn post(
    place: Place,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let sent = pairs(query.unwrap_or_default().as_bytes()).and_then(|mut all| {
        all.extend(form_pairs(&headers, &body)?);
        Ok(all)
    });
    match sent {
        Err(error) => Ok(unreadable(&place, error).await),
        Ok(all) => {
            let query = Serializer::new(String::new()).extend_pairs(&all).finish();
            if query.len() > LONGEST_QUERY {
                return post_at_length(&place, all).await;
            }
            Ok(see_other(&format!("{}/authorize?{query}", place.base)))
        }
    }
}

/// What no address holds is checked here, and waits in a row for its browser.
async fn post_at_length(place: &Place, all: Vec<(String, String)>) -> Result<Response, Problem> {
    let parameters = match Parameters::new(all) {
        Ok(parameters) => parameters,
        Err(error) => return Ok(unreadable(place, error).await),
    };
    let gathered = match gather(&place.protocol.ground, &place.realm, &parameters).await {
        Ok(gathered) => gathered,
        Err(No::Refused(refusal)) => {
            return Ok(refuse(place, Request::Sent(&parameters), &refusal).await);
        }
        Err(No::Failed(failure)) => return Err(failure.into()),
    };
    let Gathered { parameters, endpoint, pushed } = gathered;
    let request = match checked(&place.protocol.ground, &place.realm, &parameters, endpoint).await {
        Ok((_, request)) => {
            let pushed = pushed.map(|reference| reference.hex());
            let request = AuthorizationRequest { pushed, ..request };
            hinted(place, &parameters, request).await?
        }
        Err(No::Refused(refusal)) => Err(refusal),
        Err(No::Failed(failure)) => return Err(failure.into()),
    };
    match request {
        Ok(request) => Ok(place.back_to(&begun(place, &request, &nobody()).await?)),
        Err(refusal) => Ok(refuse(place, Request::Sent(&parameters), &refusal).await),
    }
}
