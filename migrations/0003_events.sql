-- What happened: audit record and outbox in one, only ever added to.
CREATE TABLE events (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    detail_digest TEXT,
    CONSTRAINT events_pk PRIMARY KEY (tenant_id, id)
);
-- Whose records wait for their link: asked each second, for all tenants at once.
CREATE INDEX events_at ON events (at);

-- What names a person, sealed under that person's key; the chain covers only its digest.
CREATE TABLE event_details (
    tenant_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    sealed TEXT NOT NULL,
    CONSTRAINT event_details_pk PRIMARY KEY (tenant_id, event_id)
);

-- Erasing a person destroys this row, and with it every detail sealed under it.
CREATE TABLE person_keys (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    CONSTRAINT person_keys_pk PRIMARY KEY (tenant_id, subject)
);

-- The line that a single linker draws through a tenant's events.
CREATE TABLE chain (
    tenant_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    hash BYTEA NOT NULL,
    linked_at BIGINT NOT NULL,
    CONSTRAINT chain_pk PRIMARY KEY (tenant_id, sequence)
);
CREATE UNIQUE INDEX chain_event ON chain (tenant_id, event_id);

-- A signed statement that the chain reached this far.
CREATE TABLE checkpoints (
    tenant_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    token TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    CONSTRAINT checkpoints_pk PRIMARY KEY (tenant_id, sequence)
);
