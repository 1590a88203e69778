//! Signing out, asked for by an application (RP-Logout), and telling the others (Back-Channel, Front-Channel).
//!
//! ```text
//! end_session_endpoint   pages/    GET and POST; asks where the request does not prove itself
//!   ├ read, next         mod.rs    whose session, and where to afterwards
//!   └ sessions::end                one commit
//!       └ listener       ../listen.rs   grants end, and a job per application  ─ jobs.rs tells it
//! ```

pub mod jobs;
pub mod model;
pub mod pages;
mod store;

pub(crate) use store::STATEMENTS;

use super::clients::model::{Client, Clients, Registered};
use super::ground::Ground;
use super::parameters::Parameters;
use super::realm::Realm;
use super::token::issue::ID_TOKEN;
use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::keys::past::read_past;
use crate::platform::storage::Work;
use crate::sessions::model::Session;
use model::{Asked, Destination, Hint, Hinted, Next};

/// What was asked, by a client that is known, if it says which one it is.
pub async fn read<M, P>(
    ground: &Ground<M, P>,
    realm: &Realm,
    parameters: &Parameters,
) -> Result<Asked, Failure> {
    let read = async |work: &mut Work| {
        let hinted = hinted(work, realm, parameters.get("id_token_hint")).await?;
        let named = parameters.get("client_id").map(ClientId::parse);
        let client = match (&hinted, &named) {
            (Hinted::Right(hint), Some(named)) if named.as_ref() != Some(&hint.client) => None,
            (Hinted::Right(hint), _) => known(work, &hint.client).await?,
            (Hinted::Absent, Some(Some(named))) => known(work, named).await?,
            (Hinted::Wrong | Hinted::Absent, _) => None,
        };
        // A hint of another client than the one that is named proves nothing (P-057).
        let hinted = match (hinted, &client) {
            (Hinted::Right(_), None) => Hinted::Wrong,
            (hinted, _) => hinted,
        };
        let destination = client.as_ref().and_then(|client| destination(client, parameters));
        Ok(Asked { hinted, client, destination })
    };
    ground.database.read(realm.at, read).await
}

async fn known(work: &mut Work, id: &ClientId) -> Result<Option<Client>, Failure> {
    let found = work.client(id).await?.map(|Registered { client, .. }| client);
    Ok(found.filter(Client::is_enabled))
}

/// It may be over, and its key gone from the key set; all else must be as we write it.
async fn hinted(work: &mut Work, realm: &Realm, token: Option<&str>) -> Result<Hinted, Failure> {
    let Some(token) = token else { return Ok(Hinted::Absent) };
    let claims = read_past(work, token, ID_TOKEN).await?;
    let hint = claims.filter(|claims| claims.contains_key("exp"));
    let hint = hint.and_then(|claims| {
        let text = |name: &str| claims.get(name)?.as_str();
        let is_ours = text("iss") == Some(realm.issuer.as_str());
        Some(Hint {
            client: ClientId::parse(text("aud")?).filter(|_| is_ours)?,
            subject: text("sub")?.to_owned(),
            session: text("sid").map(str::to_owned),
        })
    });
    Ok(hint.map_or(Hinted::Wrong, Hinted::Right))
}

/// Octet for octet as it was registered (P-059, A-145).
fn destination(client: &Client, parameters: &Parameters) -> Option<Destination> {
    let asked = parameters.get("post_logout_redirect_uri")?;
    let registered = &client.registration.logout.post_logout_redirect_uris;
    let known = registered.iter().any(|uri| uri.as_str() == asked);
    let state = parameters.get("state").map(str::to_owned);
    known.then(|| Destination { uri: asked.to_owned(), state })
}

/// `subject` is who the person at the browser is for the client of the hint.
pub fn next(asked: &Asked, session: Option<&Session>, subject: Option<&str>) -> Next {
    let Some(session) = session else { return Next::Over };
    match &asked.hinted {
        Hinted::Right(hint) if subject == Some(hint.subject.as_str()) => match &hint.session {
            // Another session of the same person is not this one to end (A-146).
            Some(sid) if sid != session.id.as_str() => Next::Ask,
            _ => Next::End,
        },
        _ => Next::Ask,
    }
}
