//! The connections that only read a SQLite file.
//!
//! The driver's own pool asks a connection that comes back whether it is still there: one more way to its thread and
//! back for each unit of work. A file does not go away, so these are not asked; one whose work failed is let go.

use crate::kernel::failure::Failure;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex as Short, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

/// So many read at once at most.
const MOST: u32 = 8;

pub(super) struct Readers {
    options: SqliteConnectOptions,
    seats: Arc<Semaphore>,
    free: Short<Free>,
    patience: Duration,
}

#[derive(Default)]
struct Free {
    /// The last one that came back is taken first, so that those at the bottom stay unused where few are needed.
    stack: Vec<Arc<Mutex<SqliteConnection>>>,
    /// How many were never needed since the last look.
    unused: usize,
}

/// One of them, until it is dropped.
pub(super) struct Reader {
    conn: OwnedMutexGuard<SqliteConnection>,
    readers: Arc<Readers>,
    is_sound: bool,
    seat: Option<OwnedSemaphorePermit>,
}

impl Readers {
    pub(super) fn new(options: SqliteConnectOptions, patience: Duration) -> Arc<Self> {
        let seats = Arc::new(Semaphore::new(MOST as usize));
        Arc::new(Self { options, seats, free: Short::default(), patience })
    }

    pub(super) async fn acquire(self: &Arc<Self>) -> Result<Reader, Failure> {
        let seat = Arc::clone(&self.seats).acquire_owned();
        let seat = tokio::time::timeout(self.patience, seat)
            .await
            .map_err(|_| Failure::unavailable("too many reads wait for the database"))?
            .map_err(|_| Failure::unavailable("the database was closed"))?;
        let conn = match self.pop() {
            Some(conn) => conn,
            None => Arc::new(Mutex::new(self.options.connect().await?)),
        };
        // Whoever had it last lets go of it the next moment, if not yet.
        let conn = conn.lock_owned().await;
        Ok(Reader { conn, readers: Arc::clone(self), is_sound: true, seat: Some(seat) })
    }

    fn pop(&self) -> Option<Arc<Mutex<SqliteConnection>>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let conn = free.stack.pop();
        free.unused = free.unused.min(free.stack.len());
        conn
    }

    fn push(&self, conn: Arc<Mutex<SqliteConnection>>) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).stack.push(conn);
    }

    /// Let go of those that nobody has needed since the last time; one stays.
    pub(super) fn trim(&self) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let surplus = free.unused.min(free.stack.len().saturating_sub(1));
        free.stack.drain(..surplus);
        free.unused = free.stack.len();
    }

    /// How many are open, and how many of them idle.
    pub(super) fn sizes(&self) -> (u32, usize) {
        let idle = self.free.lock().unwrap_or_else(PoisonError::into_inner).stack.len();
        let used = MOST as usize - self.seats.available_permits().min(MOST as usize);
        (u32::try_from(used + idle).unwrap_or(MOST), idle)
    }

    /// After those who read now.
    pub(super) async fn close(&self) {
        let all = self.seats.acquire_many(MOST).await;
        self.seats.close();
        drop(all);
        while let Some(conn) = self.pop() {
            if let Ok(conn) = Arc::try_unwrap(conn)
                && let Err(error) = conn.into_inner().close().await
            {
                tracing::warn!(%error, "a connection to the database did not close well");
            }
        }
    }
}

impl Reader {
    /// Something failed on it, so it is not used again.
    pub(super) fn distrust(&mut self) {
        self.is_sound = false;
    }
}

impl Drop for Reader {
    /// Back on the stack before the seat is free, so that nobody opens one more meanwhile.
    fn drop(&mut self) {
        if self.is_sound {
            self.readers.push(Arc::clone(OwnedMutexGuard::mutex(&self.conn)));
        }
        drop(self.seat.take());
    }
}

impl Deref for Reader {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.conn
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.conn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readers() -> Arc<Readers> {
        Readers::new(SqliteConnectOptions::new().in_memory(true), Duration::from_millis(50))
    }

    #[tokio::test]
    async fn a_connection_comes_back_unless_its_work_failed() {
        let readers = readers();
        drop(readers.acquire().await.unwrap());
        assert_eq!(readers.sizes(), (1, 1));
        let mut reader = readers.acquire().await.unwrap();
        reader.distrust();
        assert_eq!(readers.sizes(), (1, 0));
        drop(reader);
        assert_eq!(readers.sizes(), (0, 0));
    }

    #[tokio::test]
    async fn whoever_comes_when_all_are_taken_waits_and_is_told() {
        let readers = readers();
        let mut taken = Vec::new();
        for _ in 0..MOST {
            taken.push(readers.acquire().await.unwrap());
        }
        let refused = readers.acquire().await.err().unwrap();
        assert!(refused.to_string().contains("too many reads"), "{refused}");
        taken.pop();
        assert!(readers.acquire().await.is_ok());
    }

    #[tokio::test]
    async fn what_nobody_needs_is_let_go() {
        let readers = readers();
        let three = [readers.acquire(), readers.acquire(), readers.acquire()];
        let mut held = Vec::new();
        for one in three {
            held.push(one.await.unwrap());
        }
        drop(held);
        readers.trim();
        assert_eq!(readers.sizes(), (3, 3), "they were all needed a moment ago");
        drop(readers.acquire().await.unwrap());
        readers.trim();
        assert_eq!(readers.sizes(), (1, 1));
        readers.trim();
        assert_eq!(readers.sizes(), (1, 1));
    }

    #[tokio::test]
    async fn nobody_reads_after_the_end() {
        let readers = readers();
        drop(readers.acquire().await.unwrap());
        readers.close().await;
        assert!(readers.acquire().await.err().unwrap().to_string().contains("was closed"));
    }
}
