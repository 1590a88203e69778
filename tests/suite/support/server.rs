//! A whole server in this process: its own database, a clock that stands still, seeded randomness, a free
//! port, and no background work but what a test asks for.

use super::ambient::{Seeded, TestClock, ambient};
use super::browser::Browser;
use super::database::{Engine, Kept, fresh};
use super::logs::Logs;
use super::relying_party::RelyingParty;
use serde::Serialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use vestibule::admin::tenants::{NewTenant, create};
use vestibule::app::{self, Doors, House, More, Rhythm, Role, Serving, Start};
use vestibule::config::{Settings, Sources, load};
use vestibule::dev::pages;
use vestibule::events::Context;
use vestibule::kernel::moment::Ambient;
use vestibule::kernel::time::Timestamp;
use vestibule::kernel::uri::Host;
use vestibule::keys::model::Algorithm;
use vestibule::platform::ambient::system;
use vestibule::platform::storage::At;
use vestibule::platform::web::hosts::Place;
use vestibule::tenants::model::{Slug, Tenant};

/// 32 bytes that everybody knows, and that no log may show.
pub const MASTER_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

pub struct TestServer {
    pub clock: TestClock,
    pub address: SocketAddr,
    pub logs: Logs,
    pub database_url: String,
    serving: Option<Serving>,
    canaries: Vec<String>,
    may_fail: bool,
    /// A second node has the database of the first.
    _kept: Option<Kept>,
}

/// What a test wants to be different.
pub struct Wanted {
    engine: Engine,
    place: Place,
    rhythm: Rhythm,
    settings: Vec<(String, String)>,
    /// The database and the clock of another node.
    shared: Option<(String, TestClock)>,
}

impl TestServer {
    /// In production, on plain HTTP under `http://localhost:PORT`, with ES256 keys alone: an RSA key takes a
    /// moment to make.
    pub async fn start(engine: Engine) -> Self {
        Self::wanted(engine).start().await
    }

    pub fn wanted(engine: Engine) -> Wanted {
        let settings = vec![("jwt.algorithms".into(), "ES256".into())];
        let (place, rhythm) = (Place::Production, Rhythm::ByHand);
        Wanted { engine, place, rhythm, settings, shared: None }
    }

    /// A second node on the same database, which is to be PostgreSQL.
    pub async fn beside(&self) -> Self {
        let shared = Some((self.database_url.clone(), self.clock.clone()));
        Wanted { shared, ..Self::wanted(Engine::Postgres) }.start().await
    }

    /// As a real browser calls it.
    pub fn home(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// By the name of its public URL.
    pub fn browser(&self) -> Browser {
        self.browser_at(self.house().directory.public_url().host().as_str())
    }

    /// By another name, as if that one led here too.
    pub fn browser_at(&self, host: &str) -> Browser {
        Browser::new(self.address, host)
    }

    pub fn relying_party(&self, tenant: &Tenant) -> RelyingParty {
        let issuer = self.issuer(tenant);
        let host = issuer.split('/').nth(2).unwrap().to_owned();
        RelyingParty::new(self.browser_at(&host), issuer)
    }

    pub fn issuer(&self, tenant: &Tenant) -> String {
        tenant.issuer(self.house().directory.public_url())
    }

    pub fn serving(&self) -> &Serving {
        self.serving.as_ref().unwrap()
    }

    pub fn house(&self) -> &Arc<House> {
        &self.serving().house
    }

    /// As the server has it: on PostgreSQL a little beside `clock`, but it moves with it.
    pub fn now(&self) -> Timestamp {
        self.house().at().now
    }

    pub fn at(&self, tenant: &Tenant) -> At {
        At { tenant: tenant.id, now: self.now() }
    }

    pub fn context(&self) -> Context {
        self.house().context(&Role::Server)
    }

    /// What would happen by itself, once.
    pub async fn turn(&self, task: &str) {
        self.serving().turn(task).await.unwrap();
    }

    pub fn default_tenant(&self) -> Arc<Tenant> {
        self.house().directory.get(self.house().platform).unwrap()
    }

    /// Made as `vestibule tenant create` makes it, and seen.
    pub async fn tenant(&self, slug: &str, hosts: &[&str]) -> Arc<Tenant> {
        let house = self.house();
        let wanted = NewTenant {
            slug: Slug::parse(slug).unwrap(),
            name: format!("Organisation {slug}"),
            hosts: hosts.iter().map(|host| Host::parse(host, "http").unwrap()).collect(),
        };
        let policy = app::policy(&house.settings.load().jwt);
        let made = create(&house.making, &house.ambient, &wanted, &policy, &self.context()).await;
        self.turn("refresh").await;
        house.directory.get(made.unwrap().id).unwrap()
    }

    /// A token of this tenant, as the server signs it now.
    pub fn token(&self, tenant: &Tenant, algorithm: Algorithm, claims: &impl Serialize) -> String {
        let signer = self.house().ring.signer(tenant.id, algorithm, self.now()).unwrap();
        signer.sign("at+jwt", claims).unwrap()
    }

    /// Another node of the same installation: the same database, name and clock, and ids of its own.
    pub async fn second_node(&self) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (clock, settings) =
            (self.clock.clone(), Settings::clone(&self.house().settings.load()));
        let ambient = Ambient { clock: Arc::new(clock.clone()), chance: Arc::new(Seeded::new(2)) };
        let start = Start {
            doors: Doors { public: vec![listener], operations: None },
            rhythm: Rhythm::ByHand,
            ambient,
            place: Place::Production,
            said_in: None,
            metrics: None,
            more: more(Place::Production),
        };
        Self {
            clock,
            address,
            logs: Logs::listen(),
            database_url: self.database_url.clone(),
            serving: Some(app::serve(settings, start).await.unwrap()),
            canaries: self.canaries.clone(),
            may_fail: self.may_fail,
            _kept: None,
        }
    }

    /// From here on no log may show it.
    pub fn plant(&mut self, canary: impl Into<String>) {
        self.canaries.push(canary.into());
    }

    /// From here on it logs errors: what it stands on was taken away.
    pub fn expect_failures(&mut self) {
        self.may_fail = true;
    }

    /// As SIGTERM ends it.
    pub async fn end(mut self) {
        self.serving.take().unwrap().end().await.unwrap();
    }
}

/// House rule 8.10.
impl Drop for TestServer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let errors = if self.may_fail { Vec::new() } else { self.logs.errors() };
        assert_eq!(errors, Vec::<String>::new(), "an error was logged");
        let canaries: Vec<&str> = self.canaries.iter().map(String::as_str).collect();
        assert_eq!(self.logs.lines_with(&canaries), Vec::<String>::new(), "a secret was logged");
    }
}

impl Wanted {
    /// A key of the configuration, by its full name.
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.into(), value.into()));
        self
    }

    /// As `vestibule dev`, with its pages.
    pub fn in_development(mut self) -> Self {
        self.place = Place::Development;
        self
    }

    /// By the clock on the wall, and with its background work: for what other programs do beside it.
    pub fn in_real_time(mut self) -> Self {
        self.rhythm = Rhythm::ByItself;
        self
    }

    pub async fn start(self) -> TestServer {
        let logs = Logs::listen();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (database_url, kept) = if let Some((url, _)) = &self.shared {
            (url.clone(), None)
        } else {
            let (database, kept) = fresh(self.engine).await;
            (database.url, Some(kept))
        };
        let (ambient, clock) = self.ambient();
        let start = Start {
            doors: Doors { public: vec![listener], operations: None },
            rhythm: self.rhythm,
            ambient,
            place: self.place,
            said_in: Some("vestibule.toml:3".into()),
            metrics: None,
            more: more(self.place),
        };
        let settings = self.settings(address, &database_url);
        let serving = app::serve(settings, start).await.unwrap();
        TestServer {
            clock,
            address,
            logs,
            database_url,
            serving: Some(serving),
            canaries: vec![MASTER_KEY.to_owned()],
            may_fail: false,
            _kept: kept,
        }
    }

    fn ambient(&self) -> (Ambient, TestClock) {
        let (mut ambient, mut clock) = ambient();
        if let Some((_, shared)) = &self.shared {
            clock = shared.clone();
            ambient.clock = Arc::new(clock.clone());
            ambient.chance = Arc::new(Seeded::new(2));
        } else if self.engine == Engine::Postgres {
            // That database has a clock of its own, and a node far from it is not ready (D-16).
            clock = TestClock::at(system().now());
            ambient.clock = Arc::new(clock.clone());
        }
        if self.rhythm == Rhythm::ByItself {
            ambient.clock = system().clock;
        }
        (ambient, clock)
    }

    fn settings(self, address: SocketAddr, database: &str) -> Settings {
        let mut flags = vec![
            ("server.public_url".to_owned(), format!("http://localhost:{}", address.port())),
            ("database.url".into(), database.into()),
            ("database.max_connections".into(), "4".into()),
            ("encryption.master_key".into(), MASTER_KEY.into()),
            ("password.hash.memory_kib".into(), "64".into()),
            ("password.hash.iterations".into(), "1".into()),
        ];
        flags.extend(self.settings);
        let sources = Sources { flags, ..Sources::default() };
        load(&sources).unwrap_or_else(|problems| panic!("{problems}")).settings
    }
}

fn more(place: Place) -> More {
    match place {
        Place::Production => Box::new(|_: &House| axum::Router::new()),
        Place::Development => Box::new(|house: &House| {
            pages::routes(pages::Setting {
                making: house.making.clone(),
                ambient: house.ambient.clone(),
                public_url: house.directory.public_url().clone(),
                operations_url: None,
                config_file: ".vestibule-dev/vestibule.toml".into(),
                database: house.database.engine_name(),
                apps: None,
            })
        }),
    }
}
