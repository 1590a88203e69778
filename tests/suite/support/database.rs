//! A database for one test: a copy of one migrated template, on SQLite or PostgreSQL.

use super::ambient::{NOON, ambient};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use vestibule::kernel::ids::TenantId;
use vestibule::platform::storage::{At, Database, Place};

/// Where it is; kept until the test ends.
pub struct TestDatabase {
    pub database: Database,
    pub place: Place,
    pub engine: Engine,
    _folder: Option<TempDir>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The engines that can be reached here. What is left out is named, once for the whole run.
pub fn engines() -> Vec<Engine> {
    match postgres_url() {
        Some(_) => vec![Engine::Sqlite, Engine::Postgres],
        None => {
            static SAID: std::sync::Once = std::sync::Once::new();
            SAID.call_once(|| {
                use std::io::Write;
                let line = "skipped: everything on PostgreSQL, because VESTIBULE_TEST_POSTGRES_URL is not set\n";
                drop(std::io::stderr().write_all(line.as_bytes()));
            });
            vec![Engine::Sqlite]
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the tests' own switch")]
pub fn postgres_url() -> Option<String> {
    std::env::var("VESTIBULE_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

/// A tenant to work as, where none was made.
pub fn some_tenant() -> TenantId {
    TenantId::parse("ten_00000001").unwrap()
}

pub fn at_noon() -> At {
    At { tenant: some_tenant(), now: NOON }
}

pub async fn database(engine: Engine) -> TestDatabase {
    let (place, folder) = fresh(engine).await;
    open(engine, place, folder).await
}

async fn open(engine: Engine, place: Place, folder: Option<TempDir>) -> TestDatabase {
    let (ambient, _) = ambient();
    let database = Database::connect(&place, Arc::clone(&ambient.chance)).await.unwrap();
    TestDatabase { database, place, engine, _folder: folder }
}

/// Migrated, but not opened.
pub async fn fresh(engine: Engine) -> (Place, Option<TempDir>) {
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("vestibule.db");
            std::fs::write(&file, sqlite_template().await).unwrap();
            (Place::new(format!("sqlite://{}", file.display())), Some(folder))
        }
        Engine::Postgres => {
            let template = postgres_template().await;
            (create(Some(template)).await, None)
        }
    }
}

/// Without any table.
pub async fn empty(engine: Engine) -> (Place, Option<TempDir>) {
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("vestibule.db");
            (Place::new(format!("sqlite://{}", file.display())), Some(folder))
        }
        Engine::Postgres => (create(None).await, None),
    }
}

async fn sqlite_template() -> Vec<u8> {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let make = || async {
        let (place, _folder) = empty(Engine::Sqlite).await;
        migrate(&place).await;
        std::fs::read(place.file().unwrap()).unwrap()
    };
    TEMPLATE.get_or_init(make).await.clone()
}

async fn postgres_template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let make = || async {
        let place = create(None).await;
        migrate(&place).await;
        place.url.rsplit('/').next().unwrap().to_owned()
    };
    TEMPLATE.get_or_init(make).await
}

async fn migrate(place: &Place) {
    let (ambient, _) = ambient();
    let database = Database::connect(place, ambient.chance).await.unwrap();
    database.migrate(place, at_noon(), "the template").await.unwrap();
    database.close().await;
}

async fn create(template: Option<&str>) -> Place {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let url = postgres_url().unwrap();
    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    let name = format!("vestibule_test_{}_{number}", std::process::id());
    let template = template.map(|t| format!(" TEMPLATE {t}")).unwrap_or_default();
    let mut conn = PgConnection::connect(&url).await.unwrap();
    conn.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).await.unwrap();
    conn.execute(AssertSqlSafe(format!("CREATE DATABASE {name}{template}"))).await.unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    let mut place = Place::new(format!("{server}/{name}"));
    place.max_connections = 8;
    place
}
