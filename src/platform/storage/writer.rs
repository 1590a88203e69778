//! The one SQLite writer. Works ride one after the other in one open transaction, each in its savepoint; a conductor
//! commits when its turn in the same fair queue comes, so all who waited share that commit and its sync to disk.

use super::coming::{Announced, Coming};
use super::record::{self, Record};
use crate::kernel::failure::{Failure, FailureKind};
use sqlx::SqliteConnection;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex as Short};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot, watch};

pub(super) struct Writer {
    seat: Arc<Mutex<Carriage>>,
    luggage: Arc<Luggage>,
    patience: Duration,
}

/// Records that wait for the next commit without a work of their own.
#[derive(Default)]
struct Luggage {
    called: Notify,
    waiting: Short<Waiting>,
    coming: Coming,
}

type Waiting = Vec<(Record, oneshot::Sender<Outcome>)>;

/// What became of a commit: nothing to say, or why it failed.
type Outcome = Option<Arc<Failure>>;

struct Carriage {
    conn: SqliteConnection,
    closed: bool,
    trip: Option<watch::Sender<Option<Outcome>>>,
    savepoint: Savepoint,
    records: Vec<Record>,
}

#[derive(Clone, Copy, PartialEq)]
enum Savepoint {
    None,
    Arrived,
    LeftOpen,
}

/// A work under way. Its fields drop in this order: the seat is free before the conductor is called.
pub(super) struct Ride {
    seat: OwnedMutexGuard<Carriage>,
    bell: Bell,
    done: watch::Receiver<Option<Outcome>>,
}

struct Bell(Arc<Luggage>);

impl Drop for Bell {
    fn drop(&mut self) {
        self.0.coming.joined();
        self.0.called.notify_one();
    }
}

impl Writer {
    pub(super) fn new(conn: SqliteConnection, patience: Duration) -> Arc<Self> {
        let carriage = Carriage {
            conn,
            closed: false,
            trip: None,
            savepoint: Savepoint::None,
            records: Vec::new(),
        };
        let writer = Arc::new(Self {
            seat: Arc::new(Mutex::new(carriage)),
            luggage: Arc::default(),
            patience,
        });
        let (seat, luggage) = (Arc::downgrade(&writer.seat), Arc::clone(&writer.luggage));
        tokio::spawn(async move {
            loop {
                luggage.called.notified().await;
                luggage.coming.gather().await;
                let Some(seat) = seat.upgrade() else { return };
                seat.lock_owned().await.close(&luggage).await;
            }
        });
        writer
    }

    pub(super) async fn ride(&self) -> Result<Ride, Failure> {
        let queue = Arc::clone(&self.seat).lock_owned();
        let mut seat = tokio::time::timeout(self.patience, queue)
            .await
            .map_err(|_| Failure::unavailable("too many writes wait for the database"))?;
        if seat.closed {
            return Err(closed());
        }
        // A task of its own, because the driver begins the transaction even when whoever asked hangs up meanwhile,
        // and then the carriage has to know.
        let bell = Bell(Arc::clone(&self.luggage));
        let boarded = tokio::spawn(async move {
            seat.board().await?;
            let done = seat.trip.get_or_insert_with(|| watch::Sender::new(None)).subscribe();
            Ok(Ride { seat, bell, done })
        });
        boarded.await.map_err(|_| closed())?
    }

    /// Whoever is going to write soon says so.
    pub(super) fn coming(&self) -> &Coming {
        &self.luggage.coming
    }

    pub(super) async fn append(
        &self,
        record: Record,
        announced: Announced<'_>,
    ) -> Result<(), Failure> {
        let (answer, kept) = oneshot::channel();
        if let Ok(mut waiting) = self.luggage.waiting.lock() {
            waiting.push((record, answer));
        }
        self.luggage.coming.joined();
        drop(announced);
        self.luggage.called.notify_one();
        told(kept.await.map_err(|_| closed())?.as_ref())
    }

    /// Commit what is under way and let nobody in afterwards. The file is closed with the last copy.
    pub(super) async fn close(&self) {
        let mut seat = self.seat.lock().await;
        seat.close(&self.luggage).await;
        seat.closed = true;
        // The file alone then holds everything; passive, because waiting for readers would delay the end.
        let emptied = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut seat.conn).await;
        if let Err(error) = emptied {
            tracing::warn!(%error, "the write-ahead log was left for the next start");
        }
    }
}

impl Carriage {
    async fn board(&mut self) -> Result<(), Failure> {
        self.undo_abandoned().await;
        let sql = match (&self.trip, self.savepoint) {
            (None, _) => "BEGIN IMMEDIATE; SAVEPOINT w",
            (_, Savepoint::Arrived) => "RELEASE w; SAVEPOINT w", // one hop to the driver's thread for both
            _ => "SAVEPOINT w",
        };
        sqlx::query(sql).execute(&mut self.conn).await?;
        self.savepoint = Savepoint::LeftOpen; // until it arrives; a dropped ride leaves it so
        Ok(())
    }

    /// A rider that failed, or whose future was dropped (its client hung up), left its savepoint open.
    async fn undo_abandoned(&mut self) {
        if self.savepoint != Savepoint::LeftOpen {
            return;
        }
        self.savepoint = Savepoint::None;
        let undone = sqlx::query("ROLLBACK TO w; RELEASE w").execute(&mut self.conn).await;
        if let Err(error) = undone {
            // SQLite had rolled everything back by itself: disk full, or an I/O error.
            self.end(Some(Arc::new(error.into())));
        }
    }

    /// Commit the trip, with all records of those who rode and of those who only sent some.
    async fn close(&mut self, luggage: &Luggage) {
        self.undo_abandoned().await;
        let sent = luggage.waiting.lock().map(|mut w| std::mem::take(&mut *w)).unwrap_or_default();
        if self.trip.is_none() && sent.is_empty() {
            return;
        }
        let (mut records, answers): (Vec<_>, Vec<_>) = sent.into_iter().unzip();
        records.append(&mut self.records);
        let outcome = self.commit(&records).await.err().map(Arc::new);
        if outcome.is_none() {
            record::count(&records);
        } else {
            // It fails when SQLite has rolled back already; either way nothing is open afterwards.
            drop(sqlx::query("ROLLBACK").execute(&mut self.conn).await);
        }
        self.end(outcome.clone());
        for answer in answers {
            drop(answer.send(outcome.clone())); // who hung up does not wait for it
        }
    }

    async fn commit(&mut self, records: &[Record]) -> Result<(), Failure> {
        if self.closed {
            return Err(closed());
        }
        let begin = if self.trip.is_none() { Some("BEGIN IMMEDIATE;") } else { None };
        record::commit_lite(&mut self.conn, (begin, records)).await
    }

    fn end(&mut self, outcome: Outcome) {
        self.savepoint = Savepoint::None;
        self.records.clear();
        if let Some(trip) = self.trip.take() {
            trip.send_replace(Some(outcome));
        }
    }
}

impl Ride {
    /// Done: hand over what happened, let the next one in, and answer only after the commit that holds it.
    pub(super) async fn arrive(self, records: Vec<Record>) -> Result<(), Failure> {
        let Self { mut seat, bell, mut done } = self;
        seat.savepoint = Savepoint::Arrived; // the next rider or the commit releases it
        seat.records.extend(records);
        drop(seat);
        drop(bell);
        let outcome = done.wait_for(Option::is_some).await.map_err(|_| closed())?;
        told(outcome.as_ref().and_then(Option::as_ref))
    }

    pub(super) async fn fail(mut self) {
        self.seat.undo_abandoned().await;
    }
}

/// Everybody on a trip hears the same; a failure cannot be copied, its sentence can.
fn told(outcome: Option<&Arc<Failure>>) -> Result<(), Failure> {
    let Some(failure) = outcome else { return Ok(()) };
    let kind = match failure.kind {
        // A commit that SQLite refused is rolled back for all of them; each may begin anew.
        FailureKind::Broken => FailureKind::Unavailable,
        kind => kind,
    };
    Err(failure.again().of_kind(kind))
}

fn closed() -> Failure {
    Failure::unavailable("the database was closed")
}

impl Deref for Ride {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.seat.conn
    }
}

impl DerefMut for Ride {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.seat.conn
    }
}
