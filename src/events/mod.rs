//! What happened: recorded with the change, linked into a chain, verified, exported.
//!
//! ```text
//! work.record(&event, &context)   record.rs       one row of `events`, in the commit of the change
//!   └ link                        link.rs         one row of `chain`, within a second, by one node
//!       └ checkpoint              checkpoint.rs   one row of `checkpoints`: a signed head, now and then
//! verify                          verify.rs       walks a chain against its records and checkpoints
//! export                          export.rs       the same, to be verified elsewhere
//! ```

pub mod audit;
pub mod checkpoint;
pub mod export;
pub mod link;
pub mod model;
pub mod record;
mod store;
pub mod verify;

pub use model::{Actor, Context, Event, Events, Name};

use crate::platform::storage::Statement;

/// Everything this folder sends to a database.
pub(crate) const STATEMENTS: &[&[Statement]] = &[store::STATEMENTS, audit::STATEMENTS];
