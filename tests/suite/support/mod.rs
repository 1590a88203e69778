//! What the tests stand on: databases of their own, a clock that stands still, seeded randomness, the log.

pub mod ambient;
pub mod database;
pub mod logs;
pub mod program;
pub mod proxy;
