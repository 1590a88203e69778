//! Applications that register and manage themselves (RFC 7591, RFC 7592, OIDC Registration).
//!
//! | Part | File |
//! |---|---|
//! | what they say of themselves | `sent.rs`, `metadata.rs` |
//! | addresses that we would ask | `addresses.rs` |
//! | who may, and by which token | `model.rs`, `tokens.rs` |

pub mod addresses;
pub mod http;
pub mod metadata;
pub mod model;
mod sent;
mod store;
pub mod tokens;
mod unused;

pub(crate) use store::STATEMENTS;
pub use unused::forget_unused;

use super::clients::change::{delete, update};
use super::clients::model::{Client, Clients, Method, Origin, Registration, Senseless};
use super::clients::{add, change_secret, has_secret};
use super::error::{Code, OAuthError};
use super::ground::Ground;
use super::realm::Realm;
use crate::kernel::failure::No;
use crate::kernel::ids::ClientId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use crate::platform::storage::Work;
use metadata::Terms;
use model::{InitialTokens, SelfRegistered};
use serde_json::{Map, Value};

/// Whether strangers may register applications with this tenant (P-213).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    Closed,
    /// Who has an initial access token.
    ByToken,
    Open,
}

/// An application and what it alone is told.
pub struct Told {
    pub client: Client,
    pub secret: Option<Secret>,
    /// With which it manages itself.
    pub token: Secret,
}

fn unknown() -> OAuthError {
    OAuthError::new(Code::InvalidToken, "this token opens nothing here")
}

fn senseless(no: No<Senseless>) -> No<OAuthError> {
    match no {
        No::Failed(failure) => No::Failed(failure),
        No::Refused(why) => {
            No::Refused(OAuthError::new(Code::InvalidClientMetadata, why.to_string()))
        }
    }
}

/// RFC 7591 §3. Who may not register makes the server fetch nothing; a token is used up only by success.
pub async fn register<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    (opening, token): (Opening, Option<&Secret>),
    (sent, terms): (&Map<String, Value>, &Terms),
) -> Result<Told, No<OAuthError>> {
    let Ground { database, sealer, .. } = ground;
    let hash = token.map(Secret::hash);
    let may = match (opening, &hash) {
        (Opening::Open, None) => true,
        (Opening::Closed, _) | (Opening::ByToken, None) => false,
        (_, Some(hash)) => {
            let find = async |work: &mut Work| work.is_initial_token(hash).await;
            database.read(realm.at, find).await?
        }
    };
    if !may {
        return Err(No::Refused(unknown()));
    }
    let registration = metadata::read(sent, terms).map_err(No::Refused)?;
    let registration = Registration { origin: Origin::Itself, ..registration };
    addresses::check(&ground.documents, realm.at, &registration).await.map_err(No::Refused)?;
    let registered = database.write(realm.at, async |work: &mut Work| {
        if let Some(hash) = &hash
            && !work.spend_initial_token(hash).await?
        {
            return Err(No::Refused(unknown()));
        }
        let id = ClientId::new(work);
        let context = realm.by_client(&id);
        let made = add(work, sealer, (id, registration.clone()), &context).await;
        let (client, secret) = made.map_err(senseless)?;
        let token = work.secret();
        work.add_self_registered(&client.id, &token.hash()).await?;
        Ok(Told { client, secret, token })
    });
    registered.await
}

/// The application whose own token this is. A disabled one has no say.
pub async fn managed<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    (id, token): (&str, Option<&Secret>),
) -> Result<Client, No<OAuthError>> {
    let named = ClientId::parse(id).zip(token);
    let (id, token) = named.ok_or_else(|| No::Refused(unknown()))?;
    let found = ground.database.read(realm.at, async |work: &mut Work| {
        if !work.is_managed_with(&id, &token.hash()).await? {
            return Ok(None);
        }
        work.client(&id).await
    });
    let client = found.await?.map(|found| found.client).filter(Client::is_enabled);
    client.ok_or_else(|| No::Refused(unknown()))
}

/// RFC 7592 §2.2: replaced as a whole, but for what administrators decide; and a new token, so that the old one is
/// worth nothing any more.
pub async fn replace<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    client: &Client,
    (sent, terms): (&Map<String, Value>, &Terms),
) -> Result<Told, No<OAuthError>> {
    if sent.get("client_id").and_then(Value::as_str) != Some(client.id.as_str()) {
        let words = "client_id must be that of the application";
        return Err(No::Refused(OAuthError::new(Code::InvalidClientMetadata, words)));
    }
    let read = metadata::read(sent, terms).map_err(No::Refused)?;
    let registration = kept(&client.registration, read);
    addresses::check(&ground.documents, realm.at, &registration).await.map_err(No::Refused)?;
    let needs_secret = needs_another(client.registration.method, registration.method);
    let changed = Client { registration, ..client.clone() };
    let (sealer, context) = (&ground.sealer, &realm.by_client(&client.id));
    let replaced = ground.database.write(realm.at, async |work: &mut Work| {
        update(work, client, &changed.registration, context).await.map_err(senseless)?;
        let secret = match needs_secret {
            true => change_secret(work, sealer, &changed, (Lifetime::ZERO, context)).await,
            false => Ok(None),
        };
        let (secret, token) = (secret.map_err(senseless)?, work.secret());
        work.change_management(&client.id, &token.hash()).await?;
        Ok(Told { client: changed.clone(), secret, token })
    });
    replaced.await
}

/// What an administrator decided stays.
fn kept(old: &Registration, new: Registration) -> Registration {
    Registration {
        origin: old.origin,
        party: old.party,
        profile: old.profile,
        challenge: old.challenge,
        rotation: old.rotation,
        second_factor: old.second_factor,
        resources: old.resources.clone(),
        default_resource: old.default_resource.clone(),
        access_token_algorithm: old.access_token_algorithm,
        access_token_seconds: old.access_token_seconds,
        id_token_seconds: old.id_token_seconds,
        refresh_token_seconds: old.refresh_token_seconds,
        request_uris: old.request_uris.clone(),
        ..new
    }
}

/// One that is sealed cannot be made of one that is hashed.
const fn needs_another(old: Method, new: Method) -> bool {
    let is_sealed = matches!(new, Method::ClientSecretJwt);
    has_secret(new) && (!has_secret(old) || (is_sealed && !matches!(old, Method::ClientSecretJwt)))
}

/// RFC 7592 §2.3
pub async fn remove<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    client: &Client,
) -> Result<(), No<OAuthError>> {
    let context = &realm.by_client(&client.id);
    let removed = ground
        .database
        .write(realm.at, async |work: &mut Work| Ok(delete(work, &client.id, context).await?));
    removed.await.map(drop)
}
