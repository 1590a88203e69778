//! Groups: to whom in the organisation somebody belongs. They open nothing here; applications are told of them.

use super::role::Role;
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::{GroupId, UserId};
use crate::tenants::model::display_name;
use serde::{Deserialize, Serialize};
use std::fmt;

/// As applications are told it, letter by letter: two that differ in one are two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupName(String);

impl GroupName {
    const LONGEST: usize = 100;

    /// Without the spaces around it.
    pub fn parse(text: &str) -> Option<Self> {
        let name = display_name(text).ok()?;
        (name.chars().count() <= Self::LONGEST).then_some(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a group has a name of 1 to 100 characters, none of them a control")]
pub struct Nameless;

impl TryFrom<String> for GroupName {
    type Error = Nameless;

    fn try_from(text: String) -> Result<Self, Nameless> {
        Self::parse(&text).ok_or(Nameless)
    }
}

impl From<GroupName> for String {
    fn from(name: GroupName) -> Self {
        name.0
    }
}

/// It keeps its id when its name changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub id: GroupId,
    pub name: GroupName,
}

/// Nobody is in more: the names of all of them stand in one token, and that in one header.
pub const MOST_GROUPS: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub user: UserId,
    pub email: Email,
}

/// What somebody is in the organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belonging {
    /// Beginning with `User`, which everybody is.
    pub roles: Vec<Role>,
    /// By name.
    pub groups: Vec<GroupName>,
}

/// The groups of the tenant at hand.
pub trait Groups {
    /// By name, each with the number of its members.
    async fn groups(&mut self) -> Result<Vec<(Group, i64)>, Failure>;

    async fn group_named(&mut self, name: &GroupName) -> Result<Option<Group>, Failure>;

    /// False when another has that name.
    async fn add_group(&mut self, group: &Group) -> Result<bool, Failure>;

    /// False when another has that name.
    async fn rename_group(&mut self, group: &Group) -> Result<bool, Failure>;

    /// Its members are members no more. False when there is none.
    async fn delete_group(&mut self, group: &GroupId) -> Result<bool, Failure>;
}

/// Who is in which group of the tenant at hand.
pub trait Members {
    /// After this id, in the order in which they came to the tenant.
    async fn members(
        &mut self,
        group: &GroupId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Member>, Failure>;

    /// False when they are one already.
    async fn add_member(&mut self, group: &GroupId, user: &UserId) -> Result<bool, Failure>;

    /// False when they are none.
    async fn remove_member(&mut self, group: &GroupId, user: &UserId) -> Result<bool, Failure>;

    /// Roles and groups in one statement: whoever asks for one often asks for both.
    async fn belonging_of(&mut self, user: &UserId) -> Result<Belonging, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    // P-220: what stands in a token is what the operator wrote, and nothing that plays with who reads it
    #[test]
    fn a_group_has_a_name_of_its_own() {
        let parsed = |text: &str| GroupName::parse(text).map(|name| name.as_str().to_owned());
        assert_eq!(parsed("  hall keepers "), Some("hall keepers".into()));
        assert_eq!(parsed("Büro/2 – Nord"), Some("Büro/2 – Nord".into()));
        assert_ne!(GroupName::parse("Keepers"), GroupName::parse("keepers"));
        assert_eq!(parsed(&"ü".repeat(100)), Some("ü".repeat(100)));
        for wrong in ["", "  ", "a\nb", "a\u{0}", "a\u{202e}b", &"x".repeat(101)] {
            assert_eq!(parsed(wrong), None, "{wrong:?}");
        }
    }
}
