//! People, and what they prove themselves with.

pub mod create;
pub mod factors;
pub mod model;
pub mod pages;
mod store;

use crate::platform::storage::Statement;

/// Everything this folder sends to a database.
pub(crate) const STATEMENTS: &[&[Statement]] = &[store::STATEMENTS, store::factors::STATEMENTS];
