//! What comes through the browser itself, beside a code or without one (OIDC Core §3.2.2.5, §3.3.2.5).
//!
//! An access token that came so is a grant of its own: it has no refresh token, and ends with the session.

use super::model::AuthorizationRequest;
use crate::accounts::model::User;
use crate::events::model::{Event, Events, Name};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{GrantId, UserId};
use crate::kernel::secret::Secret;
use crate::oauth::behind::Question;
use crate::oauth::clients::model::{Client, IdTokenClaims};
use crate::oauth::ground::{Ground, People};
use crate::oauth::logout::model::SignOns;
use crate::oauth::realm::Realm;
use crate::oauth::scope::{OFFLINE_ACCESS, OPENID};
use crate::oauth::token::issue::{Access, Authorization, Beside, Minter, access_token, id_token};
use crate::oauth::token::model::{AccessTokens, Family, Grant, Grants};
use crate::oauth::token::{audience, person};
use crate::platform::storage::Work;

pub struct Front {
    grant: Grant,
    /// What was asked for, and not what became of it.
    wants_id_token: bool,
    access: Option<Access>,
    id_token: Option<String>,
}

/// Signs, so never inside a unit of work.
pub async fn make<M: Minter, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    (request, grant): (&AuthorizationRequest, &Grant),
    code: Option<&Secret>,
) -> Result<Front, Failure> {
    let moment = &mut ground.moment(realm);
    let client = client(ground, realm, grant).await?;
    let scope = realm.resources.narrowed(&grant.scope, &grant.resources);
    let scope = scope.only(|token| token != OFFLINE_ACCESS);
    let grant = Grant { id: GrantId::new(moment), scope: scope.clone(), ..grant.clone() };
    let kind = request.response_type;
    // With no access token at all, user info is out of reach: the claims of the scope come here (P-022).
    let claims = match kind.has_token() || kind.has_code() {
        true => client.registration.id_token_claims,
        false => IdTokenClaims::OfTheScope,
    };
    let user = user(ground, realm, &grant.user).await?;
    let audience = audience::of(&grant.resources, &client.registration, &scope, realm);
    let authorization = Authorization {
        client: &client,
        credentials: &ground.credentials(realm).await?,
        grant: Some(&grant),
        subject: ground.subject(realm, &client, &grant.user).await?,
        about: person(ground, realm, &client, (&grant, user.as_ref()), (&scope, claims)).await?,
        // An API that came meanwhile may have made it ambiguous: then the token opens nothing but user info.
        audience: audience.unwrap_or_else(|_| vec![realm.issuer.clone()]),
        scope,
        nonce: grant.nonce.as_deref(),
        refresh_token: None,
    };
    let access = match kind.has_token() {
        true => Some(access_token(&ground.minter, realm, &authorization, moment).await?),
        false => None,
    };
    let beside = Beside {
        access_token: access.as_ref().map(|access| access.text.as_str()),
        code: code.map(Secret::reveal),
    };
    let id_token = match kind.has_id_token() && authorization.scope.contains(OPENID) {
        true => Some(id_token(&ground.minter, realm, (&authorization, &grant), beside).await?),
        false => None,
    };
    Ok(Front { wants_id_token: kind.has_id_token(), access, id_token, grant })
}

async fn user<M, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    user: &UserId,
) -> Result<Option<User>, Failure> {
    let question = Question { user: Some(user.clone()), ..Question::default() };
    Ok(ground.behind(realm, question).await?.person.and_then(|person| person.user))
}

async fn client<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    grant: &Grant,
) -> Result<Client, Failure> {
    let found = ground.clients.find(&ground.database, realm.at, &grant.client).await?;
    let found = found.map(|found| found.client.clone());
    found.ok_or_else(|| Failure::broken("a client went while its request was answered"))
}

impl Front {
    /// Whoever left out openid gets no ID token, and nobody a part of what was asked for.
    pub const fn is_missing_something(&self) -> bool {
        self.wants_id_token && self.id_token.is_none()
    }

    /// In the unit of work in which all else is handed out.
    pub async fn keep(&self, work: &mut Work, realm: &Realm) -> Result<(), Failure> {
        let grant = &self.grant;
        if let Some(access) = &self.access {
            work.begin_grant(&family(grant, access, realm)).await?;
            if let Some(opaque) = &access.opaque {
                work.keep_access_token(opaque).await?;
            }
        }
        if let Some(session) = &grant.session {
            work.signed_on(session, &grant.client).await?;
        }
        let event = Event::TokenIssued {
            client: grant.client.clone(),
            user: Some(grant.user.clone()),
            grant: self.access.is_some().then(|| grant.id.clone()),
            grant_type: Name::new("implicit"),
            scope: Name::new(&grant.scope.to_string()),
            jti: Name::new(self.access.as_ref().map(|access| &*access.jti).unwrap_or_default()),
        };
        work.record(&event, &realm.by_user(&grant.user));
        Ok(())
    }

    /// OIDC Core §3.2.2.5, §3.3.2.5; RFC 6749 §4.2.2.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = Vec::new();
        if let Some(access) = &self.access {
            parameters.push(("access_token", access.text.clone()));
            parameters.push(("token_type", "Bearer".to_owned()));
            parameters.push(("expires_in", access.lifetime.as_seconds().to_string()));
            parameters.push(("scope", self.grant.scope.to_string()));
        }
        parameters.extend(self.id_token.clone().map(|token| ("id_token", token)));
        parameters
    }
}

/// It has no refresh token, and is over with its access token.
fn family(grant: &Grant, access: &Access, realm: &Realm) -> Family {
    Family {
        grant: grant.clone(),
        generation: 0,
        live: None,
        previous: None,
        retry: None,
        ends_at: realm.now().plus(access.lifetime),
        revoked_at: None,
    }
}
