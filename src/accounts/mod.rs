//! People, and what they prove themselves with.

pub mod create;
pub mod factors;
pub mod model;
pub mod pages;
pub mod turn;
pub mod update;
pub mod roles;
mod store;

pub(crate) use store::STATEMENTS;
