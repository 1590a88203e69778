//! A person: who they are here, and whether they may come in.

use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    /// How pages address them.
    pub name: String,
    pub made_at: Timestamp,
    pub email_verified_at: Option<Timestamp>,
    pub status: Status,
}

/// What was decided about somebody last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Active,
    /// By an administrator, for a while.
    Suspended {
        since: Timestamp,
    },
    /// By themselves or for good.
    Deactivated {
        since: Timestamp,
    },
}

impl Status {
    /// Deactivation outlasts suspension.
    pub fn of(suspended_at: Option<Timestamp>, deactivated_at: Option<Timestamp>) -> Self {
        match (suspended_at, deactivated_at) {
            (_, Some(since)) => Self::Deactivated { since },
            (Some(since), None) => Self::Suspended { since },
            (None, None) => Self::Active,
        }
    }

    /// INV-17: every way in asks this.
    pub const fn may_sign_in(self) -> bool {
        matches!(self, Self::Active)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Deactivated { .. } => "deactivated",
        }
    }

    pub const fn suspended_at(self) -> Option<Timestamp> {
        match self {
            Self::Suspended { since } => Some(since),
            _ => None,
        }
    }

    pub const fn deactivated_at(self) -> Option<Timestamp> {
        match self {
            Self::Deactivated { since } => Some(since),
            _ => None,
        }
    }
}

/// The people of the tenant at hand.
pub trait Users {
    /// False when the address is somebody's already.
    async fn add_user(&mut self, user: &User) -> Result<bool, Failure>;

    async fn user(&mut self, id: &UserId) -> Result<Option<User>, Failure>;

    async fn user_of_email(&mut self, email: &Email) -> Result<Option<User>, Failure>;

    /// After this id, in the order in which they came.
    async fn users(&mut self, after: &str, limit: i64) -> Result<Vec<User>, Failure>;
}

/// What is kept of passwords: never more than a hash.
pub trait PasswordHashes {
    async fn password_of(&mut self, user: &UserId) -> Result<Option<String>, Failure>;

    async fn password_set_at(&mut self, user: &UserId) -> Result<Option<Timestamp>, Failure>;

    /// In the place of the one before.
    async fn keep_password(&mut self, user: &UserId, hash: &str) -> Result<(), Failure>;

    /// The same password in another form; false when it was changed meanwhile.
    async fn renew_hash(&mut self, user: &UserId, old: &str, new: &str) -> Result<bool, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    // INV-17
    #[test]
    fn only_an_active_account_lets_in() {
        let at = Timestamp::from_seconds(1);
        assert!(Status::of(None, None).may_sign_in());
        assert_eq!(Status::of(Some(at), None), Status::Suspended { since: at });
        assert_eq!(Status::of(Some(at), Some(at)), Status::Deactivated { since: at });
        assert!(!Status::of(Some(at), None).may_sign_in());
        assert!(!Status::of(None, Some(at)).may_sign_in());
    }
}
