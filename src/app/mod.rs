//! The composition root: settings become parts, and parts become a server or the ground of a command.

mod open;
mod people;
mod protocol;
mod refresh;
mod reload;
mod serve;
mod settings;
mod tasks;

pub use open::{House, Role, migrate};
pub use people::desk;
pub use serve::{Doors, More, Rhythm, Serving, Start, nothing_more, serve};
pub use settings::{log, master_key, place, policy};

use crate::platform::storage::{self, Listener, Statement};
use crate::platform::{jobs, limits, mail, sealing};
use crate::{accounts, events, federation, keys, oauth, sessions, signin, tenants};

/// Who hears of what, in the commit of the change (docs/architecture.md, "Adding an event").
pub const LISTENERS: &[&[Listener]] =
    &[accounts::listen::LISTENERS, federation::listen::LISTENERS, oauth::listen::LISTENERS];

/// Everything that is ever sent to a database, for the tests that prepare it all on both engines.
pub fn statements() -> Vec<Statement> {
    let stores = [
        jobs::STATEMENTS,
        limits::STATEMENTS,
        mail::STATEMENTS,
        sealing::STATEMENTS,
        tenants::STATEMENTS,
        keys::STATEMENTS,
    ];
    let folders = storage::STATEMENTS.iter().chain(events::STATEMENTS).chain(sessions::STATEMENTS);
    let folders = folders.chain(accounts::STATEMENTS).chain(signin::STATEMENTS);
    let folders = folders.chain(oauth::STATEMENTS).chain(oauth::token::STATEMENTS);
    let folders = folders.chain(federation::STATEMENTS);
    folders.chain(&stores).copied().flatten().copied().collect()
}
