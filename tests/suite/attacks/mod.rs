//! One file per attack: what must not come of it, seen on the wire.

mod authorization_requests;
mod bad_input;
mod clients;
mod codes;
mod consent;
mod cookies;
mod federation;
mod fetches;
mod guessing;
mod indistinguishable;
mod jwt;
mod linking;
mod logout;
mod pages;
mod passkeys;
mod pushed;
mod recovery;
mod registration;
mod second_step;
mod secrets_in_logs;
mod sign_in;
mod tenant_escape;
mod tokens;
