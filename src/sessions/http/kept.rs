//! Where tower-sessions keeps what it knows of a browser: our database, under a hash of the cookie.

use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Database, Work};
use crate::sessions::model::{Browsers, Notes};
use std::fmt;
use std::pin::Pin;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

/// Of one request: it knows the tenant and the time.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) database: Database,
    pub(super) at: At,
    pub(super) lasting: Lifetime,
}

/// As the trait has it: `async` in a trait that must be a `dyn`.
type Later<'f, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'f>>;

/// The cookie is a secret; who reads the table learns none.
pub(super) fn hashed(id: &Id) -> Hash {
    Hash::of_parts([b"browser".as_slice(), id.0.to_be_bytes().as_slice()])
}

impl Kept {
    fn notes(&self, record: &Record) -> Result<Notes> {
        let text = serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        Ok(Notes { text, expires_at: self.at.now.plus(self.lasting) })
    }

    async fn write<T>(&self, job: impl AsyncFnOnce(&mut Work) -> Done<T> + Clone) -> Result<T> {
        unrefused(self.database.write(self.at, job).await).map_err(|failure| backend(&failure))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let hash = hashed(id);
        let read = self.database.read(self.at, async |work: &mut Work| work.notes(&hash).await);
        let Some(text) = read.await.map_err(|failure| backend(&failure))? else { return Ok(None) };
        let data = serde_json::from_str(&text).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = self.at.now.plus(self.lasting).offset();
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    /// The name is drawn where all secrets are, not where the crate draws its own.
    async fn create(&self, record: &mut Record) -> Result<()> {
        let notes = self.notes(record)?;
        loop {
            let draw = async |work: &mut Work| {
                let id = Id(i128::from_be_bytes(work.random()));
                Ok(work.add_browser(&hashed(&id), &notes).await?.then_some(id))
            };
            if let Some(id) = self.write(draw).await? {
                record.id = id;
                return Ok(());
            }
        }
    }

    /// What was forgotten meanwhile stays forgotten: no name comes back to life (INV-12).
    async fn save(&self, record: &Record) -> Result<()> {
        let (hash, notes) = (hashed(&record.id), self.notes(record)?);
        self.write(async |work: &mut Work| Ok(work.keep_notes(&hash, &notes).await?))
            .await
            .map(drop)
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let hash = hashed(id);
        self.write(async |work: &mut Work| Ok(work.forget_browser(&hash).await?)).await
    }
}

fn backend(failure: &Failure) -> Error {
    Error::Backend(failure.to_string())
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "browsers of {}", self.at.tenant)
    }
}

impl SessionStore for Kept {
    fn create<'s, 'r, 'f>(&'s self, record: &'r mut Record) -> Later<'f, ()>
    where
        's: 'f,
        'r: 'f,
        Self: 'f,
    {
        Box::pin(self.create(record))
    }

    fn save<'s, 'r, 'f>(&'s self, record: &'r Record) -> Later<'f, ()>
    where
        's: 'f,
        'r: 'f,
        Self: 'f,
    {
        Box::pin(self.save(record))
    }

    fn load<'s, 'r, 'f>(&'s self, id: &'r Id) -> Later<'f, Option<Record>>
    where
        's: 'f,
        'r: 'f,
        Self: 'f,
    {
        Box::pin(self.load(id))
    }

    fn delete<'s, 'r, 'f>(&'s self, id: &'r Id) -> Later<'f, ()>
    where
        's: 'f,
        'r: 'f,
        Self: 'f,
    {
        Box::pin(self.delete(id))
    }
}
