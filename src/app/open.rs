//! Opening the house: database, master key, migrations, the default tenant, keys; in an order in which a
//! refusal has changed nothing.

use super::settings;
use crate::accounts::factors::password::Passwords;
use crate::admin;
use crate::config::{Migrate, Settings};
use crate::events::link::{Reach, link};
use crate::events::{Actor, Context};
use crate::kernel::failure::{Failure, FailureKind};
use crate::kernel::ids::{NodeId, TenantId};
use crate::kernel::moment::Ambient;
use crate::kernel::time::Lifetime;
use crate::kernel::uri::Origin;
use crate::keys::http::PublishedKeys;
use crate::keys::ring::KeyRing;
use crate::keys::rotate::KeyMaking;
use crate::oauth::clients::known::KnownClients;
use crate::oauth::discovery::http::PublishedMetadata;
use crate::oauth::logos::fetch::DRAWING;
use crate::platform::jobs::rest;
use crate::platform::outbound::{Client, SystemLookup};
use crate::platform::sealing::{MasterKey, Sealer};
use crate::platform::storage::clock::FollowingClock;
use crate::platform::storage::migrate::status;
use crate::platform::storage::revisions::Seen;
use crate::platform::storage::{At, Database, Place, nodes};
use crate::platform::workers::{Pool, Size};
use crate::tenants::directory::Directory;
use crate::tenants::model::Tenant;
use arc_swap::ArcSwap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// All parts, put together. A server serves it; a command works on it for a moment.
pub struct House {
    pub settings: ArcSwap<Settings>,
    pub ambient: Ambient,
    pub clock: FollowingClock,
    pub node: NodeId,
    pub database: Database,
    pub sealer: Sealer,
    pub making: KeyMaking,
    /// The default tenant, to which the platform's own work is booked.
    pub platform: TenantId,
    pub directory: Arc<Directory>,
    pub ring: Arc<KeyRing>,
    pub keys: Arc<PublishedKeys>,
    pub metadata: Arc<PublishedMetadata>,
    pub clients: Arc<KnownClients>,
    pub outbound: Arc<Client>,
    pub passwords: Passwords,
    /// Where pictures are read.
    pub drawing: Pool,
    pub(super) rooms: ArcSwap<super::refresh::Rooms>,
    pub(super) seen: Mutex<Seen>,
}

/// For what it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Alone on a SQLite file; migrates if the settings say so.
    Server,
    /// Beside a running server, on a database that is up to date.
    Command { user: String },
}

impl House {
    pub async fn open(settings: Settings, ambient: Ambient, role: &Role) -> Result<Self, Failure> {
        let public_url = public_url(&settings)?;
        let outbound = outbound(&settings)?;
        let place = settings::place(&settings.database);
        let node = NodeId::new(&mut ambient.clone());
        let database = open_database(&place, &ambient, role).await?;
        let (sealer, clock) =
            prepare(&database, &settings, &ambient, (role, node.as_str())).await?;
        let ambient = Ambient { clock: Arc::new(clock.clone()), chance: ambient.chance };
        let making = KeyMaking {
            database: database.clone(),
            sealer: sealer.clone(),
            chance: Arc::clone(&ambient.chance),
            pool: Pool::new("keygen", KEYGEN)?,
        };
        let platform = default_tenant(&making, &ambient, &settings, actor(role, &node)).await?;
        let ring = Arc::new(KeyRing::new());
        let house = Self {
            directory: Arc::new(Directory::new(public_url)),
            keys: Arc::new(PublishedKeys::new(Arc::clone(&ring))),
            metadata: Arc::default(),
            clients: Arc::default(),
            settings: ArcSwap::from_pointee(settings),
            rooms: ArcSwap::default(),
            seen: Mutex::default(),
            ambient,
            clock,
            node,
            database,
            sealer,
            making,
            platform: platform.id,
            ring,
            outbound,
            passwords: Passwords::new()?,
            drawing: Pool::new("drawing", DRAWING)?,
        };
        house.catch_up(role).await?;
        Ok(house)
    }

    /// Before it serves: what the schedule asks for after a night's sleep, and what was not linked.
    async fn catch_up(&self, role: &Role) -> Result<(), Failure> {
        match (role, self.follow().await?) {
            // A command may be what mends a tenant; a server must not serve it as it is.
            (Role::Command { .. }, _) => return Ok(()),
            (Role::Server, Some(unread)) => return Err(unread),
            (Role::Server, None) => {}
        }
        self.rotate_keys().await?;
        link(&self.database, self.at(), self.node.as_str(), Reach::Wide).await?;
        nodes::report(&self.database, self.at(), self.node.as_str()).await?;
        self.refresh().await
    }

    /// Now, as the platform.
    pub fn at(&self) -> At {
        At { tenant: self.platform, now: self.ambient.now() }
    }

    pub fn context(&self, role: &Role) -> Context {
        Context::of(actor(role, &self.node))
    }
}

async fn default_tenant(
    making: &KeyMaking,
    ambient: &Ambient,
    settings: &Settings,
    actor: Actor,
) -> Result<Tenant, Failure> {
    let (context, policy) = (Context::of(actor), settings::policy(&settings.jwt));
    admin::tenants::ensure_default(making, ambient, &policy, &context).await
}

/// RSA keys are rare and slow: one at a time, and whoever needs one waits.
const KEYGEN: Size = Size { threads: 1, queue: 64, patience: Duration::from_mins(2) };

fn actor(role: &Role, node: &NodeId) -> Actor {
    match role {
        Role::Server => Actor::System { node: node.clone() },
        Role::Command { user } => Actor::Cli { user: user.as_str().into() },
    }
}

fn outbound(settings: &Settings) -> Result<Arc<Client>, Failure> {
    Client::new(&settings::outbound(settings), Arc::new(SystemLookup)).map(Arc::new)
}

fn public_url(settings: &Settings) -> Result<Origin, Failure> {
    let missing = "server.public_url is required, and nothing sets it";
    settings.server.public_url.clone().ok_or_else(|| Failure::broken(missing))
}

async fn open_database(place: &Place, ambient: &Ambient, role: &Role) -> Result<Database, Failure> {
    let file: Option<PathBuf> = place.file();
    if let Some(file) = &file {
        if *role != Role::Server && !file.exists() {
            return Err(Failure::unavailable(format!(
                "there is no database at {}; start the server once, or run: vestibule migrate up",
                file.display()
            )));
        }
        make_folder(file)?;
    }
    let database = Database::connect(place, Arc::clone(&ambient.chance)).await?;
    let database = database.with_listeners(super::LISTENERS);
    if *role == Role::Server {
        database.claim()?;
    }
    Ok(database)
}

fn make_folder(file: &std::path::Path) -> Result<(), Failure> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|e| {
        Failure::unavailable(format!("cannot make the folder {}", folder.display())).because(e)
    })
}

/// The master key is proven before anything is migrated, and noted before anything is sealed.
async fn prepare(
    database: &Database,
    settings: &Settings,
    ambient: &Ambient,
    (role, holder): (&Role, &str),
) -> Result<(Sealer, FollowingClock), Failure> {
    let place = settings::place(&settings.database);
    let at = At { tenant: TenantId::PLATFORM, now: ambient.now() };
    let found = status(&place).await?;
    found.check()?;
    let sealed_by = match found.steps.iter().any(|step| step.version == SEALING && step.is_applied)
    {
        true => MasterKey::of_database(database, at).await?,
        false => None,
    };
    let origin = settings::master_key(settings);
    let key = MasterKey::obtain(&origin, sealed_by.as_deref(), &*ambient.chance)?;
    let missing = found.pending().count();
    match settings.database.migrate() {
        _ if missing == 0 => {}
        Migrate::Auto if *role == Role::Server => {
            in_turn(database, &place, ambient, holder).await?;
        }
        Migrate::Off => {}
        _ => return Err(behind(missing)),
    }
    key.claim(database, at).await?;
    let clock = FollowingClock::new(Arc::clone(&ambient.clock));
    clock.follow(database, at).await?;
    Ok((Sealer::new(key), clock))
}

/// Nodes that start at once migrate one after the other, and whoever comes second finds it done. A node that
/// died while it migrated holds its lease a little longer (INV-38).
async fn in_turn(
    database: &Database,
    place: &Place,
    ambient: &Ambient,
    holder: &str,
) -> Result<(), Failure> {
    let began = ambient.now();
    loop {
        let at = At { tenant: TenantId::PLATFORM, now: ambient.now() };
        match database.migrate(place, at, holder).await {
            Err(failure)
                if failure.kind == FailureKind::Repeat
                    && at.now < began.plus(MIGRATION_PATIENCE) =>
            {
                tracing::info!("another node migrates the database; waiting for it");
                rest(Lifetime::seconds(1)).await;
            }
            done => return done,
        }
    }
}

/// Three times as long as the lease of a node that died.
const MIGRATION_PATIENCE: Lifetime = Lifetime::seconds(30);

/// The migration that makes the table in which the master key is noted.
const SEALING: i64 = 2;

fn behind(missing: usize) -> Failure {
    Failure::broken(format!(
        "the database lacks {missing} migrations; run: vestibule migrate up   (or set database.migrate = \"auto\")"
    ))
    .of_kind(FailureKind::Unavailable)
}

/// `vestibule migrate up`: the same order, and nothing else.
pub async fn migrate(settings: &Settings, ambient: Ambient) -> Result<(), Failure> {
    let automatic = Settings {
        database: crate::config::Database {
            migrate: Some(Migrate::Auto),
            ..settings.database.clone()
        },
        ..settings.clone()
    };
    let place = settings::place(&settings.database);
    if let Some(file) = place.file() {
        make_folder(&file)?;
    }
    let database = Database::connect(&place, Arc::clone(&ambient.chance)).await?;
    let holder = NodeId::new(&mut ambient.clone());
    prepare(&database, &automatic, &ambient, (&Role::Server, holder.as_str())).await?;
    database.close().await;
    Ok(())
}
