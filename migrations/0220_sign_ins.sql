-- Somebody of whom something is proven and something is still asked.
CREATE TABLE sign_ins (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    browser BYTEA NOT NULL,
    user_id TEXT NOT NULL,
    methods TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    CONSTRAINT sign_ins_pk PRIMARY KEY (tenant_id, id),
    CONSTRAINT sign_ins_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sign_ins_of_user ON sign_ins (tenant_id, user_id);
CREATE INDEX sign_ins_end ON sign_ins (ends_at);
