-- A key's state is a function of these times; nothing is written when it changes.
CREATE TABLE signing_keys (
    tenant_id TEXT NOT NULL,
    kid TEXT NOT NULL,
    id TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    activates_at BIGINT,
    retires_at BIGINT,
    gone_at BIGINT,
    revoked_at BIGINT,
    public_jwk TEXT NOT NULL,
    private_sealed BYTEA,
    CONSTRAINT signing_keys_pk PRIMARY KEY (tenant_id, kid)
);
