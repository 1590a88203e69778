//! Pushed authorization requests (RFC 9126): the client sends its request ahead, and the browser brings a reference.
//! The request is checked by the same table as at the authorization endpoint.

pub mod http;
pub mod model;
mod store;

pub(crate) use store::STATEMENTS;

use super::authorize::{Endpoint, Refusal, check, request_object};
use super::clients::authenticate::{authenticate, presented};
use super::error::{OAuthError, invalid_request};
use super::ground::Ground;
use super::parameters::Parameters;
use super::realm::Realm;
use crate::kernel::failure::{Failure, No};
use crate::kernel::moment::Moment;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::Lifetime;
use crate::platform::storage::Work;
use model::{PushedRequest, PushedRequests};

/// Before the part that cannot be guessed (RFC 9126 §2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// security.md §0.2
const LIFETIME: Lifetime = Lifetime::seconds(90);

/// What a client proves itself with is no part of its request, and is not kept.
const PROOFS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// What the browser brings instead of the request, once.
pub struct Answer {
    pub request_uri: Secret,
    pub expires_in: Lifetime,
}

/// RFC 9126 §2.1
pub async fn push<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    authorization: &[&str],
    form: &Parameters,
) -> Result<Answer, No<OAuthError>> {
    let presented = presented(authorization, form).map_err(No::Refused)?;
    let client = authenticate(ground, realm, &presented).await?;
    if form.all("request_uri").next().is_some() {
        return Err(No::Refused(invalid_request("request_uri cannot be pushed")));
    }
    let sent = form.without(&PROOFS).and_then(|sent| sent.with("client_id", client.id().as_str()));
    let sent = sent.map_err(No::Refused)?;
    let unfolded = request_object::unfold(ground, realm, client.client(), &sent).await?;
    let checked = check(ground, realm, &unfolded, Endpoint::Par).await;
    checked.map_err(|no| match no {
        No::Failed(failure) => No::Failed(failure),
        // RFC 9126 §2.3: nobody is redirected, the client is told itself.
        No::Refused(Refusal::Page(error) | Refusal::Redirect(_, error)) => No::Refused(error),
    })?;
    let mut moment = ground.moment(realm);
    let secret = moment.secret();
    let pushed = PushedRequest {
        client: client.id().clone(),
        parameters: unfolded.pairs().to_vec(),
        ends_at: realm.now().plus(LIFETIME),
    };
    let kept = ground.database.write(realm.at, async |work: &mut Work| {
        Ok(work.keep_pushed(&secret.hash(), &pushed).await?)
    });
    kept.await?;
    let request_uri = Secret::new(format!("{PREFIX}{}", secret.reveal()));
    Ok(Answer { request_uri, expires_in: LIFETIME })
}

/// The name under which a pushed request is kept, if this is the reference of one.
pub fn reference(request_uri: &str) -> Option<Hash> {
    request_uri.strip_prefix(PREFIX).map(|secret| Secret::new(secret).hash())
}

/// Neither over nor used, and of this tenant.
pub async fn find<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    reference: &Hash,
) -> Result<Option<PushedRequest>, Failure> {
    ground.database.read(realm.at, async |work: &mut Work| work.pushed(reference).await).await
}
