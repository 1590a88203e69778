//! Whether rules about what accounts take over make sense, before they are kept.

use super::follow::EMAIL;
use super::model::Mapping;
use crate::accounts::model::{AttributeSchema, GroupName, Role};
use crate::accounts::update::What;
use thiserror::Error;

/// Why rules are not kept.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Senseless {
    #[error(
        "{0:?} is nothing that can follow a claim: name, email, a field of the profile such as picture, or attributes.NAME"
    )]
    Target(String),
    #[error("the tenant has no attribute {0:?}")]
    Attribute(String),
    #[error("email follows the claim email alone: it is the one that says whether it is verified")]
    Email,
    #[error("user is what everybody is; a rule gives admin or owner")]
    Role,
    #[error("there is no group {0}; make it first")]
    Group(GroupName),
}

/// Before rules are kept.
pub fn check(
    mapping: &Mapping,
    (schema, groups): (&AttributeSchema, &[GroupName]),
) -> Result<(), Senseless> {
    for (target, claim) in &mapping.follows {
        match What::parse(target) {
            _ if target == EMAIL && claim != EMAIL => return Err(Senseless::Email),
            _ if target == EMAIL => {}
            Some(What::Name | What::Field(_)) => {}
            Some(What::Attribute(own)) if schema.properties.contains_key(&own) => {}
            Some(What::Attribute(own)) => return Err(Senseless::Attribute(own)),
            _ => return Err(Senseless::Target(target.clone())),
        }
    }
    if let Some(rule) = mapping.groups.iter().find(|rule| !groups.contains(&rule.group)) {
        return Err(Senseless::Group(rule.group.clone()));
    }
    let is_everybodys = mapping.roles.iter().any(|rule| rule.role == Role::User);
    if is_everybodys { Err(Senseless::Role) } else { Ok(()) }
}
