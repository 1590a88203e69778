//! Reads that come together go together. Whoever asks while others wait for a connection, or have just come, is read
//! about with them: one statement for many, where each alone would cost a way to the database and back.
//!
//! Nobody is answered from before they asked: a reading begins after all it answers have come. And nobody waits for
//! company: a lone request is read about at once.

use super::{At, Database, Work};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Those who wait to be told of a `K`, by tenant.
pub struct Together<K, V>(Mutex<Lines<K, V>>);

type Lines<K, V> = HashMap<TenantId, Vec<Waiting<K, V>>>;

/// What one asks, and where the answer goes.
type Waiting<K, V> = (K, oneshot::Sender<Result<V, Failure>>);

impl<K, V> Default for Together<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// The first of a line asks for all of it. When it goes away before, the others begin anew.
struct First<'a, K, V> {
    of: &'a Together<K, V>,
    tenant: TenantId,
    has_left: bool,
}

impl<K: Clone, V> Together<K, V> {
    /// `read` answers for each key, in their order.
    pub async fn ask(
        &self,
        (database, at): (&Database, At),
        key: K,
        read: impl AsyncFnOnce(&mut Work, Vec<K>) -> Result<Vec<V>, Failure>,
    ) -> Result<V, Failure> {
        loop {
            match self.stand_in_line(at.tenant, &key) {
                Err(answer) => {
                    if let Ok(answer) = answer.await {
                        return answer;
                    }
                }
                Ok(first) => return first.go((database, at), key, read).await,
            }
        }
    }

    /// Whoever finds no line is the first of a new one.
    fn stand_in_line(
        &self,
        tenant: TenantId,
        key: &K,
    ) -> Result<First<'_, K, V>, oneshot::Receiver<Result<V, Failure>>> {
        match self.lines().entry(tenant) {
            Entry::Occupied(mut line) => {
                let (answer, told) = oneshot::channel();
                line.get_mut().push((key.clone(), answer));
                Err(told)
            }
            Entry::Vacant(line) => {
                line.insert(Vec::new());
                Ok(First { of: self, tenant, has_left: false })
            }
        }
    }
}

impl<K, V> Together<K, V> {
    fn lines(&self) -> MutexGuard<'_, Lines<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone, V> First<'_, K, V> {
    async fn go(
        mut self,
        (database, at): (&Database, At),
        key: K,
        read: impl AsyncFnOnce(&mut Work, Vec<K>) -> Result<Vec<V>, Failure>,
    ) -> Result<V, Failure> {
        // Requests that are there already come first.
        tokio::task::yield_now().await;
        let mut others = Vec::new();
        let answers = database.read(at, async |work: &mut Work| {
            // Only here, with a connection: the longer that took, the more have come.
            others = self.leave();
            let keys = others.iter().map(|(key, _)| key.clone()).chain([key]).collect();
            read(work, keys).await
        });
        let answers = answers.await;
        if !self.has_left {
            others = self.leave();
        }
        share(answers, others)
    }

    /// With everybody who is in the line.
    fn leave(&mut self) -> Vec<Waiting<K, V>> {
        self.has_left = true;
        self.of.lines().remove(&self.tenant).unwrap_or_default()
    }
}

impl<K, V> Drop for First<'_, K, V> {
    fn drop(&mut self) {
        if !self.has_left {
            self.of.lines().remove(&self.tenant);
        }
    }
}

/// To each its own; a failure is everybody's. The last answer is of the one who asked.
fn share<K, V>(answers: Result<Vec<V>, Failure>, others: Vec<Waiting<K, V>>) -> Result<V, Failure> {
    let mut answers = match answers {
        Ok(answers) => answers,
        Err(failure) => {
            for (_, answer) in others {
                drop(answer.send(Err(failure.again()))); // who hung up does not wait for it
            }
            return Err(failure);
        }
    };
    let own = answers.pop();
    for ((_, answer), told) in others.into_iter().zip(answers) {
        drop(answer.send(Ok(told)));
    }
    own.ok_or_else(|| Failure::broken("a reading has fewer answers than were asked for"))
}
