//! People, and what is kept about them, in the database.

mod factors;
mod people;
mod roles;

use crate::platform::storage::Statement;

/// Everything this folder sends to a database.
pub(crate) const STATEMENTS: &[&[Statement]] =
    &[people::STATEMENTS, factors::STATEMENTS, roles::STATEMENTS];
