//! The end of an authorization request: a code, or an error (RFC 6749 §4.1.2).

use super::model::{Approval, AuthorizationRequest, Decided, Transactions};
use super::respond::Response;
use crate::events::model::{Event, Events, Name};
use crate::kernel::failure::{Done, Failure, No};
use crate::kernel::ids::{ClientId, GrantId, TransactionId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::Lifetime;
use crate::oauth::clients::model::Clients;
use crate::oauth::consent::{self, model::Consents};
use crate::oauth::credential::{Credentials, Header, Kind};
use crate::oauth::error::{Code, OAuthError};
use crate::oauth::ground::{Ground, People};
use crate::oauth::model::GrantType;
use crate::oauth::realm::Realm;
use crate::oauth::token::model::{Codes, Grant, Path, StoredCode, can_issue};
use crate::oauth::token::principal;
use crate::platform::storage::Work;

/// A transaction that is not there any more: over, answered, or begun in another browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this sign-in is over, was answered, or belongs to another browser")]
pub struct Gone;

/// Nothing had to be asked: a code, and no row was ever needed.
pub async fn answer<M, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    request: &AuthorizationRequest,
    approval: &Approval,
) -> Done<Response> {
    let credentials = &ground.credentials(realm).await?;
    let giving = &Giving { people: &ground.people, realm, credentials, approval };
    let write = ground.database.write(realm.at, async |work: &mut Work| {
        Ok(giving.hand_out(work, request.clone()).await?)
    });
    write.await
}

/// The person agreed: a code, once.
pub async fn approve<M, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    (id, browser): (&TransactionId, &Secret),
    approval: &Approval,
) -> Result<Response, No<Gone>> {
    let credentials = &ground.credentials(realm).await?;
    let giving = &Giving { people: &ground.people, realm, credentials, approval };
    let browser = &browser.hash();
    let write = ground.database.write(realm.at, async |work: &mut Work| {
        let Some(transaction) = work.end_transaction(id, browser).await? else {
            return Err(No::Refused(Gone));
        };
        Ok(giving.hand_out(work, transaction.request).await?)
    });
    write.await
}

/// The person said no, or nobody may be asked: an error, once.
pub async fn deny(
    work: &mut Work,
    realm: &Realm,
    (id, browser): (&TransactionId, &Secret),
    error: &OAuthError,
) -> Result<Response, No<Gone>> {
    match work.end_transaction(id, &browser.hash()).await? {
        Some(ended) => Ok(Response::error(ended.request.destination, error, &realm.issuer)),
        None => Err(No::Refused(Gone)),
    }
}

struct Giving<'a, P> {
    people: &'a P,
    realm: &'a Realm,
    credentials: &'a Credentials,
    approval: &'a Approval,
}

/// That a consent is in use is noted once an hour.
const NOTED: Lifetime = Lifetime::hours(1);

impl<P: People> Giving<'_, P> {
    /// One unit of work: may it be (D-12), the decision remembered, the code kept, the record.
    async fn hand_out(
        &self,
        work: &mut Work,
        request: AuthorizationRequest,
    ) -> Result<Response, Failure> {
        let (realm, approval) = (self.realm, self.approval);
        let grant = granted(work, &request, approval)?;
        let principal = principal(self.people, work, (&grant.user, grant.made_at)).await?;
        let known = work.client(&grant.client).await?;
        let path = Path::Grant(GrantType::AuthorizationCode);
        let may = known.is_some_and(|known| can_issue(principal, &known.client, path).is_ok());
        if !may {
            let error = OAuthError::new(Code::AccessDenied, "this is not open to this account");
            return Ok(Response::error(request.destination, &error, &realm.issuer));
        }
        let (user, client) = (&grant.user, &grant.client);
        match approval.decided {
            Decided::Now => {
                let decision = (&grant.scope, &request.scope);
                consent::remember(work, realm, (user, client), decision).await?;
            }
            Decided::Before => {
                let before = work.now().minus(NOTED);
                work.use_consent(user, client, before).await?;
            }
            Decided::Nothing => {}
        }
        let header = Header { kind: Kind::Code, grant: grant.id.clone(), generation: 0 };
        let code = self.credentials.make(&header, work);
        let event = Event::CodeIssued {
            client: client.clone(),
            user: user.clone(),
            grant: grant.id.clone(),
            scope: Name::new(&grant.scope.to_string()),
        };
        work.record(&event, &realm.by_user(user));
        work.keep_code(&stored(&request, grant, code.hash(), realm)).await?;
        Ok(Response::code(request.destination, &code, &realm.issuer))
    }
}

/// Not more than was asked, whatever the consent page sent back (A-042, INV-05).
fn granted(
    moment: &mut impl Moment,
    request: &AuthorizationRequest,
    approval: &Approval,
) -> Result<Grant, Failure> {
    let unreadable = || Failure::broken("a transaction names no client");
    let client: ClientId = request.client().ok_or_else(unreadable)?;
    Ok(Grant {
        id: GrantId::new(moment),
        client,
        user: approval.user.clone(),
        session: approval.session.clone(),
        authentication: approval.authentication.clone(),
        scope: request.scope.within(&approval.scope),
        resources: request.resources.clone(),
        nonce: request.nonce.clone(),
        claims: request.claims.clone(),
        made_at: moment.now(),
    })
}

fn stored(request: &AuthorizationRequest, grant: Grant, hash: Hash, realm: &Realm) -> StoredCode {
    StoredCode {
        grant,
        hash,
        redirect_uri: request.destination.redirect_uri().to_owned(),
        pkce: request.pkce.clone(),
        ends_at: realm.now().plus(realm.lifetimes.code),
        used_at: None,
    }
}
