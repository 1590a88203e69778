//! Isolation between organisations: who they are, and which one a request is for.

pub mod directory;
pub mod http;
pub mod model;
mod store;

pub(crate) use store::STATEMENTS;
