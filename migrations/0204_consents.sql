-- What a person allowed an application, so that nobody is asked twice.
CREATE TABLE consents (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    -- What was offered and left out: it is not offered again by itself.
    declined TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    CONSTRAINT consents_pk PRIMARY KEY (tenant_id, user_id, client_id),
    CONSTRAINT consents_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT consents_client FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX consents_client_of ON consents (tenant_id, client_id);
