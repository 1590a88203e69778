//! What an account takes over from what a provider says, by rules that name it.

use super::arrival::Claims;
use crate::accounts::model::{Group, GroupName, Role};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{GroupId, UserId};
use crate::tenants::model::Slug;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Applied at each sign-in. What no rule names is not touched (A-172).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// What is kept here, and the claim that it follows: `name`, `email`, a field of the profile, `attributes.…`.
    pub follows: BTreeMap<String, String>,
    pub roles: Vec<RoleRule>,
    /// Left out where there are none, so that a version that knows no groups reads the rest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupRule>,
}

/// Whoever has this value in this claim has this role. No value is ever read as the name of a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    pub role: Role,
    pub claim: String,
    pub value: String,
}

/// Whoever has this value in this claim is in this group. No value is ever read as the name of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRule {
    pub group: GroupName,
    pub claim: String,
    pub value: String,
}

impl Mapping {
    /// Every claim that a rule asks for.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        let of_roles = self.roles.iter().map(|rule| rule.claim.as_str());
        let of_groups = self.groups.iter().map(|rule| rule.claim.as_str());
        self.follows.values().map(String::as_str).chain(of_roles).chain(of_groups)
    }

    /// The roles of somebody of whom this is said, each once.
    pub fn roles(&self, claims: &Claims) -> Vec<Role> {
        let fits = |rule: &&RoleRule| says(claims, &rule.claim, &rule.value);
        let mut roles: Vec<Role> = self.roles.iter().filter(fits).map(|rule| rule.role).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// The same for groups.
    pub fn groups(&self, claims: &Claims) -> Vec<GroupName> {
        let fits = |rule: &&GroupRule| says(claims, &rule.claim, &rule.value);
        let fitting = self.groups.iter().filter(fits);
        let mut groups: Vec<GroupName> = fitting.map(|rule| rule.group.clone()).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }
}

fn says(claims: &Claims, claim: &str, value: &String) -> bool {
    claims.get(claim).is_some_and(|values| values.contains(value))
}

/// Roles that people have because of what a provider says, in the tenant at hand.
pub trait MappedRoles {
    async fn mapped_roles(&mut self, user: &UserId, by: &Slug) -> Result<Vec<Role>, Failure>;

    /// By whichever provider.
    async fn is_mapped(&mut self, user: &UserId, role: Role) -> Result<bool, Failure>;

    async fn note_mapped(&mut self, user: &UserId, role: Role, by: &Slug) -> Result<(), Failure>;

    async fn forget_mapped(&mut self, user: &UserId, role: Role, by: &Slug) -> Result<(), Failure>;

    /// Of every provider: it is given by hand from now on, or gone.
    async fn forget_all_mapped(&mut self, user: &UserId, role: Role) -> Result<(), Failure>;

    async fn mapped_by(&mut self, provider: &Slug) -> Result<Vec<UserId>, Failure>;
}

/// Groups in which people are because of what a provider says, in the tenant at hand. Whoever leaves a group, in
/// whatever way, is in it by no provider.
pub trait MappedGroups {
    async fn mapped_groups(&mut self, user: &UserId, by: &Slug) -> Result<Vec<Group>, Failure>;

    /// By whichever provider.
    async fn is_mapped_into(&mut self, user: &UserId, group: &GroupId) -> Result<bool, Failure>;

    /// Of somebody who is in it.
    async fn note_mapped_into(
        &mut self,
        user: &UserId,
        group: &GroupId,
        by: &Slug,
    ) -> Result<(), Failure>;

    async fn forget_mapped_into(
        &mut self,
        user: &UserId,
        group: &GroupId,
        by: &Slug,
    ) -> Result<(), Failure>;

    /// Of every provider: they are in it by hand from now on.
    async fn forget_all_mapped_into(
        &mut self,
        user: &UserId,
        group: &GroupName,
    ) -> Result<(), Failure>;

    async fn grouped_by(&mut self, provider: &Slug) -> Result<Vec<UserId>, Failure>;
}

#[cfg(test)]
mod tests {
    use super::*;

    // FED-04, A-172: a role is given by the rule that names it, never by its name in a claim
    #[test]
    fn a_claim_gives_the_roles_that_rules_name_and_no_other() {
        let rule = |role, claim: &str, value: &str| RoleRule {
            role,
            claim: claim.into(),
            value: value.into(),
        };
        let roles = vec![
            rule(Role::Admin, "groups", "hall-admins"),
            rule(Role::Admin, "roles", "keeper"),
            rule(Role::Owner, "groups", "hall-owners"),
        ];
        let mapping = Mapping { roles, ..Mapping::default() };
        let said = |claim: &str, values: &[&str]| {
            Claims::from([(claim.to_owned(), values.iter().map(|v| (*v).to_owned()).collect())])
        };
        assert_eq!(mapping.roles(&said("groups", &["staff", "hall-admins"])), [Role::Admin]);
        let mut both = said("groups", &["hall-admins", "hall-owners"]);
        both.extend(said("roles", &["keeper"]));
        assert_eq!(mapping.roles(&both), [Role::Admin, Role::Owner]);
        for nothing in ["owner", "admin", "Hall-Admins", "hall-admins ", ""] {
            assert_eq!(mapping.roles(&said("groups", &[nothing])), [], "{nothing}");
            assert_eq!(mapping.roles(&said("role", &[nothing])), [], "{nothing}");
        }
        assert_eq!(Mapping::default().roles(&said("roles", &["admin"])), []);
    }

    // FED-04, A-172: so it is with groups; and rules that name none are kept as they were before there were any
    #[test]
    fn a_claim_leads_into_the_groups_that_rules_name_and_no_other() {
        let rule = |group: &str, value: &str| GroupRule {
            group: GroupName::parse(group).unwrap(),
            claim: "groups".into(),
            value: value.into(),
        };
        let groups = vec![rule("keepers", "hall"), rule("desk", "hall"), rule("desk", "front")];
        let mapping = Mapping { groups, ..Mapping::default() };
        let said = |values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            mapping.groups(&Claims::from([("groups".to_owned(), values)]))
        };
        assert_eq!(
            said(&["hall", "front"]),
            ["desk", "keepers"].map(|name| GroupName::parse(name).unwrap())
        );
        assert_eq!(said(&["keepers", "Hall"]), []);
        assert!(mapping.claims().all(|claim| claim == "groups"));
        let kept = serde_json::to_string(&mapping).unwrap();
        assert_eq!(serde_json::from_str::<Mapping>(&kept).unwrap(), mapping);
        assert_eq!(
            serde_json::to_string(&Mapping::default()).unwrap(),
            r#"{"follows":{},"roles":[]}"#
        );
    }
}
