//! One file per attack: what must not come of it, seen on the wire.

mod federation;
mod linking;
mod recovery;
mod authorization_requests;
mod clients;
mod fetches;
mod jwt;
mod codes;
mod guessing;
mod pushed;
mod registration;
mod consent;
mod secrets_in_logs;
mod second_step;
mod sign_in;
mod tenant_escape;
mod logout;
mod tokens;
