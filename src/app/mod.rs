//! The composition root: settings become parts, and parts become a server or the ground of a command.

mod open;
mod refresh;
mod reload;
mod serve;
mod settings;
mod tasks;

pub use open::{House, Role, migrate};
pub use serve::{Serving, Start, serve};
pub use settings::{log, master_key, place, policy};

use crate::platform::storage::Statement;

/// Everything that is ever sent to a database; the tests prepare each.
pub fn statements() -> Vec<Statement> {
    let rest: &[&[Statement]] = &[
        crate::platform::jobs::STATEMENTS,
        crate::platform::sealing::STATEMENTS,
        crate::tenants::STATEMENTS,
        crate::keys::STATEMENTS,
    ];
    let all =
        crate::platform::storage::STATEMENTS.iter().chain(crate::events::STATEMENTS).chain(rest);
    all.flat_map(|list| list.iter().copied()).collect()
}
