//! What verifying a chain found, and the first thing that is bad.

use super::chain::{Claims, Head};
use super::event::Event;
use super::fact::Name;
use crate::kernel::ids::{EventId, TenantId};
use crate::kernel::time::Timestamp;
use std::fmt;

/// One record in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub sequence: i64,
    pub event_id: String,
    pub at: Timestamp,
}

/// The first thing that is not as it was, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// `None` for a sealed detail that belongs to no record.
    pub sequence: Option<i64>,
    pub event_id: Option<String>,
    pub at: Option<Timestamp>,
    pub flaw: Flaw,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// No link has this number, though a later one is there.
    Gap,
    /// The link is there, its record is not.
    RecordMissing,
    /// Record, place or hash were changed.
    Altered { stored: String, computed: String },
    /// The sealed detail is another than the record was made with.
    DetailAltered,
    /// A sealed detail that belongs to no record.
    DetailAstray,
    /// A stored checkpoint is not what was signed.
    CheckpointForged,
    /// The chain fits itself, but not the checkpoint: everything after the last record that an earlier
    /// checkpoint confirms was written anew.
    Rewritten { after: i64 },
    /// A checkpoint saw records from here up to `seen`; they are gone.
    TailCut { seen: i64 },
    /// A line of an export that is not one.
    Unreadable,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap => f.write_str("the link is missing"),
            Self::RecordMissing => f.write_str("the record is missing"),
            Self::Altered { stored, computed } => write!(f, "stored {stored} computed {computed}"),
            Self::DetailAltered => f.write_str("its sealed detail was altered"),
            Self::DetailAstray => f.write_str("a sealed detail belongs to no record"),
            Self::CheckpointForged => f.write_str("the checkpoint is not what was signed"),
            Self::Rewritten { after } => {
                write!(f, "the checkpoint differs: records after {after} were written anew")
            }
            Self::TailCut { seen } => write!(f, "cut: a checkpoint saw records up to {seen}"),
            Self::Unreadable => f.write_str("the line is not one of an export"),
        }
    }
}

/// What verifying one chain found.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub tenant: TenantId,
    pub records: i64,
    pub head: Head,
    pub last_good: Option<Place>,
    pub broken: Option<Broken>,
    /// Recorded a moment ago, not linked yet.
    pub waiting: i64,
    /// Recorded long ago and never linked: marked, for the linker may have been away.
    pub unlinked: i64,
    pub first_unlinked: Option<String>,
    /// Details that an erasure took away.
    pub erased: i64,
    pub checkpoints: i64,
    pub last_checkpoint: Option<Claims>,
}

impl Verdict {
    pub const fn is_whole(&self) -> bool {
        self.broken.is_none()
    }

    /// What is recorded about the verification itself.
    pub fn event(&self) -> Event {
        match &self.broken {
            None => {
                Event::AuditVerified { records: self.records, last_sequence: self.head.sequence }
            }
            Some(broken) => Event::AuditChainBroken {
                sequence: broken.sequence,
                record: broken.event_id.as_deref().and_then(EventId::parse),
                reason: Name::new(&broken.flaw.to_string()),
            },
        }
    }
}
