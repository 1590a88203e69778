//! The refresh token grant (RFC 6749 §6): rotating where it must, with one answer for one request (D-02, D-03).

use super::issue::{Authorization, Minter, TokenAnswer, issue};
use super::model::{Family, Grant, Grants, Principal, RefreshVerdict, Retry, Rotated};
use super::{Asking, append, audience, bad_grant, conclude, keep_opaque, permitted, person};
use crate::accounts::model::User;
use crate::events::model::{Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::GrantId;
use crate::kernel::secret::{Hash, Secret};
use crate::oauth::behind::Question;
use crate::oauth::clients::model::Rotation;
use crate::oauth::credential::{Credentials, Header, Kind};
use crate::oauth::engine::{self, Stored};
use crate::oauth::error::{OAuthError, invalid_request};
use crate::oauth::ground::People;
use crate::oauth::model::{GrantType, Scope};
use crate::oauth::scope::narrow;
use crate::platform::sealing::mac::{open_under, seal_under};
use crate::platform::storage::Work;

const GRANT: GrantType = GrantType::RefreshToken;

/// A rotation that lost to the same request is asked again, and then finds the answer of the one that won.
const TRIES: usize = 3;

/// A refresh token as it was presented.
struct Presented {
    token: Secret,
    hash: Hash,
    header: Header,
    /// Of all that makes the answer: the same again is a retry.
    request: Hash,
}

/// Where its family stands, and whose it is.
struct Found {
    family: Family,
    principal: Principal,
    user: Option<User>,
}

pub(super) async fn redeem<M: Minter, P: People>(
    asking: &Asking<'_, M, P>,
) -> Result<TokenAnswer, No<OAuthError>> {
    let credentials = asking.ground.credentials(asking.realm).await?;
    let presented = presented(asking, &credentials)?;
    for _ in 0..TRIES {
        let Some(found) = find(asking, &presented.header.grant).await? else { break };
        let token = (presented.header.generation, &presented.hash);
        let (client, now) = (asking.client.id(), asking.realm.now());
        match found.family.presented_by(client, token, &presented.request, now) {
            RefreshVerdict::Fresh => {
                if let Some(answer) = refresh(asking, &credentials, &presented, &found).await? {
                    return Ok(answer);
                }
            }
            RefreshVerdict::Retried(sealed) => {
                permitted(asking, found.principal, GRANT)?;
                return opened(asking, &presented, &sealed);
            }
            RefreshVerdict::NotYours => return not_yours(asking, &found.family).await,
            RefreshVerdict::Replayed => return replayed(asking, &found.family).await,
            RefreshVerdict::Dead => break,
        }
    }
    Err(No::Refused(bad_grant()))
}

fn presented<M, P>(
    asking: &Asking<'_, M, P>,
    credentials: &Credentials,
) -> Result<Presented, No<OAuthError>> {
    let form = asking.form;
    let missing = || No::Refused(invalid_request("refresh_token is missing"));
    let token = form.secret("refresh_token").ok_or_else(missing)?;
    let read = credentials.read(Kind::RefreshToken, token.reveal());
    let header = read.ok_or_else(|| No::Refused(bad_grant()))?;
    let scope = form.get("scope").unwrap_or_default();
    let parts = [asking.client.id().as_str(), scope].into_iter().chain(form.all("resource"));
    let request = Hash::of_parts(parts.map(str::as_bytes));
    Ok(Presented { hash: token.hash(), token, header, request })
}

async fn find<M, P: People>(
    asking: &Asking<'_, M, P>,
    grant: &GrantId,
) -> Result<Option<Found>, Failure> {
    let question = Question { grant: Some(grant.clone()), ..Question::default() };
    let behind = asking.ground.behind(asking.realm, question).await?;
    let Some(family) = behind.family.clone() else { return Ok(None) };
    let principal = behind.principal(family.grant.made_at);
    let user = behind.person.and_then(|person| person.user);
    Ok(Some(Found { family, principal, user }))
}

/// `None` when another request was first.
async fn refresh<M: Minter, P: People>(
    asking: &Asking<'_, M, P>,
    credentials: &Credentials,
    presented: &Presented,
    found: &Found,
) -> Result<Option<TokenAnswer>, No<OAuthError>> {
    permitted(asking, found.principal, GRANT)?;
    let (client, realm, grant) = (asking.client.client(), asking.realm, &found.family.grant);
    let scope = agreed(asking, presented, &found.family)?;
    let registered = &client.registration;
    let (resources, scope) = targeted(asking, grant, &scope).map_err(No::Refused)?;
    let mut moment = asking.ground.moment(realm);
    let next = match registered.rotation() {
        Rotation::Never => None,
        Rotation::EachUse => {
            let generation = found.family.generation + 1;
            let header = Header { generation, ..presented.header.clone() };
            Some(credentials.make(&header, &mut moment))
        }
    };
    let claims = registered.id_token_claims;
    let authorization = Authorization {
        client,
        credentials,
        grant: Some(grant),
        subject: asking.ground.subject(realm, client, &grant.user).await?,
        about: person(asking.ground, realm, client, (grant, found.user.as_ref()), (&scope, claims))
            .await?,
        audience: audience::of(&resources, registered, &scope, realm).map_err(No::Refused)?,
        scope,
        nonce: None,
        refresh_token: next.as_ref().or(Some(&presented.token)),
    };
    let announced = asking.ground.database.announce();
    let answer = issue(&asking.ground.minter, realm, &authorization, &mut moment).await?;
    let event = refreshed(grant, &authorization.scope, &answer);
    let Some(next) = next else {
        conclude(asking, (&event, &answer), announced).await?;
        return Ok(Some(answer));
    };
    let rotated = rotated(asking, presented, (found, &next), &answer)?;
    drop(announced);
    let claimed = rotate(asking, &rotated, (&event, &answer)).await?;
    Ok(claimed.then_some(answer))
}

/// For which APIs, of those that were authorized, and what of the scope is theirs.
fn targeted<M, P>(
    asking: &Asking<'_, M, P>,
    grant: &Grant,
    scope: &Scope,
) -> Result<(Vec<String>, Scope), OAuthError> {
    let (registered, known) = (&asking.client.client().registration, &asking.realm.resources);
    let asked = audience::check(asking.form.all("resource"), registered, known)?;
    let resources = audience::subset(asked, &grant.resources, (registered, scope, known))?;
    let scope = known.narrowed(scope, &resources);
    Ok((resources, scope))
}

fn refreshed(grant: &Grant, scope: &Scope, answer: &TokenAnswer) -> Event {
    Event::TokenRefreshed {
        client: grant.client.clone(),
        user: grant.user.clone(),
        grant: grant.id.clone(),
        scope: Name::new(&scope.to_string()),
        jti: Name::new(&answer.jti),
    }
}

/// What is asked, within what was granted, within what the client may have today.
fn agreed<M, P>(
    asking: &Asking<'_, M, P>,
    presented: &Presented,
    family: &Family,
) -> Result<Scope, No<OAuthError>> {
    let grant = &family.grant;
    let allowed = &asking.client.client().registration.scope;
    let asked = asking.form.get("scope").map(Scope::parse).transpose();
    let asked = asked.map_err(|malformed| No::Refused(malformed.into()))?;
    let scope = narrow(asked.as_ref(), &grant.scope, allowed).map_err(No::Refused)?;
    let stored = Stored {
        client_id: grant.client.as_str(),
        subject: grant.user.as_str(),
        scope: &grant.scope,
        redirect_uri: "urn:none",
        pkce: None,
    };
    let client_id = asking.client.id().as_str();
    engine::refresh::redeem(client_id, presented.token.reveal(), &scope, &stored)
}

fn rotated<M, P>(
    asking: &Asking<'_, M, P>,
    presented: &Presented,
    (found, next): (&Found, &Secret),
    answer: &TokenAnswer,
) -> Result<Rotated, Failure> {
    let realm = asking.realm;
    let moment = &mut asking.ground.moment(realm);
    let names = names(asking, &presented.header.grant);
    let sealed = seal_under(&presented.token, &names, moment, answer.body().as_bytes())?;
    let retry = Retry {
        request: presented.request,
        answer: sealed,
        jti: answer.jti.clone(),
        ends_at: realm.now().plus(realm.lifetimes.refresh_retry),
    };
    Ok(Rotated {
        grant: presented.header.grant.clone(),
        from: found.family.generation,
        live: presented.hash,
        next: next.hash(),
        retry,
    })
}

fn names<'a, M, P>(asking: &Asking<'a, M, P>, grant: &'a GrantId) -> [&'a str; 3] {
    [asking.realm.at.tenant.as_str(), grant.as_str(), asking.client.id().as_str()]
}

async fn rotate<M, P>(
    asking: &Asking<'_, M, P>,
    rotated: &Rotated,
    (event, answer): (&Event, &TokenAnswer),
) -> Result<bool, No<OAuthError>> {
    let context = &asking.realm.by_client(asking.client.id());
    let write = asking.ground.database.write(asking.realm.at, async |work: &mut Work| {
        let claimed = work.rotate(rotated).await?;
        if claimed {
            keep_opaque(work, answer).await?;
            work.record(event, context);
        }
        Ok(claimed)
    });
    write.await
}

/// The answer that was lost, byte for byte. It opens under the token it was given for.
fn opened<M, P>(
    asking: &Asking<'_, M, P>,
    presented: &Presented,
    sealed: &[u8],
) -> Result<TokenAnswer, No<OAuthError>> {
    let names = names(asking, &presented.header.grant);
    let opened = open_under(&presented.token, &names, sealed);
    let text = opened.and_then(|bytes| String::from_utf8(bytes).ok());
    let unreadable = || No::Failed(Failure::broken("a sealed answer could not be opened"));
    text.map(TokenAnswer::again).ok_or_else(unreadable)
}

/// Two hold the same token: the whole family is dead (INV-03).
async fn replayed<M, P>(
    asking: &Asking<'_, M, P>,
    family: &Family,
) -> Result<TokenAnswer, No<OAuthError>> {
    let (client, grant) = (asking.client.id(), &family.grant.id);
    let event = &Event::TokenReuseDetected {
        client: client.clone(),
        grant: grant.clone(),
        credential: Name::new("refresh_token"),
    };
    let context = &asking.realm.by_client(client);
    let refused = asking.ground.database.write(asking.realm.at, async |work: &mut Work| {
        if work.revoke_grant(grant).await? {
            work.record(event, context);
        }
        Err(No::Refused(bad_grant()))
    });
    refused.await
}

async fn not_yours<M, P>(
    asking: &Asking<'_, M, P>,
    family: &Family,
) -> Result<TokenAnswer, No<OAuthError>> {
    let event = Event::TokenMisused {
        client: asking.client.id().clone(),
        owner: family.grant.client.clone(),
        grant: family.grant.id.clone(),
    };
    append(asking, &event, asking.ground.database.announce()).await?;
    Err(No::Refused(bad_grant()))
}
