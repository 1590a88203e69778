//! A database for one test: a copy of one migrated template, on SQLite or PostgreSQL.

use super::ambient::{NOON, ambient};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use vestibule::kernel::ids::TenantId;
use vestibule::kernel::secret::Hash;
use vestibule::platform::storage::{At, Database, Place};

/// Where it is; kept until the test ends.
pub struct TestDatabase {
    pub database: Database,
    pub place: Place,
    _kept: Kept,
}

impl TestDatabase {
    /// Opened once more, as another process would: nothing is shared but the data.
    pub async fn again(&self) -> Database {
        connect(&self.place).await
    }
}

/// What is taken away when the test ends.
pub enum Kept {
    Folder { _folder: TempDir },
    Postgres { server: String, name: String },
}

impl Drop for Kept {
    fn drop(&mut self) {
        let Self::Postgres { server, name } = self else { return };
        let (server, sql) =
            (server.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut conn =
                    PgConnection::connect(&server).await.map_err(std::io::Error::other)?;
                conn.execute(AssertSqlSafe(sql)).await.map_err(std::io::Error::other)
            })
        });
        drop(dropping.join());
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The engines that can be reached here. What is left out is named, once for the whole run.
pub fn engines() -> Vec<Engine> {
    static SAID: std::sync::Once = std::sync::Once::new();
    if postgres_url().is_some() {
        return vec![Engine::Sqlite, Engine::Postgres];
    }
    SAID.call_once(|| {
        use std::io::Write;
        let line =
            "skipped: everything on PostgreSQL, because VESTIBULE_TEST_POSTGRES_URL is not set\n";
        drop(std::io::stderr().write_all(line.as_bytes()));
    });
    vec![Engine::Sqlite]
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
    let (place, kept) = fresh(engine).await;
    TestDatabase { database: connect(&place).await, place, _kept: kept }
}

pub async fn connect(place: &Place) -> Database {
    Database::connect(place, ambient().0.chance).await.unwrap()
}

/// Migrated, but not opened.
pub async fn fresh(engine: Engine) -> (Place, Kept) {
    match engine {
        Engine::Sqlite => {
            let (place, kept) = empty(engine).await;
            std::fs::write(place.file().unwrap(), sqlite_template().await).unwrap();
            (place, kept)
        }
        Engine::Postgres => create(Some(postgres_template().await)).await,
    }
}

/// Without any table.
pub async fn empty(engine: Engine) -> (Place, Kept) {
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("vestibule.db");
            (Place::new(format!("sqlite://{}", file.display())), Kept::Folder { _folder: folder })
        }
        Engine::Postgres => create(None).await,
    }
}

async fn sqlite_template() -> Vec<u8> {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let make = || async {
        let (place, _kept) = empty(Engine::Sqlite).await;
        migrate(&place).await;
        std::fs::read(place.file().unwrap()).unwrap()
    };
    TEMPLATE.get_or_init(make).await.clone()
}

/// One per form of the schema, left on the server for the next run.
async fn postgres_template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let make = || async {
        let name = format!("vestibule_template_{}", &schema().hex()[..12]);
        let mut conn = PgConnection::connect(&postgres_url().unwrap()).await.unwrap();
        let exists = "SELECT count(*) FROM pg_database WHERE datname = $1";
        let found: i64 = sqlx::query_scalar(exists).bind(&name).fetch_one(&mut conn).await.unwrap();
        if found == 0 {
            let (place, kept) = create(None).await;
            migrate(&place).await;
            let Kept::Postgres { name: made, .. } = &kept else { panic!("not on PostgreSQL") };
            let rename = format!("ALTER DATABASE {made} RENAME TO {name}");
            // Another run may have been first: then that one is it.
            drop(conn.execute(AssertSqlSafe(rename)).await);
        }
        name
    };
    TEMPLATE.get_or_init(make).await
}

/// What a migrated database looks like, in short: as this program was built, for the files may be others by now.
fn schema() -> Hash {
    let how = include_bytes!("../../../src/platform/storage/migrate.rs");
    let steps = sqlx::migrate!("./migrations");
    let sums: Vec<_> = steps.iter().map(|step| step.checksum.to_vec()).collect();
    Hash::of_parts(sums.iter().map(Vec::as_slice).chain([&how[..]]))
}

async fn migrate(place: &Place) {
    let database = connect(place).await;
    database.migrate(place, at_noon(), "the template").await.unwrap();
    database.close().await;
}

async fn create(template: Option<&str>) -> (Place, Kept) {
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
    (place, Kept::Postgres { server: url, name })
}
