//! One file per specification: what it demands, seen on the wire.

mod clients;
mod authorize;
mod discovery;
mod jwks;
mod token;
