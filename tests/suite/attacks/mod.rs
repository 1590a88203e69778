//! One file per attack: what must not come of it, seen on the wire.

mod secrets_in_logs;
mod tenant_escape;
