//! Signing in through Google or any OpenID provider.
//!
//! ```text
//! begin.rs      a browser leaves: trip noted, where to is asked of provider/
//! complete.rs   it comes back: claim the trip (a write), ask the provider (no database), settle (a write)
//! make.rs       somebody new gets an account
//! link.rs       identities of an account: proven before they are linked, and unlinked again
//! follow.rs     what an account takes over from what a provider says   ─ belong.rs  its groups   ─ rules.rs  by which rules
//! farewell.rs   a session ends here, and perhaps there
//! line.rs       what is kept in memory of each provider, and how much may be asked of it
//! manage.rs     providers are added, tried, disabled and deleted   ─ presets.rs   what is known of a kind
//! ```
//!
//! Who somebody is, is a pair: issuer and subject. An address finds nobody by itself (INV-22; `model/arrival.rs`).
//! The pages between nobody and somebody are in `signin`.

pub mod begin;
mod belong;
pub mod complete;
pub mod farewell;
pub mod follow;
pub mod line;
pub mod link;
pub mod listen;
mod make;
pub mod manage;
pub mod model;
pub mod pages;
pub mod presets;
pub mod provider;
pub mod rules;
mod store;

pub(crate) use store::STATEMENTS;

use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::moment::Ambient;
use crate::platform::outbound::Client;
use crate::platform::sealing::Sealer;
use crate::platform::storage::{At, Database, Work};
use line::Lines;
use model::{Provider, Providers, Trips};
use std::sync::Arc;

/// With what people are sent away and received.
pub struct Ground {
    pub database: Database,
    pub sealer: Sealer,
    pub ambient: Ambient,
    pub outbound: Arc<Client>,
    pub lines: Lines,
}

impl Ground {
    /// Of the tenant at hand, by name; those that are disabled as well.
    pub async fn providers(&self, at: At) -> Result<Vec<Provider>, Failure> {
        self.database.read(at, async |work: &mut Work| work.providers().await).await
    }
}

/// Where a provider sends browsers back to: an address of its own for each (R-BCP-12).
pub fn redirect_uri(issuer: &str, provider: &str) -> String {
    format!("{issuer}/login/via/{provider}/callback")
}

/// Every table stays bounded.
pub async fn forget_over(database: &Database, at: At) -> Result<(), Failure> {
    let done: Done<()> =
        database.write(at, async |work: &mut Work| Ok(work.forget_trips(at.now).await?)).await;
    unrefused(done)
}
