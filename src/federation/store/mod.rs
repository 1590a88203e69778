//! Providers, identities and trips, in the database.

mod identities;
mod providers;
mod trips;

use crate::platform::storage::Statement;

pub(crate) const STATEMENTS: &[&[Statement]] =
    &[identities::STATEMENTS, providers::STATEMENTS, trips::STATEMENTS];
