//! What the tests stand on: databases of their own, a clock that stands still, seeded randomness, the log,
//! whole servers in this process and outside of it, and those who talk to them.

pub mod ambient;
pub mod assertion;
pub mod application;
pub mod browser;
pub mod chromium;
pub mod database;
pub mod logs;
pub mod machine;
pub mod program;
pub mod proxy;
pub mod relying_party;
pub mod server;
pub mod site;
pub mod urls;
pub mod victim;
pub mod visitor;
