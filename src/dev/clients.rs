//! The applications of the demo, as the server knows them, and their credentials, as they know themselves.
//!
//! The credentials stand in a file of the data folder, so that they outlast a restart; where the applications
//! live is registered anew at each start, because the ports are chosen then.

use super::apps::machine::SCOPE;
use super::apps::model::Which;
use crate::events::model::{Context, Event, Events, Name};
use crate::kernel::failure::{Failure, No};
use crate::kernel::ids::ClientId;
use crate::kernel::moment::Chance;
use crate::kernel::secret::Secret;
use crate::keys::own::OwnKey;
use crate::oauth::clients::model::{
    Clients, Kind, Logout, Method, RedirectUri, Registration, Senseless,
};
use crate::oauth::clients::register;
use crate::oauth::model::{GrantType, Scope};
use crate::platform::sealing::Sealer;
use crate::platform::storage::{At, Database, Work};
use serde_json::{Map, Value, json};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

/// Where each of them lives.
pub struct Homes {
    pub photos: String,
    pub notes: String,
    pub api: String,
    /// Of the provider "Example accounts".
    pub example: String,
}

/// One client with all that it has.
pub struct DemoClient {
    pub id: ClientId,
    pub registration: Registration,
    pub secret: Option<Secret>,
    pub key: Option<Arc<OwnKey>>,
}

pub struct Demo {
    pub homes: Homes,
    pub photos: DemoClient,
    pub notes: DemoClient,
    pub machine: DemoClient,
    pub api: DemoClient,
    /// With which "Example accounts" signs.
    pub example: Arc<OwnKey>,
}

impl Demo {
    pub fn all(&self) -> [&DemoClient; 4] {
        [&self.photos, &self.notes, &self.machine, &self.api]
    }
}

/// What registering takes.
pub struct Office<'a> {
    pub database: &'a Database,
    pub sealer: &'a Sealer,
    pub chance: &'a dyn Chance,
    pub at: At,
    pub context: Context,
}

impl Office<'_> {
    pub async fn open(&self, homes: Homes, file: &Path) -> Result<Demo, Failure> {
        let mut kept = read(file)?;
        let demo = Demo {
            photos: self.client("photos", photos(&homes.photos)?, &mut kept).await?,
            notes: self.client("notes", notes(&homes.notes)?, &mut kept).await?,
            machine: self.client("machine", machine(&homes.api)?, &mut kept).await?,
            api: self.client("api", api(&homes.api), &mut kept).await?,
            example: self.example(&mut kept)?,
            homes,
        };
        write(file, &kept)?;
        Ok(demo)
    }

    /// The key of "Example accounts" outlasts a restart, so that the server need not ask for another.
    fn example(&self, kept: &mut Map<String, Value>) -> Result<Arc<OwnKey>, Failure> {
        let known = kept.get("example").and_then(|known| known.get("private_jwk"));
        let key = match known.and_then(OwnKey::read) {
            Some(key) => key,
            None => OwnKey::fresh(self.chance)?,
        };
        kept.insert("example".into(), json!({ "private_jwk": key.private_jwk() }));
        Ok(Arc::new(key))
    }

    async fn client(
        &self,
        name: &str,
        mut registration: Registration,
        kept: &mut Map<String, Value>,
    ) -> Result<DemoClient, Failure> {
        let known = kept.get(name);
        let member = |member: &str| known.and_then(|known| known.get(member));
        let text = |name: &str| member(name).and_then(Value::as_str);
        let key = match registration.method {
            Method::PrivateKeyJwt => match member("private_jwk").and_then(OwnKey::read) {
                Some(key) => Some(key),
                None => Some(OwnKey::fresh(self.chance)?),
            },
            _ => None,
        };
        let key = key.map(Arc::new);
        registration.jwks = key.as_ref().map(|key| key.public_set());
        let secret = text("client_secret").map(Secret::new);
        let id = text("client_id").and_then(ClientId::parse);
        let known = match id {
            Some(id) => self.keep(&id, &registration).await?.then_some(id),
            None => None,
        };
        let (id, secret) = match known {
            Some(id) => (id, secret),
            None => self.register(&registration).await?,
        };
        kept.insert(
            name.into(),
            json!({
                "client_id": id.as_str(),
                "client_secret": secret.as_ref().map(Secret::reveal),
                "private_jwk": key.as_ref().map(|key| key.private_jwk()),
            }),
        );
        Ok(DemoClient { id, registration, secret, key })
    }

    /// Whether the database knows it; then it lives where it lives now.
    async fn keep(&self, id: &ClientId, registration: &Registration) -> Result<bool, Failure> {
        let kept = self.database.write(self.at, async |work: &mut Work| {
            let Some(known) = work.client(id).await? else { return Ok(false) };
            if known.client.registration == *registration {
                return Ok(true);
            }
            work.register_anew(id, registration).await?;
            let changed = vec![Name::new("redirect_uris"), Name::new("logout")];
            work.record(&Event::ClientUpdated { client: id.clone(), changed }, &self.context);
            Ok(true)
        });
        crate::kernel::failure::unrefused(kept.await)
    }

    async fn register(
        &self,
        registration: &Registration,
    ) -> Result<(ClientId, Option<Secret>), Failure> {
        let made: Result<_, No<Senseless>> = self
            .database
            .write(self.at, async |work: &mut Work| {
                register(work, self.sealer, registration.clone(), &self.context).await
            })
            .await;
        match made {
            Ok((client, secret)) => Ok((client.id, secret)),
            Err(No::Refused(senseless)) => Err(Failure::broken(senseless.to_string())),
            Err(No::Failed(failure)) => Err(failure),
        }
    }
}

fn scope(text: &str) -> Result<Scope, Failure> {
    Scope::parse(text).map_err(|e| Failure::broken(e.to_string()))
}

fn address(home: &str, path: &str) -> Result<RedirectUri, Failure> {
    let uri = RedirectUri::parse(&format!("{home}{path}"), Kind::Confidential);
    uri.map_err(|e| Failure::broken(e.to_string()))
}

fn logout(home: &str) -> Result<Logout, Failure> {
    Ok(Logout {
        post_logout_redirect_uris: vec![address(home, "/signed-out")?],
        backchannel_logout_uri: Some(address(home, "/backchannel-logout")?),
        backchannel_logout_session_required: true,
        ..Logout::default()
    })
}

fn photos(home: &str) -> Result<Registration, Failure> {
    Ok(Registration {
        name: Which::Photos.name().into(),
        kind: Kind::Confidential,
        method: Method::PrivateKeyJwt,
        redirect_uris: vec![address(home, "/callback")?],
        logout: logout(home)?,
        grants: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scope: scope("openid profile email offline_access")?,
        default_scope: scope("openid")?,
        ..Registration::default()
    })
}

fn notes(home: &str) -> Result<Registration, Failure> {
    Ok(Registration {
        name: Which::Notes.name().into(),
        kind: Kind::Public,
        method: Method::None,
        ..photos(home)?
    })
}

fn machine(api: &str) -> Result<Registration, Failure> {
    Ok(Registration {
        name: "Picture machine".into(),
        kind: Kind::Machine,
        grants: vec![GrantType::ClientCredentials],
        scope: scope(SCOPE)?,
        default_scope: scope(SCOPE)?,
        resources: vec![api.to_owned()],
        default_resource: Some(api.to_owned()),
        ..Registration::default()
    })
}

fn api(home: &str) -> Registration {
    Registration {
        name: "Pictures API".into(),
        kind: Kind::ResourceServer,
        grants: Vec::new(),
        resources: vec![home.to_owned()],
        default_resource: Some(home.to_owned()),
        ..Registration::default()
    }
}

fn read(file: &Path) -> Result<Map<String, Value>, Failure> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).unwrap_or_default()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Map::new()),
        Err(error) => Err(unusable(file, error)),
    }
}

fn write(file: &Path, kept: &Map<String, Value>) -> Result<(), Failure> {
    let mut open = OpenOptions::new();
    open.write(true).create(true).truncate(true).mode(0o600);
    let mut opened = open.open(file).map_err(|e| unusable(file, e))?;
    let text = format!("{:#}\n", Value::Object(kept.clone()));
    opened.write_all(text.as_bytes()).map_err(|e| unusable(file, e))
}

fn unusable(file: &Path, error: std::io::Error) -> Failure {
    Failure::unavailable(format!("cannot use {}", file.display())).because(error)
}
