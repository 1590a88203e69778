-- Authenticator apps. The seed is sealed; until `confirmed_at` it is only offered.
CREATE TABLE authenticators (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    sealed_seed BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    used_at BIGINT,
    -- The number of the half minute whose code was taken last.
    last_step BIGINT NOT NULL,
    CONSTRAINT authenticators_pk PRIMARY KEY (tenant_id, user_id),
    CONSTRAINT authenticators_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

-- The codes themselves are nowhere.
CREATE TABLE recovery_codes (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    spent_at BIGINT,
    CONSTRAINT recovery_codes_pk PRIMARY KEY (tenant_id, user_id, code_hash),
    CONSTRAINT recovery_codes_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
