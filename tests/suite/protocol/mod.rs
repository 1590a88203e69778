//! One file per specification: what it demands, seen on the wire.

mod clients;
mod discovery;
mod jwks;
mod token;
