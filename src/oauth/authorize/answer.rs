//! The end of an authorization request: a code, or an error (RFC 6749 §4.1.2).

use super::front::{self, Front};
use super::model::{Approval, AuthorizationRequest, Decided, Transactions};
use super::respond::Response;
use crate::events::model::{Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::{ClientId, GrantId, TransactionId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::Lifetime;
use crate::oauth::clients::model::Clients;
use crate::oauth::consent::{self, model::Consents};
use crate::oauth::credential::{Header, Kind};
use crate::oauth::error::{Code, OAuthError};
use crate::oauth::ground::{Ground, People};
use crate::oauth::model::GrantType;
use crate::oauth::par::model::PushedRequests;
use crate::oauth::realm::Realm;
use crate::oauth::token::issue::Minter;
use crate::oauth::token::model::{Codes, Grant, Path, StoredCode, can_issue};
use crate::oauth::token::principal;
use crate::platform::storage::Work;

/// A transaction that is not there any more: over, answered, or begun in another browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this sign-in is over, was answered, or belongs to another browser")]
pub struct Gone;

/// Nothing had to be asked: what was asked for, and no row was ever needed.
pub async fn answer<M: Minter, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    request: &AuthorizationRequest,
    approval: &Approval,
) -> Result<Response, No<Gone>> {
    let giving = &Giving::prepared(ground, realm, (request, approval)).await?;
    let write = ground.database.write(realm.at, async |work: &mut Work| {
        use_up(work, request).await?;
        Ok(giving.hand_out(work).await?)
    });
    write.await
}

/// What was pushed leads to one answer, whichever browser comes first (RFC 9126 §7.3; A-106).
async fn use_up(work: &mut Work, request: &AuthorizationRequest) -> Result<(), No<Gone>> {
    let Some(reference) = request.pushed.as_deref().and_then(Hash::from_hex) else {
        return Ok(());
    };
    if work.spend_pushed(&reference).await? { Ok(()) } else { Err(No::Refused(Gone)) }
}

/// The person agreed: what was asked for, once.
pub async fn approve<M: Minter, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    (id, browser): (&TransactionId, &Secret),
    (request, approval): (&AuthorizationRequest, &Approval),
) -> Result<Response, No<Gone>> {
    let giving = &Giving::prepared(ground, realm, (request, approval)).await?;
    let browser = &browser.hash();
    let write = ground.database.write(realm.at, async |work: &mut Work| {
        if work.end_transaction(id, browser).await?.is_none() {
            return Err(No::Refused(Gone));
        }
        use_up(work, request).await?;
        Ok(giving.hand_out(work).await?)
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
    let ended = work.end_transaction(id, &browser.hash()).await?.ok_or(No::Refused(Gone))?;
    use_up(work, &ended.request).await?;
    Ok(Response::error(ended.request.destination, error, &realm.issuer))
}

/// What is handed out, made before the unit of work: signing takes its time.
struct Giving<'a, P> {
    people: &'a P,
    realm: &'a Realm,
    request: &'a AuthorizationRequest,
    approval: &'a Approval,
    grant: Grant,
    code: Option<Secret>,
    front: Option<Front>,
}

/// That a consent is in use is noted once an hour.
const NOTED: Lifetime = Lifetime::hours(1);

impl<'a, P: People> Giving<'a, P> {
    async fn prepared<M: Minter>(
        ground: &'a Ground<M, P>,
        realm: &'a Realm,
        (request, approval): (&'a AuthorizationRequest, &'a Approval),
    ) -> Result<Self, Failure> {
        let credentials = &ground.credentials(realm).await?;
        let moment = &mut ground.moment(realm);
        let grant = granted(moment, request, approval)?;
        let code = request.response_type.has_code().then(|| {
            let header = Header { kind: Kind::Code, grant: grant.id.clone(), generation: 0 };
            credentials.make(&header, moment)
        });
        let front = match request.response_type.is_front() {
            true => Some(front::make(ground, realm, (request, &grant), code.as_ref()).await?),
            false => None,
        };
        Ok(Self { people: &ground.people, realm, request, approval, grant, code, front })
    }

    /// One unit of work: may it be (D-12), the decision remembered, what is given kept, the record.
    async fn hand_out(&self, work: &mut Work) -> Result<Response, Failure> {
        let (realm, request, grant) = (self.realm, self.request, &self.grant);
        let principal = principal(self.people, work, (&grant.user, grant.made_at)).await?;
        let known = work.client(&grant.client).await?;
        let path = match request.response_type.has_code() {
            true => Path::Grant(GrantType::AuthorizationCode),
            false => Path::Front,
        };
        let may = known.is_some_and(|known| can_issue(principal, &known.client, path).is_ok());
        let destination = request.destination.clone();
        if !may || self.front.as_ref().is_some_and(Front::is_missing_something) {
            let error = OAuthError::new(Code::AccessDenied, "this is not open to this account");
            return Ok(Response::error(destination, &error, &realm.issuer));
        }
        self.note_decision(work).await?;
        let mut parameters = Vec::new();
        if let Some(code) = &self.code {
            parameters.push(("code", code.reveal().to_owned()));
            self.keep_code(work, code).await?;
        }
        if let Some(front) = &self.front {
            front.keep(work, realm).await?;
            parameters.extend(front.parameters());
        }
        Ok(Response::granted(destination, parameters, &realm.issuer))
    }

    async fn note_decision(&self, work: &mut Work) -> Result<(), Failure> {
        let (user, client) = (&self.grant.user, &self.grant.client);
        match self.approval.decided {
            Decided::Now => {
                let decision = (&self.grant.scope, &self.request.scope);
                let context = self.realm.by_user(user);
                consent::remember(work, (user, client), decision, &context).await
            }
            Decided::Before => {
                let before = work.now().minus(NOTED);
                work.use_consent(user, client, before).await
            }
            Decided::Nothing => Ok(()),
        }
    }

    async fn keep_code(&self, work: &mut Work, code: &Secret) -> Result<(), Failure> {
        let grant = &self.grant;
        let event = Event::CodeIssued {
            client: grant.client.clone(),
            user: grant.user.clone(),
            grant: grant.id.clone(),
            scope: Name::new(&grant.scope.to_string()),
        };
        work.record(&event, &self.realm.by_user(&grant.user));
        let stored = stored(self.request, grant.clone(), code.hash(), self.realm);
        work.keep_code(&stored).await
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
