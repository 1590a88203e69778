//! What the protocol does when a session or an account ends, in the same commit (INV-09).

use super::token::model::Grants;
use crate::events::record::fact;
use crate::kernel::failure::Failure;
use crate::kernel::ids::{SessionId, UserId};
use crate::platform::storage::{Listener, Record, Work};

/// Heard by their wire names: a record is all that is handed on.
pub const LISTENERS: &[Listener] = &[
    Listener {
        to: &["session.revoked", "logout.completed"],
        hear: |work, record| Box::pin(session_ended(work, record)),
    },
    Listener {
        to: &["user.suspended", "user.deactivated", "user.deleted"],
        hear: |work, record| Box::pin(account_closed(work, record)),
    },
];

/// What was granted without offline access ends with the session.
async fn session_ended(work: &mut Work, record: &Record) -> Result<(), Failure> {
    let session = fact(record, "session").and_then(|id| SessionId::parse(&id));
    let session = session.ok_or_else(|| nameless(record))?;
    work.revoke_grants_in(&session).await.map(drop)
}

/// All of it, offline access too.
async fn account_closed(work: &mut Work, record: &Record) -> Result<(), Failure> {
    let user = fact(record, "user").and_then(|id| UserId::parse(&id));
    let user = user.ok_or_else(|| nameless(record))?;
    work.revoke_grants_of(&user, None).await.map(drop)
}

fn nameless(record: &Record) -> Failure {
    Failure::broken(format!("a record of {} does not say of whom", record.kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Event;

    #[test]
    fn what_is_listened_to_can_happen() {
        for kind in LISTENERS.iter().flat_map(|listener| listener.to) {
            assert!(Event::ALL.iter().any(|entry| entry.name == *kind), "{kind}");
        }
    }
}
