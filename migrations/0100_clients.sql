-- Applications. What they registered is one document; nothing in it is a secret.
CREATE TABLE clients (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    registration TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    disabled_at BIGINT,
    not_before BIGINT,
    CONSTRAINT clients_pk PRIMARY KEY (tenant_id, id)
);

-- Hashes of secrets; two live while a change is under way.
CREATE TABLE client_secrets (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    -- The secret under a seal, where signatures are checked with it.
    sealed BYTEA,
    made_at BIGINT NOT NULL,
    ends_at BIGINT,
    CONSTRAINT client_secrets_pk PRIMARY KEY (tenant_id, client_id, hash),
    CONSTRAINT client_secrets_client FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE
);

-- Assertions that were used, until they are over.
CREATE TABLE client_assertions (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    jti TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    CONSTRAINT client_assertions_pk PRIMARY KEY (tenant_id, client_id, jti)
);
CREATE INDEX client_assertions_over ON client_assertions (ends_at);
