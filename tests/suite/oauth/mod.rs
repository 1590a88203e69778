//! The grants at the level of use cases, on every engine that can be reached.

mod authorize;
mod clients;
mod code;
mod forget;
mod listen;
mod machines;
mod refresh;
mod revocation;
mod world;
