-- Opaque access tokens: what they say, under the hash of their text.
CREATE TABLE access_tokens (
    tenant_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    claims TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    CONSTRAINT access_tokens_pk PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX access_tokens_over ON access_tokens (ends_at);
