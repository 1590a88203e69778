-- Browsers from which somebody has signed in before. The cookie itself is not here, only its hash.
CREATE TABLE devices (
    tenant_id TEXT NOT NULL,
    id_hash BYTEA NOT NULL,
    user_id TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    -- Until then no second factor is asked for here.
    trusted_until BIGINT NOT NULL,
    CONSTRAINT devices_pk PRIMARY KEY (tenant_id, id_hash, user_id),
    CONSTRAINT devices_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX devices_of_user ON devices (tenant_id, user_id);
CREATE INDEX devices_seen ON devices (seen_at);
