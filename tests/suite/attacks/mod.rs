//! One file per attack: what must not come of it, seen on the wire.

mod clients;
mod fetches;
mod jwt;
mod codes;
mod secrets_in_logs;
mod sign_in;
mod tenant_escape;
