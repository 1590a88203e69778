//! People, and what is kept about them, in the database.

mod activity;
mod changes;
mod factors;
mod groups;
mod links;
mod passkeys;
mod people;
mod roles;
mod schemas;

use crate::platform::storage::Statement;

/// Everything this folder sends to a database.
pub(crate) const STATEMENTS: &[&[Statement]] = &[
    activity::STATEMENTS,
    changes::STATEMENTS,
    factors::STATEMENTS,
    groups::STATEMENTS,
    links::STATEMENTS,
    passkeys::STATEMENTS,
    people::STATEMENTS,
    roles::STATEMENTS,
    schemas::STATEMENTS,
];
