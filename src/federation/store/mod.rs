//! Providers, identities and trips, in the database.

mod farewells;
mod groups;
mod identities;
mod providers;
mod roles;
mod trips;

use crate::platform::storage::Statement;

pub(crate) const STATEMENTS: &[&[Statement]] = &[
    farewells::STATEMENTS,
    groups::STATEMENTS,
    identities::STATEMENTS,
    providers::STATEMENTS,
    roles::STATEMENTS,
    trips::STATEMENTS,
];
