-- APIs that tokens are for, with their scopes: one document each. `identifier` is the address in its normal form, so
-- that no two rows are one API; the document has it as it was registered.
CREATE TABLE resources (
    tenant_id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    resource TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT resources_pk PRIMARY KEY (tenant_id, identifier)
);
