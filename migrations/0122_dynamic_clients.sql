-- With which strangers may register applications of their own (RFC 7591 §3).
CREATE TABLE initial_access_tokens (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    uses_left BIGINT NOT NULL,
    revoked_at BIGINT,
    CONSTRAINT initial_access_tokens_pk PRIMARY KEY (tenant_id, id),
    CONSTRAINT initial_access_tokens_hash UNIQUE (tenant_id, hash)
);
CREATE INDEX initial_access_tokens_over ON initial_access_tokens (ends_at);

-- An application that registered itself: the hash of what it manages itself with, and when it was last of use.
CREATE TABLE self_registered (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    token TEXT NOT NULL,
    used_at BIGINT NOT NULL,
    CONSTRAINT self_registered_pk PRIMARY KEY (tenant_id, client_id),
    CONSTRAINT self_registered_client FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX self_registered_unused ON self_registered (used_at);
