//! UserInfo (OIDC Core §5.3): what a person lets an application know, told to whoever holds the access token.

pub mod http;

use super::belief::{Believed, Verifier, believe};
use super::error::{Code, OAuthError};
use super::ground::{Ground, People};
use super::model::Scope;
use super::person::{Asked, named, told};
use super::realm::Realm;
use super::scope::OPENID;
use super::token::issue::{ID_TOKEN, Minter};
use super::token::model::Family;
use crate::kernel::failure::No;
use serde_json::{Map, Value, json};

/// As the client registered it (`userinfo_signed_response_alg`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Json(String),
    Signed(String),
}

pub async fn userinfo<M: Verifier + Minter, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    token: &str,
) -> Result<Answer, No<OAuthError>> {
    let believed = believe(ground, realm, token).await?;
    let believed = believed.ok_or_else(|| No::Refused(invalid_token()))?;
    let family = open(&believed, realm).map_err(No::Refused)?;
    let user = &family.grant.user;
    let named = named(family.grant.claims.as_deref(), "userinfo");
    let scope = opened(&believed, family);
    let wants_belonging = Asked::wants_belonging(&scope, &named);
    let belonging = ground.belonging(realm, user, wants_belonging).await?;
    let user = believed.user.as_ref().ok_or_else(|| No::Refused(invalid_token()))?;
    let allowed = &believed.client.registration.scope;
    let asked = Asked { scope: &scope, named: &named, allowed, belonging: &belonging };
    let mut claims = told(user, asked);
    claims.insert("sub".into(), json!(believed.text("sub")));
    let Some(algorithm) = believed.client.registration.userinfo_algorithm else {
        return Ok(Answer::Json(Value::Object(claims).to_string()));
    };
    let signed = signed(claims, &believed, realm);
    Ok(Answer::Signed(ground.minter.mint(realm, algorithm, ID_TOKEN, &signed).await?))
}

/// The token is for us, and says who.
fn open<'a>(believed: &'a Believed, realm: &Realm) -> Result<&'a Family, OAuthError> {
    if !believed.audience().contains(&realm.issuer.as_str()) {
        return Err(invalid_token());
    }
    let scope = believed.text("scope").unwrap_or_default();
    let family = believed.family.as_ref().filter(|_| scope.split(' ').any(|one| one == OPENID));
    let insufficient = || OAuthError::new(Code::InsufficientScope, "this needs the scope openid");
    family.ok_or_else(insufficient)
}

/// What this token may, which can be less than what was granted (RFC 6749 §6).
fn opened(believed: &Believed, family: &Family) -> Scope {
    let scope = believed.text("scope").unwrap_or_default();
    family.grant.scope.only(|one| scope.split(' ').any(|open| open == one))
}

/// OIDC Core §5.3.2. Without `exp` it is taken for no ID token, which has the same type.
fn signed(
    mut claims: Map<String, Value>,
    believed: &Believed,
    realm: &Realm,
) -> Map<String, Value> {
    claims.insert("iss".into(), json!(realm.issuer));
    claims.insert("aud".into(), json!(believed.client.id.as_str()));
    claims.insert("iat".into(), json!(realm.now().seconds()));
    claims
}

/// One sentence for every cause.
fn invalid_token() -> OAuthError {
    OAuthError::new(
        Code::InvalidToken,
        "the access token is unknown, over, revoked, or not for this",
    )
}
