//! Records, links and checkpoints, as they are stored. Nothing here updates or deletes.

mod chain;
mod log;
mod rows;

use crate::platform::storage::Statement;

/// Everything this folder sends to a database.
pub(crate) const STATEMENTS: &[&[Statement]] = &[chain::STATEMENTS, log::STATEMENTS];
