//! Which browser is whom, since when, proven how.
//!
//! ```text
//! cookie ─ tower-sessions ─ browsers (id hashed)      http/cookie.rs   which browser
//!                              └ sessions             begin.rs, end.rs who is signed in there
//! MaybeUser, CurrentUser                              http/mod.rs      asked by every page
//! ```

pub mod begin;
pub mod end;
pub mod http;
pub mod model;
mod store;

use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Database, Statement, Work};
use model::Upkeep;

/// Everything this folder sends to a database.
pub(crate) const STATEMENTS: &[&[Statement]] =
    &[store::STATEMENTS, store::browsers::STATEMENTS, store::devices::STATEMENTS];

/// What ended is remembered this long.
const REMEMBERED: Lifetime = Lifetime::days(30);

/// Every table stays bounded.
pub async fn forget_over(database: &Database, at: At) -> Result<(), Failure> {
    let before = at.now.minus(REMEMBERED);
    let done: Done<()> =
        database.write(at, async |work: &mut Work| Ok(work.forget_over(before).await?)).await;
    unrefused(done)
}
