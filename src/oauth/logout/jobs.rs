//! Telling an application that a session is over (Back-Channel §2.5): again and again until it has heard, with a new
//! token each time (P-061).

use super::model::SignOns;
use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, SessionId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::time::Lifetime;
use crate::oauth::clients::model::{Client, Clients};
use crate::oauth::ground::RequestMoment;
use crate::oauth::realm::Realm;
use crate::oauth::subject::Subjects;
use crate::oauth::token::issue::Minter;
use crate::platform::jobs::{Job, Jobs};
use crate::platform::outbound::{Outbound, Request};
use crate::platform::sealing::Sealer;
use crate::platform::storage::{Database, Work};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub const KIND: &str = "logout.tell";
const LOGOUT_TOKEN: &str = "logout+jwt";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Long enough for one delivery.
const LIFETIME: Lifetime = Lifetime::minutes(2);

/// Whom to tell about what; ids alone.
#[derive(Debug, Serialize, Deserialize)]
struct Telling {
    client: String,
    session: String,
    user: String,
}

/// In the commit in which the session ends.
pub async fn enqueue(work: &mut Work, session: &SessionId, user: &UserId) -> Result<(), Failure> {
    for (client, registration) in work.reached_by(session).await? {
        if registration.logout.backchannel_logout_uri.is_none() {
            continue;
        }
        let telling = Telling {
            client: client.to_string(),
            session: session.to_string(),
            user: user.to_string(),
        };
        let body = serde_json::to_string(&telling)
            .map_err(|e| Failure::broken("a job has no JSON form").because(e))?;
        let now = work.now();
        work.enqueue(KIND, &body, now).await?;
    }
    Ok(())
}

/// With what applications are told.
pub struct Ground<'a, M, O> {
    pub database: &'a Database,
    pub sealer: &'a Sealer,
    pub subjects: &'a Subjects,
    pub minter: &'a M,
    pub outbound: &'a O,
}

/// One try. What the address answers is nobody's business but the log's (V-085).
pub async fn tell<M: Minter, O: Outbound>(
    ground: &Ground<'_, M, O>,
    realm: &Realm,
    mut moment: RequestMoment,
    job: &Job,
) -> Result<(), Failure> {
    let unreadable = || Failure::broken(format!("the job {} makes no sense", job.id));
    let telling: Telling = serde_json::from_str(&job.body).map_err(|e| unreadable().because(e))?;
    let client = ClientId::parse(&telling.client).ok_or_else(unreadable)?;
    let user = UserId::parse(&telling.user).ok_or_else(unreadable)?;
    let find = async |work: &mut Work| work.client(&client).await;
    let found = ground.database.read(realm.at, find).await?;
    let client = found.map(|found| found.client).filter(Client::is_enabled);
    // Gone, or it does not want to be told any more.
    let Some(client) = client else { return Ok(()) };
    let Some(uri) = &client.registration.logout.backchannel_logout_uri else { return Ok(()) };
    let keys = (ground.database, ground.sealer);
    let subject = ground.subjects.of(keys, realm.at, (&client, &user)).await?;
    let claims = claims(realm, (&client, &subject), &telling.session, &mut moment);
    let algorithm = client.registration.id_token_algorithm;
    let token = ground.minter.mint(realm, algorithm, LOGOUT_TOKEN, &claims).await?;
    let request = Request::post_form(uri.as_str(), [("logout_token", token.as_str())], "*/*");
    match ground.outbound.send(request).await {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => Err(Failure::unavailable(format!(
            "{} answered {} when told that a session is over",
            client.id, answer.status
        ))),
        Err(refusal) => Err(Failure::unavailable(format!(
            "{} could not be told that a session is over",
            client.id
        ))
        .because(refusal)),
    }
}

/// Back-Channel §2.4. There is no nonce, so it never passes for an ID token.
fn claims(
    realm: &Realm,
    (client, subject): (&Client, &str),
    session: &str,
    moment: &mut impl Moment,
) -> Map<String, Value> {
    let now = realm.now();
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(realm.issuer));
    claims.insert("aud".into(), json!(client.id.as_str()));
    claims.insert("sub".into(), json!(subject));
    claims.insert("sid".into(), json!(session));
    claims.insert("iat".into(), json!(now.seconds()));
    claims.insert("exp".into(), json!(now.plus(LIFETIME).seconds()));
    claims.insert("jti".into(), json!(BASE64URL_NOPAD.encode(&moment.random::<16>())));
    claims.insert("events".into(), json!({ EVENT: {} }));
    claims
}
