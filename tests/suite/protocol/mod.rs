//! One file per specification: what it demands, seen on the wire.

mod clients;
mod authorize;
mod discovery;
mod jwks;
mod par;
mod registration;
mod lifetimes;
mod logout;
mod metadata;
mod token;
mod userinfo;
