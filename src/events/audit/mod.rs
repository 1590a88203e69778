//! Reading the log: the newest first, or onwards from where one was.

mod store;

pub(crate) use store::STATEMENTS;

use super::link::first_id;
use super::model::chain::Recorded;
use super::model::{Log, Page};
use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;

/// Sorts after every id.
const END: &str = "~";

/// The newest records before this id, or at all; the newest first, also those that wait for their link.
pub async fn newest<W: Log>(
    work: &mut W,
    before: Option<&str>,
    page: Page<'_>,
) -> Result<Vec<Recorded>, Failure> {
    work.older(before.unwrap_or(END), page).await
}

/// Records from this instant on, the oldest first.
pub async fn since<W: Log>(
    work: &mut W,
    at: Timestamp,
    page: Page<'_>,
) -> Result<Vec<Recorded>, Failure> {
    work.newer(&first_id(at), page).await
}

/// Records after this id, the oldest first.
pub async fn onwards<W: Log>(
    work: &mut W,
    after: &str,
    page: Page<'_>,
) -> Result<Vec<Recorded>, Failure> {
    work.newer(after, page).await
}

/// To follow the log: in the order of the chain nothing slips in behind, at the price of a second.
pub async fn follow<W: Log>(
    work: &mut W,
    after_sequence: i64,
    page: Page<'_>,
) -> Result<Vec<Recorded>, Failure> {
    work.linked(after_sequence, page).await
}
