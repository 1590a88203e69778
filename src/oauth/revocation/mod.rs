//! Token revocation (RFC 7009 §2): a refresh token takes its whole grant along, an access token itself (P-204).

use crate::events::model::{Event, Events, Name};
pub mod http;

use crate::kernel::failure::No;
use crate::kernel::ids::ClientId;
use crate::oauth::behind::Question;
use crate::oauth::belief::{Believed, Verifier, believe};
use crate::oauth::clients::authenticate::{authenticate, presented};
use crate::oauth::credential::Kind;
use crate::oauth::error::{OAuthError, invalid_grant, invalid_request};
use crate::oauth::ground::{Ground, People};
use crate::oauth::parameters::Parameters;
use crate::oauth::realm::Realm;
use crate::oauth::token::model::{Denials, Family, Grants};
use crate::platform::storage::Work;

/// Done, also for what was never a token: there is nothing to find out here (RFC 7009 §2.2).
pub async fn revoke<M: Verifier, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    authorization: &[&str],
    form: &Parameters,
) -> Result<(), No<OAuthError>> {
    let presented = presented(authorization, form).map_err(No::Refused)?;
    let client = authenticate(ground, realm, &presented).await?;
    let missing = || No::Refused(invalid_request("token is missing"));
    let token = form.get("token").ok_or_else(missing)?;
    if let Some(family) = family(ground, realm, token).await? {
        return revoke_family(ground, realm, client.id(), &family).await;
    }
    match believe(ground, realm, token).await? {
        Some(believed) => deny(ground, realm, client.id(), &believed).await,
        None => Ok(()),
    }
}

/// Of any generation: a client that lost count still means its grant.
async fn family<M, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    token: &str,
) -> Result<Option<Family>, No<OAuthError>> {
    let credentials = ground.credentials(realm).await?;
    let Some(header) = credentials.read(Kind::RefreshToken, token) else { return Ok(None) };
    let question = Question { grant: Some(header.grant), ..Question::default() };
    Ok(ground.behind(realm, question).await?.family)
}

async fn revoke_family<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    client: &ClientId,
    family: &Family,
) -> Result<(), No<OAuthError>> {
    if family.grant.client != *client {
        return Err(No::Refused(not_yours()));
    }
    let grant = &family.grant.id;
    let event =
        &Event::TokenRevoked { client: client.clone(), grant: Some(grant.clone()), jti: None };
    let context = &realm.by_client(client);
    let revoke = ground.database.write(realm.at, async |work: &mut Work| {
        if work.revoke_grant(grant).await? {
            work.record(event, context);
        }
        Ok(())
    });
    revoke.await
}

async fn deny<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    client: &ClientId,
    believed: &Believed,
) -> Result<(), No<OAuthError>> {
    if believed.client.id != *client {
        return Err(No::Refused(not_yours()));
    }
    let Some(jti) = believed.text("jti") else { return Ok(()) };
    let event = &Event::TokenRevoked {
        client: client.clone(),
        grant: believed.family.as_ref().map(|family| family.grant.id.clone()),
        jti: Some(Name::new(jti)),
    };
    // Until nobody believes it any more.
    let ends_at = believed.ends_at().plus(realm.lifetimes.clock_skew);
    let context = &realm.by_client(client);
    let write = ground.database.write(realm.at, async |work: &mut Work| {
        work.deny(jti, ends_at).await?;
        work.record(event, context);
        Ok(())
    });
    write.await
}

fn not_yours() -> OAuthError {
    invalid_grant("the token belongs to another client")
}
