//! `[database]`: where everything is kept.

use super::section::section;
use super::setting::{Setting, Wrong, choices, quoted};
use super::values::hidden;
use crate::kernel::secret::Secret;
use crate::kernel::time::Lifetime;
use url::Url;

section! {
    /// The database: a SQLite file for one node, PostgreSQL for several.
    pub struct Database = "database" at database {
        /// `sqlite:///path/to/file.db`, or `postgres://user:password@host/name`.
        url: DatabaseUrl = DatabaseUrl::sqlite("/var/lib/vestibule/vestibule.db"), Restart [secret];
        /// The most connections to PostgreSQL. SQLite has one writer and eight readers, whatever is set here.
        max_connections: u32 = 16, Restart [range(1, 1000)];
        /// How long a request waits for a free connection.
        acquire_timeout: Lifetime = Lifetime::seconds(5), Restart
            [lasting(Lifetime::millis(10), Lifetime::minutes(1))];
        /// How long one statement may take.
        statement_timeout: Lifetime = Lifetime::seconds(10), Restart
            [lasting(Lifetime::millis(100), Lifetime::minutes(10))];
        /// Statements slower than this are logged, by their shape and without values.
        slow_query: Lifetime = Lifetime::millis(250), Restart
            [lasting(Lifetime::millis(1), Lifetime::minutes(10))];
        /// What happens at the start when the schema is older than the program:
        /// `auto` brings it up to date, `check` refuses to start, `off` does not look.
        migrate: Option<Migrate> = None, Restart
            [unset("\"auto\" with SQLite and \"check\" with PostgreSQL")];
        /// Allows a SQLite file on a network file system, where locks do not hold and data can be lost.
        danger_allow_network_fs: bool = false, Restart;
    }
}

choices! {
    /// What to do about an older schema.
    pub enum Migrate {
        Auto = "auto",
        Check = "check",
        Off = "off",
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Database {
    /// What was set, or what suits the engine.
    pub fn migrate(&self) -> Migrate {
        self.migrate.unwrap_or(match self.url.engine() {
            Engine::Sqlite => Migrate::Auto,
            Engine::Postgres => Migrate::Check,
        })
    }
}

/// May contain a password, and is shown without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseUrl {
    text: Secret,
    engine: Engine,
}

impl DatabaseUrl {
    pub fn sqlite(path: &str) -> Self {
        Self { text: Secret::new(format!("sqlite://{path}")), engine: Engine::Sqlite }
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// With the password: only for the driver.
    pub fn reveal(&self) -> &str {
        self.text.reveal()
    }

    /// With the password hidden.
    pub fn public(&self) -> String {
        let text = self.text.reveal();
        let Ok(mut url) = Url::parse(text) else { return hidden(text) };
        if url.query_pairs().any(|(name, _)| name.contains("pass") || name.contains("key")) {
            return hidden(text);
        }
        if url.password().is_none() {
            return text.to_owned();
        }
        match url.set_password(Some("***")) {
            Ok(()) => url.into(),
            Err(()) => hidden(text),
        }
    }
}

impl Setting for DatabaseUrl {
    fn kind() -> String {
        "a database URL".to_owned()
    }

    fn sample() -> &'static str {
        "sqlite:///path/to/file.db or postgres://user@host/name"
    }

    fn parse(text: &str) -> Result<Self, Wrong> {
        let engine = match text.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Engine::Sqlite,
            Some("postgres" | "postgresql") if Url::parse(text).is_ok() => Engine::Postgres,
            _ => return Err(Wrong::label("neither sqlite: nor postgres:")),
        };
        Ok(Self { text: Secret::new(text), engine })
    }

    fn show(&self) -> String {
        quoted(&self.public())
    }
}
