//! One file per specification: what it demands, seen on the wire.

mod clients;
mod authorize;
mod discovery;
mod front_channel;
mod groups;
mod jwks;
mod par;
mod registration;
mod resources;
mod session;
mod lifetimes;
mod logos;
mod logout;
mod metadata;
mod token;
mod userinfo;
mod wishes;
