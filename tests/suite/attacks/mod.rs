//! One file per attack: what must not come of it, seen on the wire.

mod tenant_escape;
