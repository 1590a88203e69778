//! Codes and refresh tokens: random texts behind a header that says where to look, and a MAC over both (D-17).

use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::{GrantId, TenantId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Secret;
use crate::platform::sealing::mac::Mac;
use crate::platform::sealing::{Purpose, Sealer};
use crate::platform::storage::{At, Database, Work};
use arc_swap::ArcSwap;
use data_encoding::BASE64URL_NOPAD;
use std::collections::HashMap;

/// What it is for. One never passes for the other (A-036, PT-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Code,
    RefreshToken,
    /// An opaque one. Its header names a grant of nobody: what it is for is in its row.
    AccessToken,
}

impl Kind {
    /// Kind and version; secret scanners may look for it.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Code => "vac1",
            Self::RefreshToken => "vrt1",
            Self::AccessToken => "vat1",
        }
    }
}

/// Where the row is. It grants nothing: the row's hash of the whole text does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub kind: Kind,
    pub grant: GrantId,
    pub generation: i64,
}

/// Writes and reads the credentials of one tenant.
#[derive(Clone)]
pub struct Credentials {
    tenant: TenantId,
    mac: Mac,
    /// Raised when a backup is restored, and with it everything older is refused (INV-36).
    epoch: i64,
}

impl Credentials {
    pub fn make(&self, header: &Header, moment: &mut impl Moment) -> Secret {
        let start = self.start(header);
        let signed = format!("{start}.{}", moment.secret().reveal());
        let tag = BASE64URL_NOPAD.encode(&self.mac.tag(&signed));
        Secret::new(format!("{signed}.{tag}"))
    }

    /// `None` unless we made exactly this text, for this tenant, in this epoch, and of this kind.
    pub fn read(&self, kind: Kind, text: &str) -> Option<Header> {
        let (signed, tag) = text.rsplit_once('.')?;
        let tag = BASE64URL_NOPAD.decode(tag.as_bytes()).ok()?;
        if !self.mac.is_right(signed, &tag) {
            return None;
        }
        let mut parts = signed.split('.').skip(3);
        let grant = GrantId::parse(&format!("gnt_{}", parts.next()?))?;
        let generation = parts.next()?.parse().ok()?;
        let header = Header { kind, grant, generation };
        signed.starts_with(&format!("{}.", self.start(&header))).then_some(header)
    }

    fn start(&self, header: &Header) -> String {
        let tenant = self.tenant.as_str().trim_start_matches("ten_");
        let grant = header.grant.as_str().trim_start_matches("gnt_");
        let (prefix, epoch) = (header.kind.prefix(), self.epoch);
        format!("{prefix}.{tenant}.{epoch}.{grant}.{}", header.generation)
    }
}

/// The keys behind them, read once per tenant.
pub struct CredentialKeys {
    held: ArcSwap<HashMap<TenantId, Credentials>>,
}

impl CredentialKeys {
    pub fn new() -> Self {
        Self { held: ArcSwap::default() }
    }

    pub async fn of(
        &self,
        database: &Database,
        sealer: &Sealer,
        at: At,
    ) -> Result<Credentials, Failure> {
        if let Some(held) = self.held.load().get(&at.tenant) {
            return Ok(held.clone());
        }
        let mac: Done<Mac> = database
            .write(at, async |work: &mut Work| Ok(sealer.mac(work, Purpose::Credential).await?))
            .await;
        let made = Credentials { tenant: at.tenant, mac: unrefused(mac)?, epoch: 0 };
        self.held.rcu(|held| {
            let mut held = HashMap::clone(held);
            held.insert(at.tenant, made.clone());
            held
        });
        Ok(made)
    }
}

impl Default for CredentialKeys {
    fn default() -> Self {
        Self::new()
    }
}
