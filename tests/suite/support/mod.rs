//! What the tests stand on: databases of their own, a clock that stands still, seeded randomness, the log,
//! whole servers in this process and outside of it, and those who talk to them.

pub mod ambient;
pub mod assertion;
pub mod application;
pub mod authenticator;
pub mod browser;
pub mod chromium;
pub mod database;
pub mod logs;
pub mod mailbox;
pub mod machine;
pub mod program;
pub mod provider;
pub mod proxy;
pub mod registrar;
pub mod receiver;
pub mod relying_party;
pub mod server;
pub mod smtp;
pub mod site;
pub mod urls;
pub mod victim;
pub mod visitor;
