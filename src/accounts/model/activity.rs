//! What happened to an account, for its owner's eyes.

use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::time::{Lifetime, Timestamp};

/// Which records are of interest, by their wire names.
pub const KINDS: &[&str] = &[
    "user.created",
    "user.email_changed",
    "user.password_changed",
    "user.updated",
    "user.locked",
    "user.activated",
    "document.accepted",
    "factor.added",
    "factor.removed",
    "recovery_code.used",
    "recovery_codes.renewed",
    "role.assigned",
    "role.removed",
    "group.member_added",
    "group.member_removed",
    "login.succeeded",
    "login.failed",
    "login.blocked",
    "login.unlocked",
    "logout.completed",
    "session.revoked",
    "consent.granted",
    "consent.revoked",
    "identity.linked",
    "identity.unlinked",
];

/// The fact that says what a record is about, beside the person.
pub fn about(kind: &str) -> Option<&'static str> {
    match kind {
        "login.succeeded" | "logout.completed" | "session.revoked" => Some("session"),
        "factor.added" | "factor.removed" => Some("factor"),
        "role.assigned" | "role.removed" => Some("role"),
        "group.member_added" | "group.member_removed" => Some("name"),
        "identity.linked" | "identity.unlinked" => Some("provider"),
        _ => None,
    }
}

/// Older than that, it is for the audit log alone.
pub const KEPT_FOR: Lifetime = Lifetime::days(90);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Of the record. Ids sort by age, so they are the cursor.
    pub id: String,
    pub at: Timestamp,
    pub kind: String,
    /// Empty when it is about nothing else.
    pub about: String,
    /// The browser of the session it is about, as it called itself, and from where it came.
    pub device: Option<(String, Option<String>)>,
}

/// The activity of people in the tenant at hand.
pub trait Activity {
    async fn note_activity(&mut self, user: &UserId, entry: &Entry) -> Result<(), Failure>;

    /// From the newest before this id backwards.
    async fn activity_of(
        &mut self,
        user: &UserId,
        before: &str,
        limit: i64,
    ) -> Result<Vec<Entry>, Failure>;

    /// When somebody is deleted.
    async fn forget_activity_of(&mut self, user: &UserId) -> Result<(), Failure>;

    /// Housekeeping, over all tenants.
    async fn forget_activity_before(&mut self, before: Timestamp) -> Result<(), Failure>;
}
