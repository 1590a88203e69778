//! Other providers: who they are, what they say of somebody, and what follows from it.

pub mod arrival;
pub mod farewell;
pub mod identity;
pub mod mapping;
pub mod provider;

pub use arrival::{Assertion, Claims, Next, Standing, next};
pub use identity::{Identities, Identity, Linked, Trip, Trips, Waiting};
pub use mapping::{GroupRule, MappedGroups, MappedRoles, Mapping, RoleRule};
pub use provider::{Health, Kind, Provider, Providers, Rule, Settings};
