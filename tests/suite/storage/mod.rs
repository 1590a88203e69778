//! The contract of storage, on every engine that can be reached.

mod accounts;
mod clock;
mod events;
mod groups;
mod jobs;
mod lease;
mod migrate;
mod repeat;
mod revisions;
mod roles;
mod schema;
mod sealing;
mod spread;
mod statements;
mod tenants;
mod together;
mod work;
