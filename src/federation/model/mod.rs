//! Other providers: who they are, what they say of somebody, and what follows from it.

pub mod arrival;
pub mod identity;
pub mod provider;

pub use arrival::{Assertion, Claims, Next, Standing, next};
pub use identity::{Identities, Identity, Linked, Trip, Trips, Waiting};
pub use provider::{Health, Kind, Provider, Providers, Rule, Settings};
