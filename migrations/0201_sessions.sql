-- Which cookie is which browser. The cookie itself is not here, only its hash.
CREATE TABLE browsers (
    tenant_id TEXT NOT NULL,
    id_hash BYTEA NOT NULL,
    notes TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT browsers_pk PRIMARY KEY (tenant_id, id_hash)
);
CREATE INDEX browsers_expiry ON browsers (expires_at);

-- Who is signed in where.
CREATE TABLE sessions (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    browser BYTEA NOT NULL,
    methods TEXT NOT NULL,
    device TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    proven_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT sessions_pk PRIMARY KEY (tenant_id, id),
    CONSTRAINT sessions_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_browser ON sessions (tenant_id, browser);
CREATE INDEX sessions_of_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_end ON sessions (ends_at);

-- Tries to sign in that failed, by account.
CREATE TABLE sign_in_tries (
    tenant_id TEXT NOT NULL,
    account BYTEA NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    refused_until BIGINT NOT NULL,
    CONSTRAINT sign_in_tries_pk PRIMARY KEY (tenant_id, account)
);
CREATE INDEX sign_in_tries_last ON sign_in_tries (last_at);
