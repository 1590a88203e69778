-- A trip knows how recently somebody must have proven themselves at the provider, and for what.
ALTER TABLE provider_trips ADD COLUMN fresh_since BIGINT;
ALTER TABLE provider_trips ADD COLUMN is_for_change BOOLEAN NOT NULL DEFAULT FALSE;

-- Where a session came from, so that signing out can go on there. `holder` is the session, or the way into one of
-- somebody who is still asked for a second factor. What is shown to the provider is sealed.
CREATE TABLE provider_sessions (
    tenant_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    user_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    hint BYTEA NOT NULL,
    -- Once the session is over here: by which secret the browser goes on, and where it is to come back to.
    ticket BYTEA,
    return_to TEXT,
    expires_at BIGINT NOT NULL,
    CONSTRAINT provider_sessions_pk PRIMARY KEY (tenant_id, holder)
);
CREATE UNIQUE INDEX provider_sessions_ticket ON provider_sessions (tenant_id, ticket);
CREATE INDEX provider_sessions_of_user ON provider_sessions (tenant_id, user_id);
CREATE INDEX provider_sessions_expiry ON provider_sessions (expires_at);

-- Roles that somebody has because of what a provider says. Those given by hand are not here.
CREATE TABLE provider_roles (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    provider TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    CONSTRAINT provider_roles_pk PRIMARY KEY (tenant_id, user_id, role, provider),
    CONSTRAINT provider_roles_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
