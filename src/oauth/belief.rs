//! Whether an access token of ours is good at this instant (RFC 6750 §2, RFC 9068 §4; INV-09).

use super::behind::{Behind, Question};
use super::clients::model::Client;
use super::credential::Kind;
use super::ground::{Ground, People};
use super::realm::Realm;
use super::token::issue::ACCESS_TOKEN;
use super::token::model::{AccessTokens, Family, Grants, Path, Principal, can_issue};
use crate::accounts::model::User;
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
    /// Who granted it, as they are known now.
    pub user: Option<User>,
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
    // The name of a token begins with its grant; a machine's own has none.
    let grant = jti.split_once('.').map(|(grant, _)| GrantId::parse(grant));
    let (is_a_machines, grant) = (grant.is_none(), grant.flatten());
    let jti_asked = Some(jti.to_owned());
    let question =
        Question { jti: jti_asked, client: Some(client_id), grant, ..Question::default() };
    let Some(good) = good(ground.behind(realm, question).await?, is_a_machines) else {
        return Ok(None);
    };
    seen(ground, realm, good.family.as_ref(), jti).await?;
    Ok(Some(Believed { claims, client: good.client, family: good.family, user: good.user }))
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

/// On what a good token hangs.
struct Good {
    client: Client,
    family: Option<Family>,
    user: Option<User>,
}

/// Nothing of it has ended meanwhile.
fn good(behind: Behind, is_a_machines: bool) -> Option<Good> {
    let principal = match behind.family.as_ref().filter(|family| family.revoked_at.is_none()) {
        Some(family) => behind.principal(family.grant.made_at),
        None if is_a_machines => Principal::Machine,
        None => return None,
    };
    let client = behind.client.filter(|_| !behind.is_denied)?;
    can_issue(principal, &client, Path::Belief).ok()?;
    let user = behind.person.and_then(|person| person.user);
    Some(Good { client, family: behind.family, user })
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
    let question = Question { grant: Some(header.grant), ..Question::default() };
    let behind = ground.behind(realm, question).await?;
    let Some(family) = behind.family.clone() else { return Ok(None) };
    let question = Question { client: Some(family.grant.client.clone()), ..Question::default() };
    let client = ground.behind(realm, question).await?.client;
    let principal = behind.principal(family.grant.made_at);
    let is_good = client.is_some_and(|client| can_issue(principal, &client, Path::Belief).is_ok());
    let is_live = family.revoked_at.is_none() && realm.now() < family.ends_at;
    let is_newest = family.generation == header.generation;
    Ok((is_good && is_live && is_newest).then_some(family))
}
