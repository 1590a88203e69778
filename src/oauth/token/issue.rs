//! The only place that mints: access tokens (RFC 9068 §2), ID tokens (OIDC Core §2), and the answer that carries them
//! (RFC 6749 §5.1).

use super::model::{Grant, OpaqueToken};
use crate::accounts::model::Belonging;
use crate::kernel::failure::Failure;
use crate::kernel::ids::GrantId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::{Hash, Secret};
use crate::kernel::time::{Lifetime, Timestamp};
use crate::keys::model::Algorithm;
use crate::keys::ring::KeyRing;
use crate::oauth::clients::model::Client;
use crate::oauth::credential::{Credentials, Header, Kind};
use crate::oauth::model::{Scope, TokenFormat};
use crate::oauth::person::{GROUPS, ROLES, some};
use crate::oauth::realm::Realm;
use crate::oauth::scope::OPENID;
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Signs. Never called inside a unit of work.
pub trait Minter {
    async fn mint(
        &self,
        realm: &Realm,
        algorithm: Algorithm,
        typ: &str,
        claims: &Map<String, Value>,
    ) -> Result<String, Failure>;
}

impl Minter for KeyRing {
    async fn mint(
        &self,
        realm: &Realm,
        algorithm: Algorithm,
        typ: &str,
        claims: &Map<String, Value>,
    ) -> Result<String, Failure> {
        self.signer(realm.at.tenant, algorithm, realm.now())?.sign(typ, claims)
    }
}

pub const ACCESS_TOKEN: &str = "at+jwt";
pub const ID_TOKEN: &str = "JWT";

/// What is told of a person beside who they are.
#[derive(Debug, Default)]
pub struct About {
    /// In the ID token.
    pub claims: Map<String, Value>,
    /// In the access token, as far as its scope goes (RFC 9068 §2.2.3.1).
    pub belonging: Belonging,
}

/// What every grant ends in: for whom, how far, and what goes along.
pub struct Authorization<'a> {
    pub client: &'a Client,
    /// With which opaque tokens are made.
    pub credentials: &'a Credentials,
    /// None for a machine on its own behalf.
    pub grant: Option<&'a Grant>,
    /// One per client, wherever it can read it (P-221).
    pub subject: String,
    pub about: About,
    pub scope: Scope,
    pub audience: Vec<String>,
    /// Only in the answer to a code (P-054).
    pub nonce: Option<&'a str>,
    pub refresh_token: Option<&'a Secret>,
}

/// The answer, byte for byte, and the name of the access token in it.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenAnswer {
    body: String,
    pub jti: String,
    /// To be kept in the commit that the answer waits for.
    pub(super) opaque: Option<OpaqueToken>,
}

impl TokenAnswer {
    /// JSON. It goes out as it is, with `Cache-Control: no-store`.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// What was sealed for a retry.
    pub(super) const fn again(body: String) -> Self {
        Self { body, jti: String::new(), opaque: None }
    }
}

/// The body carries tokens.
impl std::fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "(tokens, {} bytes)", self.body.len())
    }
}

pub async fn issue<M: Minter>(
    minter: &M,
    realm: &Realm,
    authorization: &Authorization<'_>,
    moment: &mut impl Moment,
) -> Result<TokenAnswer, Failure> {
    let access = access_token(minter, realm, authorization, moment).await?;
    let id_token = match authorization.grant {
        Some(grant) if authorization.scope.contains(OPENID) => {
            let beside = Beside { access_token: Some(&access.text), code: None };
            Some(id_token(minter, realm, (authorization, grant), beside).await?)
        }
        _ => None,
    };
    let body = Body {
        access_token: &access.text,
        token_type: "Bearer",
        expires_in: access.lifetime.as_seconds(),
        scope: &authorization.scope.to_string(),
        refresh_token: authorization.refresh_token.map(Secret::reveal),
        id_token: id_token.as_deref(),
    };
    let body = serde_json::to_string(&body)
        .map_err(|e| Failure::broken("an answer with tokens is no JSON").because(e))?;
    Ok(TokenAnswer { body, jti: access.jti, opaque: access.opaque })
}

/// RFC 6749 §5.1, OIDC Core §3.1.3.3.
#[derive(Serialize)]
struct Body<'a> {
    access_token: &'a str,
    token_type: &'a str,
    expires_in: i64,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
}

/// One access token, and what is to be kept of it.
pub struct Access {
    pub text: String,
    pub jti: String,
    pub lifetime: Lifetime,
    pub opaque: Option<OpaqueToken>,
}

/// What an ID token goes along with, and so vouches for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    pub access_token: Option<&'a str>,
    /// Where it comes through the browser.
    pub code: Option<&'a str>,
}

/// An ID token for whom the grant is of.
pub async fn id_token<M: Minter>(
    minter: &M,
    realm: &Realm,
    (authorization, grant): (&Authorization<'_>, &Grant),
    beside: Beside<'_>,
) -> Result<String, Failure> {
    let claims = id_claims(realm, authorization, grant, beside);
    let algorithm = authorization.client.registration.id_token_algorithm;
    minter.mint(realm, algorithm, ID_TOKEN, &claims).await
}

pub async fn access_token<M: Minter>(
    minter: &M,
    realm: &Realm,
    authorization: &Authorization<'_>,
    moment: &mut impl Moment,
) -> Result<Access, Failure> {
    let registered = &authorization.client.registration;
    let apis = authorization.audience.iter().filter_map(|uri| realm.resources.find(uri));
    let own = bounded(realm.lifetimes.access_token, registered.access_token_seconds);
    let lifetime =
        apis.clone().fold(own, |shortest, api| bounded(shortest, api.access_token_seconds));
    let jti = jti(authorization.grant, moment);
    let claims = access_claims(realm, authorization, (&jti, lifetime));
    let mut formats =
        apis.map(|api| api.access_token_format).chain([registered.access_token_format]);
    if formats.any(|format| format == TokenFormat::Opaque) {
        let grant = GrantId::new(moment);
        let header = Header { kind: Kind::AccessToken, grant, generation: 0 };
        let text = authorization.credentials.make(&header, moment);
        let ends_at = realm.now().plus(lifetime);
        let claims = Value::Object(claims).to_string();
        let opaque = Some(OpaqueToken { hash: text.hash(), claims, ends_at });
        return Ok(Access { text: text.reveal().to_owned(), jti, lifetime, opaque });
    }
    let algorithm = registered.access_token_algorithm;
    let text = minter.mint(realm, algorithm, ACCESS_TOKEN, &claims).await?;
    Ok(Access { text, jti, lifetime, opaque: None })
}

/// A client may have shorter lives than the tenant gives, not longer ones.
pub fn bounded(tenant: Lifetime, client_seconds: Option<i64>) -> Lifetime {
    client_seconds.map_or(tenant, |seconds| tenant.min(Lifetime::seconds(seconds.max(1))))
}

/// Begins with the grant, so that a token's grant is found without a table of tokens.
fn jti(grant: Option<&Grant>, moment: &mut impl Moment) -> String {
    let random = BASE64URL_NOPAD.encode(&moment.random::<16>());
    grant.map_or_else(|| random.clone(), |grant| format!("{}.{random}", grant.id))
}

/// RFC 9068 §2.2.
fn access_claims(
    realm: &Realm,
    authorization: &Authorization<'_>,
    (jti, lifetime): (&str, Lifetime),
) -> Map<String, Value> {
    let Authorization { client, grant, scope, subject, .. } = authorization;
    let mut claims = common(realm, subject, lifetime);
    claims.insert("aud".into(), one_or_many(&authorization.audience));
    claims.insert("client_id".into(), json!(client.id.as_str()));
    claims.insert("jti".into(), json!(jti));
    claims.insert("scope".into(), json!(scope.to_string()));
    if let Some(grant) = grant {
        authentication(&mut claims, grant);
    }
    let belonging = &authorization.about.belonging;
    for (name, list) in [(ROLES, some(&belonging.roles)), (GROUPS, some(&belonging.groups))] {
        claims.extend(list.map(|list| (name.to_owned(), list)));
    }
    claims
}

/// OIDC Core §2. The audience is one text and there is no `azp` (P-020).
fn id_claims(
    realm: &Realm,
    authorization: &Authorization<'_>,
    grant: &Grant,
    beside: Beside<'_>,
) -> Map<String, Value> {
    let client = authorization.client;
    let lifetime = bounded(realm.lifetimes.id_token, client.registration.id_token_seconds);
    let mut claims = common(realm, &authorization.subject, lifetime);
    claims.extend(authorization.about.claims.clone());
    claims.insert("aud".into(), json!(client.id.as_str()));
    for (name, text) in [("at_hash", beside.access_token), ("c_hash", beside.code)] {
        if let Some(text) = text {
            claims.insert(name.into(), json!(half_hash(text)));
        }
    }
    authentication(&mut claims, grant);
    if let Some(nonce) = authorization.nonce {
        claims.insert("nonce".into(), json!(nonce));
    }
    if let Some(session) = &grant.session {
        claims.insert("sid".into(), json!(session.as_str()));
    }
    claims
}

fn common(realm: &Realm, subject: &str, lifetime: Lifetime) -> Map<String, Value> {
    let now: Timestamp = realm.now();
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(realm.issuer));
    claims.insert("sub".into(), json!(subject));
    claims.insert("iat".into(), json!(now.seconds()));
    claims.insert("exp".into(), json!(now.plus(lifetime).seconds()));
    claims
}

/// Of this grant's own session (INV-08); what is not known is not there.
fn authentication(claims: &mut Map<String, Value>, grant: &Grant) {
    let known = &grant.authentication;
    claims.insert("auth_time".into(), json!(known.at.seconds()));
    if let Some(acr) = &known.acr {
        claims.insert("acr".into(), json!(acr));
    }
    if !known.amr.is_empty() {
        claims.insert("amr".into(), json!(known.amr));
    }
}

/// OIDC Core §3.1.3.6: the left half, by the hash of the ID token's algorithm. All of ours use SHA-256.
pub fn half_hash(text: &str) -> String {
    let hash = Hash::of(text.as_bytes());
    let half = hash.bytes().first_chunk::<16>().copied().unwrap_or_default();
    BASE64URL_NOPAD.encode(&half)
}

fn one_or_many(audience: &[String]) -> Value {
    match audience {
        [one] => json!(one),
        many => json!(many),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // OIDC Core App. A.3: access token and at_hash of the example
    #[test]
    fn half_a_hash_is_as_in_the_example() {
        assert_eq!(
            half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }

    // T-05: per client downwards only
    #[test]
    fn a_client_has_shorter_lives_but_not_longer_ones() {
        let tenant = Lifetime::minutes(15);
        assert_eq!(bounded(tenant, Some(60)), Lifetime::seconds(60));
        assert_eq!(bounded(tenant, Some(3600)), tenant);
        assert_eq!(bounded(tenant, Some(-5)), Lifetime::seconds(1));
        assert_eq!(bounded(tenant, None), tenant);
    }

    // P-202
    #[test]
    fn one_audience_is_a_text() {
        assert_eq!(one_or_many(&["a".into()]), json!("a"));
        assert_eq!(one_or_many(&["a".into(), "b".into()]), json!(["a", "b"]));
    }
}
