-- Who lives here. Shared by the platform: everything else belongs to one of these rows.
CREATE TABLE tenants (
    id TEXT NOT NULL CONSTRAINT tenants_pk PRIMARY KEY,
    slug TEXT NOT NULL CONSTRAINT tenants_slug UNIQUE,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE tenant_hosts (
    host TEXT NOT NULL CONSTRAINT tenant_hosts_pk PRIMARY KEY,
    tenant_id TEXT NOT NULL CONSTRAINT tenant_hosts_tenant REFERENCES tenants (id) ON DELETE CASCADE,
    made_at BIGINT NOT NULL
);

-- What a tenant sets for itself; the configuration file gives the rest.
CREATE TABLE tenant_settings (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT tenant_settings_pk PRIMARY KEY (tenant_id, name)
);

-- Looked at each second: a number that grew makes every node read the topic anew.
CREATE TABLE revisions (
    tenant_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT revisions_pk PRIMARY KEY (tenant_id, topic)
);
CREATE INDEX revisions_changed ON revisions (changed_at);

CREATE TABLE nodes (
    id TEXT NOT NULL CONSTRAINT nodes_pk PRIMARY KEY,
    version TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- The latest instant this database has seen: a clock that went back is noticed.
CREATE TABLE clock_marks (
    id TEXT NOT NULL CONSTRAINT clock_marks_pk PRIMARY KEY,
    latest_at BIGINT NOT NULL
);
