//! People, and what they prove themselves with.

pub mod factors;
pub mod model;
