//! From a URL to an open database.

use super::{Database, Engine, postgres, sqlite};
use crate::kernel::failure::Failure;
use crate::kernel::moment::Chance;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where a database is and how patiently it is used.
#[derive(Clone, Debug)]
pub struct Place {
    /// `sqlite:///var/lib/vestibule/vestibule.db`, `sqlite://relative.db` or `postgres://…`.
    pub url: String,
    pub max_connections: u32,
    pub acquire_timeout: Duration,
    pub statement_timeout: Duration,
    pub slow_query: Duration,
    pub danger_allow_network_fs: bool,
}

impl Place {
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 16,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            slow_query: Duration::from_millis(250),
            danger_allow_network_fs: false,
        }
    }

    /// The file, if it is SQLite.
    pub fn file(&self) -> Option<PathBuf> {
        self.url.strip_prefix("sqlite://").map(PathBuf::from)
    }
}

impl Database {
    pub async fn connect(place: &Place, chance: Arc<dyn Chance>) -> Result<Self, Failure> {
        let engine = match place.file() {
            Some(path) => {
                let (read, write, file) = sqlite::connect(&path, place).await?;
                Engine::Lite { read, write, file }
            }
            None => Engine::Pg(postgres::connect(place).await?),
        };
        Ok(Self { engine, chance, listeners: &[] })
    }

    /// For a server: a second one on the same SQLite file is refused. PostgreSQL serves several.
    pub fn claim(&self) -> Result<(), Failure> {
        match &self.engine {
            Engine::Lite { file, .. } => file.claim(),
            Engine::Pg(_) => Ok(()),
        }
    }
}
