//! Whether an access token of ours is good at this instant (RFC 6750 §2, RFC 9068 §4; INV-09).

use super::clients::model::{Client, Clients, Registered};
use super::credential::Kind;
use super::ground::{Ground, People};
use super::realm::Realm;
use super::token::issue::ACCESS_TOKEN;
use super::token::model::{AccessTokens, Denials, Family, Grants, Path, Principal, can_issue};
use super::token::principal;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::{ClientId, GrantId};
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::keys::jwt::{Age, Expected};
use crate::keys::ring::KeyRing;
use crate::platform::storage::Work;
use serde_json::{Map, Value};

/// Reads back what a `Minter` signed.
pub trait Verifier {
    /// The claims of an access token of this realm that is not over.
    fn access_token(&self, realm: &Realm, token: &str) -> Option<Map<String, Value>>;
}

impl Verifier for KeyRing {
    fn access_token(&self, realm: &Realm, token: &str) -> Option<Map<String, Value>> {
        let expected = Expected {
            tenant: realm.at.tenant,
            typ: ACCESS_TOKEN,
            issuer: &realm.issuer,
            audience: None,
            age: Age::Live,
            clock_skew: realm.lifetimes.clock_skew,
        };
        self.verify(token, &expected, realm.now()).ok().map(|verified| verified.claims)
    }
}

/// A token that is good, and whose it is.
#[derive(Clone, Debug)]
pub struct Believed {
    pub claims: Map<String, Value>,
    pub client: Client,
    /// None for a machine's own token.
    pub family: Option<Family>,
}

impl Believed {
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    pub fn ends_at(&self) -> Timestamp {
        let seconds = self.claims.get("exp").and_then(Value::as_i64).unwrap_or_default();
        Timestamp::from_seconds(seconds)
    }

    /// One or several.
    pub fn audience(&self) -> Vec<&str> {
        match self.claims.get("aud") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// Signature and claims first, then the database, which alone decides what was revoked (D-08).
pub async fn believe<M: Verifier, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    token: &str,
) -> Result<Option<Believed>, Failure> {
    let claims = match ground.minter.access_token(realm, token) {
        Some(claims) => Some(claims),
        None => opaque(ground, realm, token).await?,
    };
    let Some(claims) = claims else { return Ok(None) };
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let client_id = text("client_id").and_then(ClientId::parse);
    let (Some(client_id), Some(jti)) = (client_id, text("jti")) else { return Ok(None) };
    let people = &ground.people;
    let found = ground.database.read(realm.at, async |work: &mut Work| {
        if work.is_denied(jti).await? {
            return Ok(None);
        }
        let Some(Registered { client, .. }) = work.client(&client_id).await? else {
            return Ok(None);
        };
        let Some((family, principal)) = behind(people, work, jti).await? else { return Ok(None) };
        let good = can_issue(principal, &client, Path::Belief).is_ok();
        Ok(good.then_some((client, family)))
    });
    let Some((client, family)) = found.await? else { return Ok(None) };
    seen(ground, realm, family.as_ref(), jti).await?;
    Ok(Some(Believed { claims, client, family }))
}

/// What stands behind a token that says nothing by itself.
async fn opaque<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    token: &str,
) -> Result<Option<Map<String, Value>>, Failure> {
    let credentials = ground.credentials(realm).await?;
    if credentials.read(Kind::AccessToken, token).is_none() {
        return Ok(None);
    }
    let hash = Hash::of(token.as_bytes());
    let find = async |work: &mut Work| work.access_token(&hash).await;
    let found = ground.database.read(realm.at, find).await?;
    let Some(live) = found.filter(|found| realm.now() < found.ends_at) else { return Ok(None) };
    serde_json::from_str(&live.claims)
        .map(Some)
        .map_err(|e| Failure::broken("access_tokens has a row without claims").because(e))
}

/// The grant that the token's name begins with, and who it is for; `None` when either is not good any more.
async fn behind<P: People>(
    people: &P,
    work: &mut Work,
    jti: &str,
) -> Result<Option<(Option<Family>, Principal)>, Failure> {
    let Some((grant, _)) = jti.split_once('.') else {
        return Ok(Some((None, Principal::Machine)));
    };
    let Some(grant) = GrantId::parse(grant) else { return Ok(None) };
    let family = work.family(&grant).await?.filter(|family| family.revoked_at.is_none());
    let Some(family) = family else { return Ok(None) };
    let of = (&family.grant.user, family.grant.made_at);
    let principal = principal(people, work, of).await?;
    Ok(Some((Some(family), principal)))
}

/// Whoever uses the newest access token has received the answer it came in: no retry any more (D-02).
async fn seen<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    family: Option<&Family>,
    jti: &str,
) -> Result<(), Failure> {
    let open = family.filter(|f| f.retry.as_ref().is_some_and(|retry| retry.jti == jti));
    let Some(family) = open else { return Ok(()) };
    let grant = &family.grant.id;
    let ended: Done<()> = ground
        .database
        .write(realm.at, async |work: &mut Work| Ok(work.end_retry(grant, jti).await?))
        .await;
    unrefused(ended)
}

/// The family of a live refresh token, by its whole text. It is not used up by being asked about.
pub async fn refresh_token<M, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    token: &str,
) -> Result<Option<Family>, Failure> {
    let credentials = ground.credentials(realm).await?;
    let Some(header) = credentials.read(Kind::RefreshToken, token) else { return Ok(None) };
    let found = ground.database.read(realm.at, async |work: &mut Work| {
        let Some(family) = work.family(&header.grant).await? else { return Ok(None) };
        let client = work.client(&family.grant.client).await?;
        let of = (&family.grant.user, family.grant.made_at);
        let principal = principal(&ground.people, work, of).await?;
        let good =
            client.is_some_and(|known| can_issue(principal, &known.client, Path::Belief).is_ok());
        let live = family.revoked_at.is_none() && realm.now() < family.ends_at;
        Ok((good && live).then_some(family))
    });
    Ok(found.await?.filter(|family| family.generation == header.generation))
}
