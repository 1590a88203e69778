//! One file per specification: what it demands, seen on the wire.

mod authorize;
mod discovery;
mod jwks;
mod token;
