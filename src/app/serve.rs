//! A server: its doors, its tasks, and its end.

use super::open::{House, Role};
use super::people;
use super::protocol::protocol;
use super::settings;
use super::tasks::tasks;
use crate::config::{self, Settings};
use crate::kernel::failure::Failure;
use crate::kernel::moment::Ambient;
use crate::oauth::http::Protocol;
use crate::platform::jobs::Tasks;
use crate::platform::messages;
use crate::platform::telemetry::Metrics;
use crate::platform::web::assets;
use crate::platform::web::health::{self, Check, Health, Weight};
use crate::platform::web::hosts::{Hosts, Place};
use crate::platform::web::middleware::{Candour, Frame, WebSettings, surround};
use crate::platform::web::page::Shell;
use crate::platform::web::server::{Door, ServerSettings, listen, serve as attend};
use crate::platform::web::stop::{Stop, Stopping, stop};
use crate::platform::web::stopwatch::pause;
use crate::platform::web::tls::Certificates;
use crate::tenants::http::name_tenant;
use crate::{keys, oauth};
use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::Request;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower::Layer;
use tower::util::MapRequestLayer;

/// What a server is started with, besides its settings.
pub struct Start {
    pub doors: Doors,
    pub rhythm: Rhythm,
    pub ambient: Ambient,
    pub place: Place,
    /// The file and line that set the public URL, for whoever came to a wrong host.
    pub said_in: Option<Arc<str>>,
    pub metrics: Option<Metrics>,
    /// Pages that exist in development alone.
    pub more: More,
}

/// The listeners. They are claimed before anything else: a port in use is said while nothing has happened
/// yet, and whoever knocks meanwhile is answered when the house is open.
pub struct Doors {
    pub public: Vec<TcpListener>,
    pub operations: Option<TcpListener>,
}

/// How background work gets its turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// Each task in its own time.
    ByItself,
    /// None but those asked for by `Serving::turn`: where time stands still, nothing may happen by itself.
    ByHand,
}

/// Routes that need the open house.
pub type More = Box<dyn FnOnce(&House) -> Router + Send>;

/// For a server that has nothing beside what every server has.
pub fn nothing_more(_: &House) -> Router {
    Router::new()
}

/// A server that runs.
pub struct Serving {
    pub house: Arc<House>,
    pub addresses: Vec<SocketAddr>,
    pub ops_address: Option<SocketAddr>,
    pub web: Arc<ArcSwap<WebSettings>>,
    pub certificates: Option<Certificates>,
    tasks: Arc<Tasks>,
    stop: Stop,
    running: JoinSet<Result<(), Failure>>,
}

impl Doors {
    pub async fn claim(server: &config::Server) -> Result<Self, Failure> {
        let mut public = Vec::with_capacity(server.listen.len());
        for address in &server.listen {
            public.push(listen(*address, "server.listen").await?);
        }
        let operations = match server.ops_listen {
            Some(address) => Some(listen(address, "server.ops_listen").await?),
            None => None,
        };
        Ok(Self { public, operations })
    }
}

pub async fn serve(settings: Settings, start: Start) -> Result<Serving, Failure> {
    messages::prepare();
    let certificates = settings::tls(&settings).map(Certificates::read).transpose()?;
    let server = settings::server(&settings);
    let house = Arc::new(House::open(settings, start.ambient.clone(), &Role::Server).await?);
    let (stop, stopping) = stop();
    let issuer = house.directory.public_url().clone();
    let web = settings::web(&house.settings.load(), &issuer);
    let doors = &start.doors;
    let mut serving = Serving {
        addresses: doors.public.iter().filter_map(|l| l.local_addr().ok()).collect(),
        ops_address: doors.operations.as_ref().and_then(|l| l.local_addr().ok()),
        web: Arc::new(ArcSwap::from_pointee(web)),
        certificates,
        tasks: Arc::new(tasks(&house, start.metrics.clone())),
        house,
        stop,
        running: JoinSet::new(),
    };
    let protocol = protocol(&serving.house)?;
    if start.rhythm == Rhythm::ByItself {
        serving.begin_tasks(stopping.clone());
    }
    serving.open_doors((start, &protocol), server, &stopping);
    Ok(serving)
}

impl Serving {
    fn begin_tasks(&mut self, stopping: Stopping) {
        let tasks = Arc::clone(&self.tasks);
        self.running.spawn(async move {
            tasks.run(stopping).await;
            Ok(())
        });
    }

    fn open_doors(
        &mut self,
        (mut start, protocol): (Start, &Arc<Protocol>),
        server: ServerSettings,
        stopping: &Stopping,
    ) {
        let health = health(&self.house, stopping);
        if let (Some(listener), Some(metrics)) = (start.doors.operations.take(), &start.metrics) {
            let metrics = metrics.clone();
            let routes = health::operations_routes(&health, move || metrics.render());
            let router = surround(routes, self.frame(&start, None));
            let door = Door { listener, tls: None, router };
            self.running.spawn(attend(door, server, stopping.clone()));
        }
        let listeners = std::mem::take(&mut start.doors.public);
        let router = self.public(start, protocol, &health);
        for listener in listeners {
            let (tls, router) = (self.certificates.clone(), router.clone());
            self.running.spawn(attend(Door { listener, tls, router }, server, stopping.clone()));
        }
    }

    /// One more door, for what exists in development alone. It closes with the others.
    pub fn open_door(&mut self, listener: TcpListener, routes: Router) {
        let frame = Frame {
            ambient: self.house.ambient.clone(),
            settings: Arc::clone(&self.web),
            hosts: None,
            shell: Shell::new("Demo"),
            docs: Arc::from(""),
            candour: Candour::Causes,
        };
        let router = surround(routes.merge(assets::routes()), frame);
        let settings = settings::server(&self.house.settings.load());
        let door = Door { listener, tls: None, router };
        self.running.spawn(attend(door, settings, self.stop.stopping()));
    }

    /// One turn of one task, now.
    pub async fn turn(&self, task: &str) -> Result<(), Failure> {
        self.tasks.turn_of(task).await
    }

    /// The tenant is named before routing: one set of routes serves them all.
    fn public(&self, start: Start, protocol: &Arc<Protocol>, health: &Health) -> Router {
        let house = &self.house;
        let frame = self.frame(&start, Some(self.hosts(&start)));
        let routes = Router::new()
            .merge(health::public_routes(health))
            .merge(assets::routes())
            .merge(keys::http::routes(Arc::clone(&house.keys)))
            .merge(oauth::discovery::http::routes(&house.metadata))
            .merge(oauth::http::routes(protocol))
            .merge(people::pages(house, protocol))
            .merge((start.more)(house));
        let directory = Arc::clone(&house.directory);
        let named = MapRequestLayer::new(move |request: Request| name_tenant(&directory, request));
        Router::new().fallback_service(named.layer(surround(routes, frame)))
    }

    fn hosts(&self, start: &Start) -> Hosts {
        let directory = Arc::clone(&self.house.directory);
        Hosts {
            public: self.house.directory.public_url().clone(),
            said_in: start.said_in.clone(),
            is_ours: Arc::new(move |host| directory.is_ours(host)),
            place: start.place,
        }
    }

    fn frame(&self, start: &Start, hosts: Option<Hosts>) -> Frame {
        Frame {
            ambient: self.house.ambient.clone(),
            settings: Arc::clone(&self.web),
            hosts,
            shell: Shell::new("Vestibule"),
            docs: Arc::from(""),
            candour: match start.place {
                Place::Development => Candour::Causes,
                Place::Production => Candour::ReferenceOnly,
            },
        }
    }

    /// Readiness goes first, and after `server.shutdown_delay` the doors close; what is under way is finished, and the database last.
    pub async fn end(mut self) -> Result<(), Failure> {
        self.stop.announce();
        pause(self.house.settings.load().server.shutdown_delay.to_std()).await;
        self.stop.close();
        let mut ended = Ok(());
        while let Some(one) = self.running.join_next().await {
            ended = ended.and(one.map_err(|e| Failure::broken("a part ended badly").because(e))?);
        }
        if let Err(failure) = self.house.hand_over().await {
            tracing::warn!(%failure, "the last records are linked by the next node, or at the next start");
        }
        self.house.database.close().await;
        ended
    }

    /// Returns when a part has ended by itself, which none should.
    pub async fn broke(&mut self) -> Failure {
        match self.running.join_next().await {
            Some(Ok(Err(failure))) => failure,
            Some(Err(error)) => Failure::broken("a part of the server ended").because(error),
            Some(Ok(Ok(()))) | None => Failure::broken("a part of the server ended"),
        }
    }
}

fn health(house: &Arc<House>, stopping: &Stopping) -> Health {
    let (asked, clock, keyed) = (house.database.clone(), house.clock.clone(), Arc::clone(house));
    let database = Check::new("database", Weight::Required, move || {
        let database = asked.clone();
        async move { database.ping().await.map_err(|failure| failure.to_string()) }
    });
    let clock = Check::new("clock", Weight::Required, move || {
        let (is_right, offset) = (clock.is_tolerable(), clock.offset());
        async move { if is_right { Ok(()) } else { Err(format!("off by {offset}")) } }
    });
    let keys = Check::new("keys", Weight::Required, move || {
        let is_there = keyed.keys.document(keyed.platform).is_some();
        async move { if is_there { Ok(()) } else { Err("no signing key is loaded".into()) } }
    });
    Health {
        ready: Arc::new([database, clock, keys]),
        started: Arc::new([]),
        stopping: stopping.clone(),
    }
}
