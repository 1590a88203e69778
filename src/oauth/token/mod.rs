//! The token endpoint (RFC 6749 §3.2): authenticate, let the grant answer, issue.
//!
//! ```text
//! answer                       mod.rs               the phases
//!   ├ authenticate             ../clients/authenticate.rs
//!   └ a grant                  authorization_code.rs  refresh_token.rs  client_credentials.rs
//!       ├ read and decide      model/, ../engine/   one unit of work that reads
//!       ├ sign                 issue.rs             outside of any
//!       └ claim and keep       store/               one unit of work that writes
//! ```

pub(super) mod audience;
mod authorization_code;
mod client_credentials;
pub mod http;
pub mod issue;
pub mod model;
mod refresh_token;
pub mod signing;
mod store;

pub(crate) use audience::check as check_resources;
pub(crate) use store::STATEMENTS;

use super::clients::authenticate::{AuthenticatedClient, authenticate, presented};
use super::clients::model::{Client, IdTokenClaims};
use super::error::{
    Code, OAuthError, invalid_client, invalid_grant, invalid_request, unauthorized_client,
};
use super::ground::{Ground, People};
use super::model::{GrantType, Scope};
use super::parameters::Parameters;
use super::person::{Asked, GROUPS, ROLES, named, told};
use super::realm::Realm;
use crate::accounts::model::User;
use crate::events::model::{Event, Events};
use crate::events::record::compose;
use crate::kernel::failure::{Done, Failure, No, unrefused};
use crate::kernel::ids::UserId;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Announced, Work};
use issue::{About, Minter, TokenAnswer};
use model::{AccessTokens, Denied, Grant, Path, Principal, can_issue};
use serde_json::Map;

/// `authorization` are all headers of that name; `form` is the body. The answer goes out byte for byte.
pub async fn answer<M: Minter, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    authorization: &[&str],
    form: &Parameters,
) -> Result<TokenAnswer, No<OAuthError>> {
    let presented = presented(authorization, form).map_err(No::Refused)?;
    let grant_type = grant_type(form).map_err(No::Refused)?;
    let client = authenticate(ground, realm, &presented).await?;
    let asking = Asking { ground, realm, client: &client, form };
    if !client.client().registration.is_allowed(grant_type) {
        return Err(No::Refused(denied(Denied::GrantType)));
    }
    match grant_type {
        GrantType::AuthorizationCode => authorization_code::redeem(&asking).await,
        GrantType::RefreshToken => refresh_token::redeem(&asking).await,
        GrantType::ClientCredentials => client_credentials::grant(&asking).await,
    }
}

/// One request at the token endpoint, from a client that is known.
struct Asking<'a, M, P> {
    ground: &'a Ground<M, P>,
    realm: &'a Realm,
    client: &'a AuthenticatedClient,
    form: &'a Parameters,
}

fn grant_type(form: &Parameters) -> Result<GrantType, OAuthError> {
    let named = form.get("grant_type").ok_or_else(|| invalid_request("grant_type is missing"))?;
    let unknown =
        || OAuthError::new(Code::UnsupportedGrantType, "this grant_type is not supported");
    GrantType::parse(named).ok_or_else(unknown)
}

/// D-12: the one question, in the words of the protocol.
fn permitted<M, P>(
    asking: &Asking<'_, M, P>,
    principal: Principal,
    grant_type: GrantType,
) -> Result<(), No<OAuthError>> {
    can_issue(principal, asking.client.client(), Path::Grant(grant_type))
        .map_err(|reason| No::Refused(denied(reason)))
}

fn denied(reason: Denied) -> OAuthError {
    match reason {
        Denied::Client => invalid_client(),
        Denied::GrantType => unauthorized_client("this client may not use this grant_type"),
        Denied::Principal => bad_grant(),
    }
}

/// Whatever is wrong with a code or a refresh token, it is said in one way.
fn bad_grant() -> OAuthError {
    invalid_grant("the grant is unknown, used, over, revoked, or not this client's")
}

/// What an ID token tells of a person: what was asked for there by name (OIDC Core §5.5), and the claims of the scope
/// where they belong there (P-022).
pub(super) async fn person<M, P: People>(
    ground: &Ground<M, P>,
    realm: &Realm,
    client: &Client,
    (grant, user): (&Grant, Option<&User>),
    (scope, claims): (&Scope, IdTokenClaims),
) -> Result<About, Failure> {
    let named = named(grant.claims.as_deref(), "id_token");
    let wants_belonging = Asked::wants_belonging(scope, &named);
    let (opens_roles, opens_groups) = (scope.contains(ROLES), scope.contains(GROUPS));
    let nothing = Scope::default();
    let scope = match claims {
        IdTokenClaims::ByName => &nothing,
        IdTokenClaims::OfTheScope => scope,
    };
    if named.is_empty() && scope.is_empty() && !wants_belonging {
        return Ok(About::default());
    }
    let mut belonging = ground.belonging(realm, &grant.user, wants_belonging).await?;
    let allowed = &client.registration.scope;
    let asked = Asked { scope, named: &named, allowed, belonging: &belonging };
    let claims = user.map_or_else(Map::new, |user| told(user, asked));
    belonging.roles.retain(|_| opens_roles);
    belonging.groups.retain(|_| opens_groups);
    Ok(About { claims, belonging })
}

/// What only we can read is kept with what it was issued for.
async fn keep_opaque(work: &mut Work, answer: &TokenAnswer) -> Result<(), Failure> {
    match &answer.opaque {
        Some(token) => work.keep_access_token(token).await,
        None => Ok(()),
    }
}

/// Where nothing is claimed: the record alone, which shares its commit with others; and the token, where we keep it.
async fn conclude<M, P>(
    asking: &Asking<'_, M, P>,
    (event, answer): (&Event, &TokenAnswer),
    announced: Announced<'_>,
) -> Result<(), Failure> {
    if answer.opaque.is_none() {
        return append(asking, event, announced).await;
    }
    drop(announced);
    let context = &asking.realm.by_client(asking.client.id());
    let write = asking.ground.database.write(asking.realm.at, async |work: &mut Work| {
        keep_opaque(work, answer).await?;
        work.record(event, context);
        Ok(())
    });
    let done: Done<()> = write.await;
    unrefused(done)
}

async fn append<M, P>(
    asking: &Asking<'_, M, P>,
    event: &Event,
    announced: Announced<'_>,
) -> Result<(), Failure> {
    let realm = asking.realm;
    let moment = &mut asking.ground.moment(realm);
    let record = compose(event, &realm.by_client(asking.client.id()), realm.at.tenant, moment);
    asking.ground.database.append_announced(record, announced).await
}

pub(super) async fn principal<P: People>(
    people: &P,
    work: &mut Work,
    (user, granted_at): (&UserId, Timestamp),
) -> Result<Principal, Failure> {
    Ok(people.standing(work, user).await?.since(granted_at))
}
