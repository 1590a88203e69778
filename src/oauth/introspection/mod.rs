//! Token introspection (RFC 7662 §2): what a token is, for those it is meant for, and for nobody else (P-203).

pub mod http;

use crate::kernel::failure::{Failure, No};
use crate::oauth::belief::{Believed, Verifier, believe, refresh_token};
use crate::oauth::clients::authenticate::{AuthenticatedClient, authenticate, presented};
use crate::oauth::clients::model::Kind;
use crate::oauth::error::{OAuthError, invalid_client, invalid_request};
use crate::oauth::ground::{Ground, People};
use crate::oauth::parameters::Parameters;
use crate::oauth::realm::Realm;
use crate::oauth::resources::model::is_same;
use crate::oauth::token::issue::Minter;
use crate::oauth::token::model::Family;
use serde_json::{Map, Value, json};

/// The same bytes for everything that is not active, or not the caller's to see (A-074).
pub const INACTIVE: &str = r#"{"active":false}"#;

/// Told about an active token, where the token says it (P-226).
const TOLD: [&str; 11] =
    ["iss", "sub", "aud", "client_id", "scope", "exp", "iat", "jti", "acr", "auth_time", "cnf"];

pub async fn introspect<M: Verifier, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    authorization: &[&str],
    form: &Parameters,
) -> Result<String, No<OAuthError>> {
    inspected(ground, realm, authorization, form).await.map(|(_, told)| told)
}

/// The same, as a token for the caller that it can keep as a proof (RFC 9701 §5).
pub async fn introspect_signed<M: Verifier + Minter, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    authorization: &[&str],
    form: &Parameters,
) -> Result<String, No<OAuthError>> {
    let (caller, told) = inspected(ground, realm, authorization, form).await?;
    let told: Value = serde_json::from_str(&told)
        .map_err(|e| Failure::broken("an introspection is no JSON").because(e))?;
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(realm.issuer));
    claims.insert("aud".into(), json!(caller.id().as_str()));
    claims.insert("iat".into(), json!(realm.now().seconds()));
    claims.insert("token_introspection".into(), told);
    let algorithm = caller.client().registration.access_token_algorithm;
    Ok(ground.minter.mint(realm, algorithm, SIGNED, &claims).await?)
}

/// `typ` of a signed answer: nobody takes it for an access token (RFC 9701 §8.1).
const SIGNED: &str = "token-introspection+jwt";

async fn inspected<M: Verifier, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    authorization: &[&str],
    form: &Parameters,
) -> Result<(AuthenticatedClient, String), No<OAuthError>> {
    let presented = presented(authorization, form).map_err(No::Refused)?;
    let caller = authenticate(ground, realm, &presented).await?;
    // A name is no authentication (RFC 7662 §2.1).
    if caller.client().registration.kind.is_public() {
        return Err(No::Refused(invalid_client()));
    }
    let missing = || No::Refused(invalid_request("token is missing"));
    let token = form.get("token").ok_or_else(missing)?;
    if let Some(believed) = believe(ground, realm, token).await? {
        let is_theirs = is_meant_for(&believed, &caller);
        let told = if is_theirs { told(&believed) } else { INACTIVE.into() };
        return Ok((caller, told));
    }
    let family = refresh_token(ground, realm, token).await?;
    let Some(family) = family.filter(|family| family.grant.client == *caller.id()) else {
        return Ok((caller, INACTIVE.into()));
    };
    let subject = ground.subject(realm, caller.client(), &family.grant.user).await?;
    let told = refresh_told(&family, realm, &subject);
    Ok((caller, told))
}

/// Its own, or one for an API that it is.
fn is_meant_for(believed: &Believed, caller: &AuthenticatedClient) -> bool {
    let registered = &caller.client().registration;
    let audience = believed.audience();
    let is_audience = registered.kind == Kind::ResourceServer
        && registered.resources.iter().any(|mine| audience.iter().any(|one| is_same(mine, one)));
    believed.client.id == *caller.id() || is_audience
}

fn told(believed: &Believed) -> String {
    let mut answer = Map::new();
    answer.insert("active".into(), json!(true));
    answer.insert("token_type".into(), json!("Bearer"));
    for name in TOLD {
        if let Some(value) = believed.claims.get(name) {
            answer.insert(name.into(), value.clone());
        }
    }
    Value::Object(answer).to_string()
}

fn refresh_told(family: &Family, realm: &Realm, subject: &str) -> String {
    let grant = &family.grant;
    json!({
        "active": true,
        "iss": realm.issuer,
        "sub": subject,
        "client_id": grant.client.as_str(),
        "scope": grant.scope.to_string(),
        "exp": family.ends_at.seconds(),
        "iat": grant.made_at.seconds(),
    })
    .to_string()
}
