-- By which a wrong master key is told from the right one. One row.
CREATE TABLE master_keys (
    slot TEXT NOT NULL CONSTRAINT master_keys_pk PRIMARY KEY,
    key_id TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

-- One key per tenant and purpose, wrapped by the master key.
CREATE TABLE data_keys (
    tenant_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    version BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    CONSTRAINT data_keys_pk PRIMARY KEY (tenant_id, purpose, version)
);
