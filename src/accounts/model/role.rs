//! Roles: what somebody may do beyond their own account.

use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everybody's; it is never given or taken.
    User,
    /// May administer.
    Admin,
    /// May administer, and is answerable for the tenant.
    Owner,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::User, Self::Admin, Self::Owner];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub const fn may_administer(self) -> bool {
        matches!(self, Self::Admin | Self::Owner)
    }
}

/// Without this person nobody could administer any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody else may administer; give another person the role first")]
pub struct LastAdministrator;

/// The roles in the tenant at hand.
pub trait Roles {
    /// Beginning with `User`, which everybody has.
    async fn roles_of(&mut self, user: &UserId) -> Result<Vec<Role>, Failure>;

    /// False when they have it already.
    async fn give_role(&mut self, user: &UserId, role: Role) -> Result<bool, Failure>;

    /// False when they do not have it.
    async fn take_role(&mut self, user: &UserId, role: Role) -> Result<bool, Failure>;

    async fn has_administrator(&mut self) -> Result<bool, Failure>;

    /// Some of the people who are active and may administer, two at most. No other unit of work takes one of
    /// them away until this one is over.
    async fn some_administrators(&mut self) -> Result<Vec<UserId>, Failure>;
}
