//! Secrets at rest: AES-256-GCM under a data key per tenant and purpose, which the master key wraps (INV-30).
//!
//! ```text
//! master key (keys/, a file, the environment)      master.rs
//!   └ wraps a data key per tenant and purpose      data_keys
//!       ├ seals signing keys, seeds, secrets
//!       └ wraps a key per person                   person_keys; destroyed by erasure
//! ```

mod cipher;
pub mod mac;
pub mod master;
mod store;

pub use master::MasterKey;
pub(crate) use store::STATEMENTS;

use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Moment;
use crate::platform::storage::Work;
use cipher::Cipher;
use std::sync::Arc;

/// What a sealed thing is for. A thing sealed for one purpose cannot be opened as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    SigningKey,
    PersonKey,
    /// The opaque credentials that we hand out.
    Credential,
    /// Secrets that must be known to check a signature made with them.
    ClientSecret,
    /// What we show a provider to be known there.
    ProviderSecret,
    /// What we show a provider of somebody who signs out there as well.
    ProviderHint,
    /// What waits in a job or behind a link, and names somebody.
    Errand,
    /// What an authenticator app shares with us.
    Seed,
    /// A question to a passkey.
    Ceremony,
    /// The names of people that differ from sector to sector.
    PairwiseSubject,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::SigningKey => "signing-key",
            Self::PersonKey => "person-key",
            Self::Credential => "credential",
            Self::ClientSecret => "client-secret",
            Self::ProviderSecret => "provider-secret",
            Self::ProviderHint => "provider-hint",
            Self::Errand => "errand",
            Self::Seed => "seed",
            Self::Ceremony => "ceremony",
            Self::PairwiseSubject => "pairwise-subject",
        }
    }
}

/// Seals and opens. It remembers no data key: unwrapping costs a microsecond, and a key made in a unit of
/// work that rolls back must be forgotten with it.
#[derive(Clone)]
pub struct Sealer {
    master: Arc<MasterKey>,
}

/// The version of the data key stands before what it sealed.
const HEAD: usize = 8;

const FIRST: i64 = 1;

impl Sealer {
    pub fn new(master: MasterKey) -> Self {
        Self { master: Arc::new(master) }
    }

    /// Seal for the tenant of the unit of work. `name` says which thing it is (a `kid`, a user id): it
    /// opens under that name only.
    pub async fn seal(
        &self,
        work: &mut Work,
        purpose: Purpose,
        name: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let (version, cipher) = self.newest(work, purpose).await?;
        let mut sealed = version.to_be_bytes().to_vec();
        let tenant = work.tenant();
        sealed.extend(cipher.seal(
            work.random(),
            &[tenant.as_str(), purpose.name(), name],
            plain,
        )?);
        Ok(sealed)
    }

    /// # Errors
    /// When it was changed, or sealed for another tenant, purpose or name.
    pub async fn open(
        &self,
        work: &mut Work,
        purpose: Purpose,
        name: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let (head, rest) = sealed.split_first_chunk::<HEAD>().ok_or_else(|| unopened(purpose))?;
        let cipher = self.of_version(work, purpose, i64::from_be_bytes(*head)).await?;
        let tenant = work.tenant();
        cipher.open(&[tenant.as_str(), purpose.name(), name], rest).ok_or_else(|| unopened(purpose))
    }

    /// Seal what names a person, so that `erase_person` makes it unreadable for ever.
    pub async fn seal_for_person(
        &self,
        work: &mut Work,
        subject: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let cipher = match self.person(work, subject).await? {
            Some(cipher) => cipher,
            None => self.make_person(work, subject).await?,
        };
        let tenant = work.tenant();
        cipher.seal(work.random(), &[tenant.as_str(), "person", subject], plain)
    }

    /// `None` once the person was erased.
    pub async fn open_for_person(
        &self,
        work: &mut Work,
        subject: &str,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, Failure> {
        let Some(cipher) = self.person(work, subject).await? else { return Ok(None) };
        let tenant = work.tenant();
        let plain = cipher.open(&[tenant.as_str(), "person", subject], sealed);
        plain.map(Some).ok_or_else(|| unopened(Purpose::PersonKey))
    }

    /// Destroy the key under which everything that names this person was sealed.
    pub async fn erase_person(&self, work: &mut Work, subject: &str) -> Result<(), Failure> {
        store::erase_person(work, subject).await
    }

    async fn person(&self, work: &mut Work, subject: &str) -> Result<Option<Cipher>, Failure> {
        let Some(wrapped) = store::person(work, subject).await? else { return Ok(None) };
        let key = self.open(work, Purpose::PersonKey, subject, &wrapped).await?;
        Cipher::new(&key).map(Some)
    }

    async fn make_person(&self, work: &mut Work, subject: &str) -> Result<Cipher, Failure> {
        let key: [u8; 32] = work.random();
        let wrapped = self.seal(work, Purpose::PersonKey, subject, &key).await?;
        if store::keep_person(work, subject, &wrapped).await? {
            return Cipher::new(&key);
        }
        let lost = || Failure::broken(format!("the key of {subject} vanished while it was made"));
        self.person(work, subject).await?.ok_or_else(lost)
    }

    async fn newest(&self, work: &mut Work, purpose: Purpose) -> Result<(i64, Cipher), Failure> {
        let (version, key) = self.newest_key(work, purpose).await?;
        Ok((version, Cipher::new(&key)?))
    }

    async fn newest_key(
        &self,
        work: &mut Work,
        purpose: Purpose,
    ) -> Result<(i64, Vec<u8>), Failure> {
        if let Some(version) = store::newest(work, purpose.name()).await? {
            return Ok((version, self.key_of_version(work, purpose, version).await?));
        }
        let key: [u8; 32] = work.random();
        let (nonce, tenant) = (work.random(), work.tenant());
        let wrapped = self.master.cipher().seal(nonce, &wrap_names(&tenant, purpose), &key)?;
        // Whoever was first made it: the row that is there is the key.
        store::keep(work, purpose.name(), FIRST, &wrapped).await?;
        Ok((FIRST, self.key_of_version(work, purpose, FIRST).await?))
    }

    async fn of_version(
        &self,
        work: &mut Work,
        purpose: Purpose,
        version: i64,
    ) -> Result<Cipher, Failure> {
        Cipher::new(&self.key_of_version(work, purpose, version).await?)
    }

    async fn key_of_version(
        &self,
        work: &mut Work,
        purpose: Purpose,
        version: i64,
    ) -> Result<Vec<u8>, Failure> {
        let missing = || Failure::broken(format!("data_keys lacks {} {version}", purpose.name()));
        let wrapped = store::wrapped(work, purpose.name(), version).await?.ok_or_else(missing)?;
        let names = work.tenant();
        let key = self.master.cipher().open(&wrap_names(&names, purpose), &wrapped);
        key.ok_or_else(|| unopened(purpose))
    }
}

fn wrap_names(tenant: &TenantId, purpose: Purpose) -> [&str; 3] {
    [tenant.as_str(), purpose.name(), "data-key"]
}

fn unopened(purpose: Purpose) -> Failure {
    Failure::broken(format!(
        "a sealed {} could not be opened: it was changed, or belongs elsewhere",
        purpose.name()
    ))
}
