//! Which table belongs to whom. A table that is missing here fails a test.

/// Rows of one tenant: `tenant_id` stands first in the primary key and in every unique key.
pub const OWNED: &[&str] = &[
    "tenant_settings",
    "revisions",
    "data_keys",
    "events",
    "event_details",
    "person_keys",
    "chain",
    "checkpoints",
    "signing_keys",
    "jobs",
    "clients",
    "client_secrets",
    "client_assertions",
    "client_failures",
    "authorizations",
    "codes",
    "grants",
    "denied_tokens",
    "consents",
    "users",
    "passwords",
    "attribute_schemas",
    "user_roles",
    "browsers",
    "sessions",
    "sign_in_tries",
];

/// Rows of the platform.
pub const SHARED: &[&str] =
    &["tenants", "tenant_hosts", "nodes", "leases", "master_keys", "clock_marks", "schedules"];

/// Kept by the migrator itself.
pub const MIGRATIONS: &str = "_sqlx_migrations";
