//! A person: who they are here.

use super::{AttributeSchema, Profile, Status, Username};
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::time::Timestamp;

#[derive(Clone, Debug, PartialEq)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub username: Option<Username>,
    /// How pages address them.
    pub name: String,
    pub profile: Profile,
    pub made_at: Timestamp,
    pub changed_at: Timestamp,
    pub email_verified_at: Option<Timestamp>,
    pub status: Status,
}

/// The people of the tenant at hand.
pub trait Users {
    /// False when the address is somebody's already.
    async fn add_user(&mut self, user: &User) -> Result<bool, Failure>;

    async fn user(&mut self, id: &UserId) -> Result<Option<User>, Failure>;

    /// Those of them who are there.
    async fn users_of(&mut self, ids: &[UserId]) -> Result<Vec<User>, Failure>;

    /// One, and until this unit of work is over nobody else changes them: what follows from how they stand now
    /// is in order with a suspension or a new password at the same instant (INV-09).
    async fn hold_user(&mut self, id: &UserId) -> Result<Option<User>, Failure>;

    /// They came in; whether it was for the first time.
    async fn has_come_in(&mut self, id: &UserId) -> Result<bool, Failure>;

    async fn user_of_email(&mut self, email: &Email) -> Result<Option<User>, Failure>;

    async fn user_of_username(&mut self, username: &Username) -> Result<Option<User>, Failure>;

    /// After this id, in the order in which they came.
    async fn users(&mut self, after: &str, limit: i64) -> Result<Vec<User>, Failure>;

    /// All but the address, as changed now.
    ///
    /// # Errors
    /// Asks to repeat the unit of work when the person was changed since `user` was read.
    async fn keep_user(&mut self, user: &User) -> Result<(), Failure>;

    /// What names them is gone, and the address is free for another.
    async fn erase_user(&mut self, user: &User) -> Result<(), Failure>;
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

/// Which attributes the tenant at hand has of its own.
pub trait AttributeSchemas {
    async fn attribute_schema(&mut self) -> Result<AttributeSchema, Failure>;

    async fn keep_attribute_schema(&mut self, schema: &AttributeSchema) -> Result<(), Failure>;
}
