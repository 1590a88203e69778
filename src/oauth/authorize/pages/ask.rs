//! An authorization request comes in (OIDC Core §3.1.2.1): checked, and answered at once where nothing is missing.

use super::super::answer::answer;
use super::super::interaction::{Next, next};
use super::super::model::AuthorizationRequest;
use super::super::{Endpoint, Refusal, begin, checked};
use super::deliver::{deliver, refuse};
use super::{Place, Visit, decided_before};
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::TransactionId;
use crate::oauth::clients::model::Client;
use crate::oauth::error::OAuthError;
use crate::oauth::http::{form_pairs, pairs};
use crate::oauth::parameters::Parameters;
use crate::platform::storage::Work;
use crate::platform::web::problem::Problem;
use crate::sessions::http::see_other;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::HeaderMap;
use axum::response::Response;
use url::form_urlencoded::Serializer;

pub(super) async fn get(visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let read = pairs(query.unwrap_or_default().as_bytes()).and_then(Parameters::new);
    let parameters = match read {
        Ok(parameters) => parameters,
        Err(error) => return Ok(unreadable(&visit.place, error)),
    };
    let place = &visit.place;
    let asked = checked(place.database(), &place.realm, &parameters, Endpoint::Authorize).await;
    match asked {
        Ok(asked) => go_on(&visit, &parameters, asked).await,
        Err(No::Refused(refusal)) => Ok(refuse(place, &parameters, &refusal)),
        Err(No::Failed(failure)) => Err(failure.into()),
    }
}

fn unreadable(place: &Place, error: OAuthError) -> Response {
    refuse(place, &Parameters::default(), &Refusal::Page(error))
}

async fn go_on(
    visit: &Visit,
    parameters: &Parameters,
    (client, request): (Client, AuthorizationRequest),
) -> Result<Response, Problem> {
    let place = &visit.place;
    let consent = visit.consent(&client).await?;
    match next(&request, &client, visit.known(consent.as_ref()), place.realm.now()) {
        Next::Answer(scope) => {
            let approval = visit.approval(scope, decided_before(&client, consent.as_ref()));
            let approval = approval.ok_or_else(|| Problem::broken("granted to nobody"))?;
            let reply = answer(&place.protocol.ground, &place.realm, &request, &approval).await;
            Ok(deliver(place, &unrefused(reply)?))
        }
        Next::Refuse(error) => Ok(refuse(place, parameters, &Refusal::of(place, request, error))),
        Next::Login => Ok(place.login(&keep(visit, &request).await?)),
        Next::Consent => Ok(place.to_consent(&keep(visit, &request).await?)),
    }
}

/// While the person is asked, the request waits in a row of its own.
pub(super) async fn keep(
    visit: &Visit,
    request: &AuthorizationRequest,
) -> Result<TransactionId, Failure> {
    let mark = &visit.mark().await?;
    let begun: Done<TransactionId> = visit
        .place
        .database()
        .write(visit.place.realm.at, async |work: &mut Work| {
            Ok(begin(work, request.clone(), mark).await?)
        })
        .await;
    unrefused(begun)
}

/// A browser sends no cookie of ours with a form of another site, so the request comes again as our own GET
/// (P-006). What is sent twice, once here and once there, stays so, and is refused then.
pub(super) async fn post(
    place: Place,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let sent = pairs(query.unwrap_or_default().as_bytes()).and_then(|mut all| {
        all.extend(form_pairs(&headers, &body)?);
        Ok(all)
    });
    match sent {
        Err(error) => unreadable(&place, error),
        Ok(all) => {
            let query = Serializer::new(String::new()).extend_pairs(all).finish();
            see_other(&format!("{}/authorize?{query}", place.base))
        }
    }
}
