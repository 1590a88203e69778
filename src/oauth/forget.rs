//! What is over is forgotten, so that every table of the protocol stays bounded.

use super::logout::model::SignOns;
use super::model::Passing;
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Database, Work};

/// What is over is refused by its own time; a day more keeps a clock that is late from meeting a gap, and tells
/// a second use of a code from an unknown one.
const KEPT: Lifetime = Lifetime::days(1);

/// Longer than a session may last.
const SIGN_ONS_KEPT: Lifetime = Lifetime::days(31);

/// Answers how many rows went.
pub async fn forget_over(database: &Database, at: At) -> Result<u64, Failure> {
    let before = at.now.minus(KEPT);
    let signed_on = at.now.minus(SIGN_ONS_KEPT);
    let forget = async |work: &mut Work| {
        Ok(work.forget_over(before).await? + work.forget_sign_ons(signed_on).await?)
    };
    let gone: Done<u64> = database.write(at, forget).await;
    unrefused(gone)
}
