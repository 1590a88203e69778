//! A request goes on after signing in; or it cannot, and may begin anew.

use super::super::interaction::{Next, next};
use super::super::model::{Transaction, Transactions};
use super::super::{Refusal, approve, deny, resume};
use super::ask::{keep, nobody};
use super::deliver::refuse;
use super::{Visit, decided_before};
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::TransactionId;
use crate::kernel::secret::{Hash, Secret};
use crate::oauth::clients::model::Client;
use crate::oauth::error::OAuthError;
use crate::oauth::refused::Request;
use crate::platform::storage::Work;
use crate::platform::web::forms::Fields;
use crate::platform::web::page::{Page, Shell};
use crate::platform::web::problem::Problem;
use crate::platform::web::sample::Sample;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Under way in this browser, and whose it is.
pub(super) struct UnderWay {
    pub(super) transaction: Transaction,
    pub(super) client: Client,
    /// Of its picture.
    pub(super) logo: Option<Hash>,
}

pub(super) async fn get(visit: Visit, Path(named): Path<String>) -> Result<Response, Problem> {
    let Some(UnderWay { transaction, client, .. }) = under_way(&visit, &named).await? else {
        return elsewhere(&visit, &named).await;
    };
    let (place, Transaction { id, request, made_at, .. }) = (&visit.place, transaction);
    let bond = visit.bond(&client).await?;
    match next(&request, &client, visit.known(&bond), made_at) {
        Next::Login => Ok(place.login(&id)),
        Next::Register => Ok(place.register(&id)),
        Next::Consent => Ok(place.to_consent(&id)),
        Next::Answer(scope) => {
            let decided = decided_before(&client, bond.consent.as_ref());
            let approval = visit.approval(&request, (scope, decided));
            let approval = approval.ok_or_else(|| Problem::broken("granted to nobody"))?;
            let (ground, mark) = (&place.protocol.ground, visit.mark().await?);
            let reply = approve(ground, &place.realm, (&id, &mark), (&request, &approval)).await;
            match reply {
                Ok(reply) => visit.answered(&request.client_id, reply).await,
                Err(No::Refused(_)) => elsewhere(&visit, &named).await,
                Err(No::Failed(failure)) => Err(failure.into()),
            }
        }
        Next::Refuse(error) => end(&visit, (&id, &client), error).await,
    }
}

/// With an error, once.
pub(super) async fn end(
    visit: &Visit,
    (id, client): (&TransactionId, &Client),
    error: OAuthError,
) -> Result<Response, Problem> {
    let (place, mark) = (&visit.place, visit.mark().await?);
    let deny = async |work: &mut Work| deny(work, &place.realm, (id, &mark), &error).await;
    match place.database().write(place.realm.at, deny).await {
        Ok(reply) => {
            let refusal = Refusal::Redirect(Box::new(reply), error);
            Ok(refuse(place, Request::Agreed(client), &refusal).await)
        }
        Err(No::Refused(_)) => elsewhere(visit, id.as_str()).await,
        Err(No::Failed(failure)) => Err(failure.into()),
    }
}

pub(super) async fn under_way(visit: &Visit, named: &str) -> Result<Option<UnderWay>, Failure> {
    let Some(id) = TransactionId::parse(named) else { return Ok(None) };
    let mark = visit.mark().await?;
    let (database, at) = (visit.place.database(), visit.place.realm.at);
    let find = async |work: &mut Work| resume(work, &id, &mark).await;
    let mut found = database.read(at, find).await?;
    if found.is_none() && claim(visit, &id, &mark).await? {
        found = database.read(at, find).await?;
    }
    let Some(transaction) = found else { return Ok(None) };
    let Some(client) = transaction.request.client() else { return Ok(None) };
    let known = visit.place.protocol.ground.clients.find(database, at, &client).await?;
    let known = known.filter(|known| known.client.is_enabled());
    Ok(known.map(|known| UnderWay {
        transaction,
        client: known.client.clone(),
        logo: known.logo().copied(),
    }))
}

/// What was posted by another site belongs to the first browser that comes for it: the one that was sent.
async fn claim(visit: &Visit, id: &TransactionId, mark: &Secret) -> Result<bool, Failure> {
    let (from, to) = (nobody().hash(), mark.hash());
    let write = async |work: &mut Work| Ok(work.claim_transaction(id, (&from, &to)).await?);
    let claimed: Done<bool> = visit.place.database().write(visit.place.realm.at, write).await;
    unrefused(claimed)
}

#[derive(Template)]
#[template(path = "authorize/elsewhere.html")]
struct ElsewherePage<'a> {
    shell: &'a Shell,
    /// Where it may begin anew, if it may.
    again: Option<String>,
    token: String,
}

/// It began in another browser, or was answered: what somebody sent along in a link is not gone on with.
pub(super) async fn elsewhere(visit: &Visit, named: &str) -> Result<Response, Problem> {
    let again = startable(visit, named).await?;
    let page = ElsewherePage {
        shell: &visit.place.shell,
        again: again
            .map(|transaction| format!("{}/authorize/{}", visit.place.base, transaction.id)),
        token: visit.browser.token().await?,
    };
    Ok(Page::new(page).with_status(StatusCode::BAD_REQUEST).into_response())
}

async fn startable(visit: &Visit, named: &str) -> Result<Option<Transaction>, Failure> {
    let Some(id) = TransactionId::parse(named) else { return Ok(None) };
    let find = async |work: &mut Work| work.transaction_of_any_browser(&id).await;
    visit.place.database().read(visit.place.realm.at, find).await
}

/// The same request once more, as it was found good then: nothing of it comes from this form (V-060).
pub(super) async fn again(
    visit: Visit,
    Path(named): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    if !visit.browser.vouches(fields.text("token")).await? {
        return elsewhere(&visit, &named).await;
    }
    match startable(&visit, &named).await? {
        Some(transaction) => Ok(visit.place.back_to(&keep(&visit, &transaction.request).await?)),
        None => elsewhere(&visit, &named).await,
    }
}

pub(super) const SAMPLES: &[Sample] = &[
    Sample::of("authorize/elsewhere", "", |shell| sample(shell, Some("/".into()))),
    Sample::of("authorize/elsewhere", "over", |shell| sample(shell, None)),
];

fn sample(shell: &Shell, again: Option<String>) -> Response {
    Page::new(ElsewherePage { shell, again, token: String::new() }).into_response()
}
