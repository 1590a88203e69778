//! Running the service: what whoever operates it may do. The command line calls these use cases.

pub mod clients;
pub mod resources;
pub mod settings;
pub mod tenants;
