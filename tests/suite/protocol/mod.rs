//! One file per specification: what it demands, seen on the wire.

mod discovery;
mod jwks;
