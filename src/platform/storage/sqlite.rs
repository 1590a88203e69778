//! Opening a SQLite file: durable, one writer, several readers, and on a disk of this machine.

use super::connect::Place;
use super::readers::Readers;
use super::writer::Writer;
use crate::kernel::failure::Failure;
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open, statfs};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The file, the claim of a running server on it, and the connection that empties its log.
pub(super) struct File {
    pub(super) path: PathBuf,
    claim: std::sync::Mutex<Option<Claim>>,
    sweeper: tokio::sync::Mutex<SqliteConnection>,
}

/// Pages in the write-ahead log that are worth a checkpoint: 4 MiB.
const WORTH_IT: u64 = 4 * 1024 * 1024;

impl File {
    fn new(path: PathBuf, sweeper: SqliteConnection) -> Self {
        Self { path, claim: std::sync::Mutex::new(None), sweeper: sweeper.into() }
    }

    /// Passive: it waits for nobody, and goes as far as the readers let it. The log is then written anew
    /// from its beginning and keeps its length, so that a commit overwrites blocks that are there.
    pub(super) async fn checkpoint(&self) -> Result<(), Failure> {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        let length = std::fs::metadata(log).map_or(0, |log| log.len());
        if length >= WORTH_IT {
            let mut sweeper = self.sweeper.lock().await;
            sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut *sweeper).await?;
        }
        Ok(())
    }

    /// For as long as the process lives.
    pub(super) fn claim(&self) -> Result<(), Failure> {
        let file = Claim::take(&self.path)?;
        if let Ok(mut claim) = self.claim.lock() {
            *claim = Some(file);
        }
        Ok(())
    }
}

/// One server per file: held until dropped, and at the latest until the process ends, however it ends.
pub struct Claim {
    _lock: OwnedFd,
}

impl Claim {
    pub fn take(database: &Path) -> Result<Self, Failure> {
        let path = database.with_extension("server-lock");
        let flags = OFlags::CREATE | OFlags::RDWR | OFlags::CLOEXEC;
        let file = open(&path, flags, Mode::RUSR | Mode::WUSR).map_err(|e| {
            Failure::unavailable(format!("cannot open {}", path.display())).because(e)
        })?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Err(Failure::unavailable(format!(
                "another server already works on {}; stop it first, or give each node the same PostgreSQL database",
                database.display()
            )));
        }
        Ok(Self { _lock: file })
    }
}

pub(super) fn options(path: &Path, slow: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives power loss; shared commits make the sync cheap.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("cache_size", "-1024")
        .pragma("temp_store", "memory")
        .log_statements(log::LevelFilter::Trace)
        .log_slow_statements(log::LevelFilter::Warn, slow)
}

pub(super) async fn connect(
    path: &Path,
    place: &Place,
) -> Result<(Arc<Readers>, Arc<Writer>, Arc<File>), Failure> {
    if !place.danger_allow_network_fs {
        refuse_network(path)?;
    }
    make(path)?;
    let options = options(path, place.slow_query);
    // Checkpoints belong to housekeeping: inside a commit they would hold everybody up.
    let writer = options.clone().pragma("wal_autocheckpoint", "0");
    let sweeper = options.clone();
    let writer = writer.connect().await.map_err(|e| unopened(path, e))?;
    let read = Readers::new(options.read_only(true), place.acquire_timeout);
    let sweeper = sweeper.connect().await.map_err(|e| unopened(path, e))?;
    let file = Arc::new(File::new(path.into(), sweeper));
    Ok((read, Writer::new(writer, place.acquire_timeout), file))
}

/// A new file is for its owner alone, and SQLite gives the files beside it the same mode.
fn make(path: &Path) -> Result<(), Failure> {
    let flags = OFlags::CREATE | OFlags::RDWR | OFlags::CLOEXEC;
    open(path, flags, Mode::RUSR | Mode::WUSR).map(drop).map_err(|e| {
        Failure::unavailable(format!("cannot open the database {}", path.display())).because(e)
    })
}

/// On the disk that a file is on.
pub fn free_mebibytes(file: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(file.parent()?).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize) / (1024 * 1024))
}

fn unopened(path: &Path, error: sqlx::Error) -> Failure {
    Failure::unavailable(format!("cannot open the database {}", path.display())).because(error)
}

/// File systems whose locks cannot be trusted; SQLite on them loses data.
const NETWORK: [(i64, &str); 9] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x6573_5546, "FUSE"),
    (0x0102_1997, "9P"),
    (0x5346_414f, "AFS"),
    (0x00c3_6400, "Ceph"),
    (0x0bd0_0bd0, "Lustre"),
];

fn refuse_network(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let found = statfs(folder).map_err(|e| {
        Failure::unavailable(format!("cannot look at {}", folder.display())).because(e)
    })?;
    // Its width and sign differ by platform; the numbers that count have 32 bits.
    let kind = found.f_type & 0xffff_ffff;
    match NETWORK.iter().find(|(magic, _)| *magic == kind) {
        Some((_, name)) => Err(Failure::unavailable(format!(
            "{} is on {name}, a network file system, where SQLite loses data; use a local disk or PostgreSQL \
             (database.danger_allow_network_fs overrides this)",
            folder.display()
        ))),
        None => Ok(()),
    }
}
