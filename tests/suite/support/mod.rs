//! What the tests stand on: databases of their own, a clock that stands still, seeded randomness.

pub mod ambient;
pub mod database;
