//! What changes about somebody after their account was made.

use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::time::Timestamp;

/// What somebody accepts before they go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// `terms` or `privacy`.
    pub name: &'static str,
    pub url: String,
    pub version: String,
}

impl Document {
    pub fn is_among(&self, accepted: &[(String, String)]) -> bool {
        accepted.iter().any(|(name, version)| name == self.name && *version == self.version)
    }
}

/// Changes of one person, in the tenant at hand.
pub trait Changes {
    /// It is theirs beyond doubt: somebody opened a letter that went there.
    async fn prove_email(&mut self, user: &UserId) -> Result<(), Failure>;

    /// A proven one. False when it is somebody else's by now.
    async fn change_email(&mut self, user: &UserId, email: &Email) -> Result<bool, Failure>;

    /// Which version of which document they accepted.
    async fn accept(&mut self, user: &UserId, what: (&str, &str)) -> Result<(), Failure>;

    /// All that they ever accepted: document and version.
    async fn accepted(&mut self, user: &UserId) -> Result<Vec<(String, String)>, Failure>;
}

/// Locks against guessing: `signin` keeps them.
pub trait Locks {
    /// What was tried and failed counts no more.
    async fn lift_lock(&mut self, user: &UserId) -> Result<(), Failure>;
}

/// What becomes of passwords in time.
pub trait FormerPasswords {
    /// When the present one was set.
    async fn password_set_at(&mut self, user: &UserId) -> Result<Option<Timestamp>, Failure>;

    /// The hashes of those before the present one, the newest first.
    async fn former_passwords(&mut self, user: &UserId, most: i64) -> Result<Vec<String>, Failure>;

    /// The present one joins those before it, of which so many are kept.
    async fn retire_password(&mut self, user: &UserId, keep: i64) -> Result<(), Failure>;
}
