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
    "client_origins",
    "sign_ons",
    "client_failures",
    "resources",
    "access_tokens",
    "pushed_requests",
    "initial_access_tokens",
    "self_registered",
    "refused_requests",
    "authorizations",
    "codes",
    "grants",
    "denied_tokens",
    "consents",
    "users",
    "passwords",
    "attribute_schemas",
    "user_roles",
    "links",
    "tallies",
    "former_passwords",
    "acceptances",
    "captured_letters",
    "browsers",
    "sessions",
    "sign_in_tries",
    "sign_ins",
    "authenticators",
    "recovery_codes",
    "passkeys",
    "devices",
    "ceremonies",
    "providers",
    "provider_health",
    "provider_trips",
    "identities",
    "waiting_identities",
    "provider_sessions",
    "provider_roles",
];

/// Rows of the platform.
pub const SHARED: &[&str] =
    &["tenants", "tenant_hosts", "nodes", "leases", "master_keys", "clock_marks", "schedules"];

/// Kept by the migrator itself.
pub const MIGRATIONS: &str = "_sqlx_migrations";
