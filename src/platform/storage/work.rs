//! The unit of work: a transaction, the time, randomness, a tenant, and what is to be recorded with it.

use super::At;
use super::readers::Reader;
use super::record::Record;
use super::writer::Ride;
use crate::kernel::ids::TenantId;
use crate::kernel::moment::{Chance, Moment};
use crate::kernel::time::Timestamp;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, SqliteConnection, Transaction};
use std::sync::Arc;

/// Use cases take it as an argument; ports are implemented for it, in each capability's `store.rs`.
pub struct Work {
    tx: Tx,
    now: Timestamp,
    chance: Arc<dyn Chance>,
    tenant: TenantId,
    records: Vec<Record>,
}

pub(super) enum Tx {
    Lite(Ride),
    LiteRead(Reader),
    Pg(Transaction<'static, Postgres>),
    PgRead(PoolConnection<Postgres>),
}

/// The connection of a unit of work, for the macros below.
pub enum Conn<'a> {
    Lite(&'a mut SqliteConnection),
    Pg(&'a mut PgConnection),
}

impl Work {
    pub(super) fn new(tx: Tx, at: At, chance: Arc<dyn Chance>) -> Self {
        Self { tx, now: at.now, chance, tenant: at.tenant, records: Vec::new() }
    }

    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Where and when this happens.
    pub const fn at(&self) -> At {
        At { tenant: self.tenant, now: self.now }
    }

    /// Keep a record in the same commit.
    pub fn keep(&mut self, record: Record) {
        self.records.push(record);
    }

    pub(super) fn record_at(&self, index: usize) -> Option<&Record> {
        self.records.get(index)
    }

    pub fn conn(&mut self) -> Conn<'_> {
        match &mut self.tx {
            Tx::Lite(ride) => Conn::Lite(ride),
            Tx::LiteRead(conn) => Conn::Lite(conn),
            Tx::Pg(tx) => Conn::Pg(tx),
            Tx::PgRead(conn) => Conn::Pg(conn),
        }
    }

    /// Its reading failed: a connection that may be the cause is not used again. A pool looks after its own.
    pub(super) fn distrust(&mut self) {
        if let Tx::LiteRead(reader) = &mut self.tx {
            reader.distrust();
        }
    }

    pub(super) fn end(self) -> (Tx, Vec<Record>) {
        (self.tx, self.records)
    }
}

impl Moment for Work {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes);
        bytes
    }
}

/// Run a query: `rows!(work, |c| sqlx::query_as(SQL).bind(x).fetch_optional(c))`.
/// The body is compiled once per driver, so one text serves both.
#[macro_export]
macro_rules! rows {
    ($work:expr, |$conn:ident| $body:expr) => {
        match $work.conn() {
            $crate::platform::storage::Conn::Lite($conn) => {
                $body.await.map_err($crate::kernel::failure::Failure::from)
            }
            $crate::platform::storage::Conn::Pg($conn) => {
                $body.await.map_err($crate::kernel::failure::Failure::from)
            }
        }
    };
}

/// The rows of several keys: `several!(self, CLIENTS_OF, ids, ClientId::as_str)`, with a text that says `IN ($2, …, $17)`.
/// They come in no order, and each key's once.
#[macro_export]
macro_rules! several {
    ($work:expr, $sql:expr, $keys:expr, $text:expr) => {{
        let (tenant, mut found) = ($work.tenant(), Vec::new());
        for some in $crate::platform::storage::keys($keys, $text) {
            let rows = $crate::rows!($work, |c| some
                .into_iter()
                .fold(sqlx::query_as($sql).bind(tenant.as_str()), |query, key| query.bind(key))
                .fetch_all(c))?;
            found.extend(rows);
        }
        found
    }};
}

/// Run a statement without rows and answer how many it touched. The drivers' result types differ,
/// so only the count leaves.
#[macro_export]
macro_rules! touch {
    ($work:expr, |$conn:ident| $body:expr) => {
        $crate::rows!($work, |$conn| async { $body.await.map(|done| done.rows_affected()) })
    };
}
