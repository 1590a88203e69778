//! What happens to an account, wherever: its owner finds it in their activity, and is told by mail of what changes
//! how they prove themselves. All of it in the same commit.

use super::errands::put;
use super::model::activity::{Activity, Entry, KINDS, about};
use super::model::{Errand, Factor, Notice};
use crate::events::record::{count, fact};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::limits::{Limit, count as count_one};
use crate::platform::storage::{Listener, Record, Work};

/// Heard by their wire names: a record is all that is handed on.
pub const LISTENERS: &[Listener] = &[
    Listener {
        to: &["factor.added", "factor.removed"],
        hear: |work, record| Box::pin(factor(work, record)),
    },
    Listener { to: KINDS, hear: |work, record| Box::pin(note(work, record)) },
    Listener { to: &["user.deleted"], hear: |work, record| Box::pin(deleted(work, record)) },
    Listener { to: &["recovery_code.used"], hear: |work, record| Box::pin(code(work, record)) },
];

/// A failed sign-in may be nobody's, who has no activity: a row of the same weight is written for a minute, so that
/// it takes as long as somebody's.
async fn note(work: &mut Work, record: &Record) -> Result<(), Failure> {
    let Some(user) = fact(record, "user").and_then(|id| UserId::parse(&id)) else {
        let once = Limit { most: 1, window: Lifetime::minutes(1) };
        return count_one(work, ("nobody's activity", &record.id), once).await.map(drop);
    };
    let entry = Entry {
        id: record.id.clone(),
        at: Timestamp::from_micros(record.at),
        kind: record.kind.to_owned(),
        about: about(record.kind).and_then(|name| fact(record, name)).unwrap_or_default(),
        device: None,
    };
    work.note_activity(&user, &entry).await
}

async fn deleted(work: &mut Work, record: &Record) -> Result<(), Failure> {
    let user = fact(record, "user").and_then(|id| UserId::parse(&id));
    work.forget_activity_of(&user.ok_or_else(|| nameless(record))?).await
}

async fn factor(work: &mut Work, record: &Record) -> Result<(), Failure> {
    let factor = fact(record, "factor").and_then(|name| Factor::parse(&name));
    let factor = factor.ok_or_else(|| nameless(record))?;
    let at = work.now();
    let notice = match record.kind {
        "factor.added" => Notice::FactorAdded { at, factor },
        _ => Notice::FactorRemoved { at, factor },
    };
    tell(work, record, notice).await
}

async fn code(work: &mut Work, record: &Record) -> Result<(), Failure> {
    let left = count(record, "left").ok_or_else(|| nameless(record))?;
    let notice = Notice::RecoveryCodeUsed { at: work.now(), left };
    tell(work, record, notice).await
}

async fn tell(work: &mut Work, record: &Record, notice: Notice) -> Result<(), Failure> {
    let user = fact(record, "user").ok_or_else(|| nameless(record))?;
    put(work, &Errand::OpenNotice { user, notice }).await
}

fn nameless(record: &Record) -> Failure {
    Failure::broken(format!("a record of {} does not say of whom or what", record.kind))
}
