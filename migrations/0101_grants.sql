-- Authorization requests on their way through login and consent, each in one browser.
CREATE TABLE authorizations (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    browser TEXT NOT NULL,
    request TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT authorizations_pk PRIMARY KEY (tenant_id, id)
);
CREATE INDEX authorizations_over ON authorizations (ends_at);

-- Authorization codes, under the id of the grant they stand for.
CREATE TABLE codes (
    tenant_id TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    misses BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT codes_pk PRIMARY KEY (tenant_id, grant_id)
);
CREATE INDEX codes_over ON codes (ends_at);

-- What a person allowed a client. The refresh family is in it: a rotation overwrites its last two steps.
CREATE TABLE grants (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    -- Only where the grant ends with the session.
    session_id TEXT,
    body TEXT NOT NULL,
    generation BIGINT NOT NULL,
    live_hash TEXT,
    previous_hash TEXT,
    retry_request TEXT,
    retry_answer BYTEA,
    retry_jti TEXT,
    retry_ends_at BIGINT,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT,
    CONSTRAINT grants_pk PRIMARY KEY (tenant_id, id)
);
CREATE INDEX grants_user ON grants (tenant_id, user_id, client_id);
CREATE INDEX grants_session ON grants (tenant_id, session_id) WHERE session_id IS NOT NULL;
CREATE INDEX grants_over ON grants (ends_at);

-- Access tokens that were revoked one by one.
CREATE TABLE denied_tokens (
    tenant_id TEXT NOT NULL,
    jti TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    CONSTRAINT denied_tokens_pk PRIMARY KEY (tenant_id, jti)
);
CREATE INDEX denied_tokens_over ON denied_tokens (ends_at);
