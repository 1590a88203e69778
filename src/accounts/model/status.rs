//! Whether somebody may come in, as it was decided last, and what may be decided next.

use crate::kernel::time::Timestamp;

/// Where an account stands, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Registered; the mailbox is still to be proven.
    PendingVerification {
        since: Timestamp,
    },
    Active,
    /// Against misuse: nobody comes in, and whoever is in stays.
    Locked {
        since: Timestamp,
    },
    /// By an administrator, for a while.
    Suspended {
        since: Timestamp,
    },
    /// By themselves or for good; it can be undone.
    Deactivated {
        since: Timestamp,
    },
    /// What named the person is gone. Only the id stays, so that no other gets it.
    Deleted {
        since: Timestamp,
    },
}

/// The same as times, for a row. A later state outlasts an earlier one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    pub pending_at: Option<Timestamp>,
    pub locked_at: Option<Timestamp>,
    pub suspended_at: Option<Timestamp>,
    pub deactivated_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
}

/// What may be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The mailbox was proven.
    Verify,
    Lock,
    Suspend,
    /// In order again, whatever held it back.
    Activate,
    Deactivate,
    Delete,
}

/// Why a turn is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTurn {
    #[error("the account is {0} already")]
    Already(&'static str),
    #[error("an account that is {0} cannot become {1}")]
    Impossible(&'static str, &'static str),
}

impl Status {
    pub const fn of(marks: Marks) -> Self {
        match marks {
            Marks { deleted_at: Some(since), .. } => Self::Deleted { since },
            Marks { deactivated_at: Some(since), .. } => Self::Deactivated { since },
            Marks { suspended_at: Some(since), .. } => Self::Suspended { since },
            Marks { locked_at: Some(since), .. } => Self::Locked { since },
            Marks { pending_at: Some(since), .. } => Self::PendingVerification { since },
            _ => Self::Active,
        }
    }

    pub fn marks(self) -> Marks {
        let none = Marks::default();
        match self {
            Self::Active => none,
            Self::PendingVerification { since } => Marks { pending_at: Some(since), ..none },
            Self::Locked { since } => Marks { locked_at: Some(since), ..none },
            Self::Suspended { since } => Marks { suspended_at: Some(since), ..none },
            Self::Deactivated { since } => Marks { deactivated_at: Some(since), ..none },
            Self::Deleted { since } => Marks { deleted_at: Some(since), ..none },
        }
    }

    /// INV-17: every way in asks this.
    pub const fn may_sign_in(self) -> bool {
        matches!(self, Self::Active)
    }

    /// Whether sessions and grants that were begun before may go on (INV-09).
    pub const fn may_stay(self) -> bool {
        matches!(self, Self::Active | Self::Locked { .. } | Self::PendingVerification { .. })
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingVerification { .. } => "pending_verification",
            Self::Active => "active",
            Self::Locked { .. } => "locked",
            Self::Suspended { .. } => "suspended",
            Self::Deactivated { .. } => "deactivated",
            Self::Deleted { .. } => "deleted",
        }
    }

    /// What it is after this turn. Nobody comes back from the deleted, and an account that was deactivated
    /// is activated before anything else happens to it.
    pub fn after(self, turn: Turn, now: Timestamp) -> Result<Self, NoTurn> {
        let wanted = turn.leads_to(now);
        if self.as_str() == wanted.as_str() {
            return Err(NoTurn::Already(self.as_str()));
        }
        let possible = match (self, turn) {
            (Self::PendingVerification { .. }, Turn::Verify) => true,
            (Self::Deleted { .. }, _)
            | (_, Turn::Verify)
            | (Self::Deactivated { .. }, Turn::Lock | Turn::Suspend)
            | (Self::Suspended { .. }, Turn::Lock) => false,
            _ => true,
        };
        if possible { Ok(wanted) } else { Err(NoTurn::Impossible(self.as_str(), wanted.as_str())) }
    }
}

impl Turn {
    const fn leads_to(self, since: Timestamp) -> Status {
        match self {
            Self::Verify | Self::Activate => Status::Active,
            Self::Lock => Status::Locked { since },
            Self::Suspend => Status::Suspended { since },
            Self::Deactivate => Status::Deactivated { since },
            Self::Delete => Status::Deleted { since },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_micros(1);

    fn all() -> [Status; 6] {
        [
            Status::PendingVerification { since: AT },
            Status::Active,
            Status::Locked { since: AT },
            Status::Suspended { since: AT },
            Status::Deactivated { since: AT },
            Status::Deleted { since: AT },
        ]
    }

    // INV-17, INV-09
    #[test]
    fn only_an_active_account_lets_in_and_what_is_over_lets_nobody_stay() {
        for status in all() {
            assert_eq!(status.may_sign_in(), status == Status::Active);
            let over = ["suspended", "deactivated", "deleted"].contains(&status.as_str());
            assert_eq!(status.may_stay(), !over, "{status:?}");
            assert_eq!(Status::of(status.marks()), status);
        }
        let both = Marks { suspended_at: Some(AT), deactivated_at: Some(AT), ..Marks::default() };
        assert_eq!(Status::of(both), Status::Deactivated { since: AT });
    }

    // ACC-01: every transition, from each state
    #[test]
    fn each_turn_leads_to_one_state_or_is_refused() {
        let turns = [
            Turn::Verify,
            Turn::Lock,
            Turn::Suspend,
            Turn::Activate,
            Turn::Deactivate,
            Turn::Delete,
        ];
        let outcomes = all().map(|status| {
            turns.map(|turn| match status.after(turn, AT) {
                Ok(next) => next.as_str(),
                Err(NoTurn::Already(_)) => "=",
                Err(NoTurn::Impossible(..)) => "-",
            })
        });
        let expected = [
            ["active", "locked", "suspended", "active", "deactivated", "deleted"],
            ["=", "locked", "suspended", "=", "deactivated", "deleted"],
            ["-", "=", "suspended", "active", "deactivated", "deleted"],
            ["-", "-", "=", "active", "deactivated", "deleted"],
            ["-", "-", "-", "active", "=", "deleted"],
            ["-", "-", "-", "-", "-", "="],
        ];
        assert_eq!(outcomes, expected);
    }
}
