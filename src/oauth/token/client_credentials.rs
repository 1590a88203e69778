//! The client credentials grant (RFC 6749 §4.4): a machine on its own behalf. No refresh token, no openid (P-207).

use super::issue::{About, Authorization, Minter, TokenAnswer, issue};
use super::model::Principal;
use super::{Asking, audience, conclude, permitted};
use crate::events::model::{Event, Name};
use crate::kernel::failure::No;
use crate::oauth::engine;
use crate::oauth::error::OAuthError;
use crate::oauth::model::{GrantType, Scope};
use crate::oauth::scope::negotiate_machine;

const GRANT: GrantType = GrantType::ClientCredentials;

/// One signature and one appended record, which shares its commit with others: answered after it (INV-10).
pub(super) async fn grant<M: Minter, P>(
    asking: &Asking<'_, M, P>,
) -> Result<TokenAnswer, No<OAuthError>> {
    let (client, realm) = (asking.client.client(), asking.realm);
    permitted(asking, Principal::Machine, GRANT)?;
    let (scope, audience) = agreed(asking).map_err(No::Refused)?;
    let scope = engine::client_credentials::agree(client.id.as_str(), &scope)?;
    let authorization = Authorization {
        client,
        credentials: &asking.ground.credentials(realm).await?,
        grant: None,
        subject: client.id.to_string(),
        about: About::default(),
        scope,
        audience,
        nonce: None,
        refresh_token: None,
    };
    let mut moment = asking.ground.moment(realm);
    let announced = asking.ground.database.announce();
    let answer = issue(&asking.ground.minter, realm, &authorization, &mut moment).await?;
    let event = Event::TokenIssued {
        client: client.id.clone(),
        user: None,
        grant: None,
        grant_type: Name::new(GRANT.as_str()),
        scope: Name::new(&authorization.scope.to_string()),
        jti: Name::new(&answer.jti),
    };
    conclude(asking, (&event, &answer), announced).await?;
    Ok(answer)
}

fn agreed<M, P>(asking: &Asking<'_, M, P>) -> Result<(Scope, Vec<String>), OAuthError> {
    let registered = &asking.client.client().registration;
    let asked = asking.form.get("scope").map(Scope::parse).transpose()?;
    let scope = negotiate_machine(asked.as_ref(), &registered.scope, &registered.default_scope)?;
    let known = &asking.realm.resources;
    let resources = audience::check(asking.form.all("resource"), registered, known)?;
    let scope = known.narrowed(&scope, &resources);
    let audience = audience::of(&resources, registered, &scope, asking.realm)?;
    Ok((scope, audience))
}
