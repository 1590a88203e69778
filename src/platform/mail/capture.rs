//! In development a letter is kept and shown, and goes no further.

use super::model::{Captured, Letter};
use super::store;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Database, Work};

/// So many are shown.
const SHOWN: i64 = 50;
const KEPT: Lifetime = Lifetime::days(7);

pub(super) async fn keep(database: &Database, at: At, letter: &Letter) -> Result<(), Failure> {
    let done: Done<()> =
        database.write(at, async |work: &mut Work| Ok(store::keep(work, letter).await?)).await;
    unrefused(done)
}

/// The newest first.
pub async fn captured(database: &Database, at: At) -> Result<Vec<Captured>, Failure> {
    database.read(at, async |work: &mut Work| store::captured(work, SHOWN).await).await
}

/// Every table stays bounded.
pub async fn forget_captured(database: &Database, at: At) -> Result<(), Failure> {
    let before = at.now.minus(KEPT);
    let done: Done<()> =
        database.write(at, async |work: &mut Work| Ok(store::forget(work, before).await?)).await;
    unrefused(done)
}
