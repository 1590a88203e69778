-- Public keys; the private ones are with their owners.
CREATE TABLE passkeys (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Key, counter and flags, as JSON.
    credential TEXT NOT NULL,
    -- Whether there are copies of it, as the authenticator says: 0 or 1.
    synced BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT,
    -- Its counter went back: there may be a copy that should not be. It opens nothing any more.
    suspected_at BIGINT,
    CONSTRAINT passkeys_pk PRIMARY KEY (tenant_id, id),
    CONSTRAINT passkeys_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX passkeys_of_user ON passkeys (tenant_id, user_id);

-- What a passkey is asked, until it answers.
CREATE TABLE ceremonies (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    browser BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    ends_at BIGINT NOT NULL,
    CONSTRAINT ceremonies_pk PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ceremonies_end ON ceremonies (ends_at);
