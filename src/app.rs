//! The composition root: settings become parts, and parts become a server.

use crate::platform::storage::{self, Statement};
use crate::platform::{jobs, sealing};
use crate::tenants;

/// Everything that is ever sent to a database, for the tests that prepare it all on both engines.
pub fn statements() -> Vec<Statement> {
    let stores = [jobs::STATEMENTS, sealing::STATEMENTS, tenants::STATEMENTS];
    storage::STATEMENTS.iter().chain(&stores).copied().flatten().copied().collect()
}
