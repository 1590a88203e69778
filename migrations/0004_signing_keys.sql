-- A key's state is a function of these times; nothing has to be written when it changes.
CREATE TABLE signing_keys (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kid TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    -- Unique, and so the judge between two nodes that make the next key at once.
    generation BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    activates_at BIGINT NOT NULL,
    promised_max_age BIGINT NOT NULL,
    promised_keep BIGINT NOT NULL,
    -- When the beginning of its turn was recorded as an event.
    announced_at BIGINT,
    revoked_at BIGINT,
    -- Its private half is wiped; the public one still proves what it has signed.
    erased_at BIGINT,
    public_jwk TEXT NOT NULL,
    private_sealed BYTEA NOT NULL,
    CONSTRAINT signing_keys_pk PRIMARY KEY (tenant_id, id),
    CONSTRAINT signing_keys_kid UNIQUE (tenant_id, kid),
    CONSTRAINT signing_keys_generation UNIQUE (tenant_id, algorithm, generation)
);
