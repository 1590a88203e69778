-- Those who sign people in for us. The settings are one document; the secret is sealed beside it.
CREATE TABLE providers (
    tenant_id TEXT NOT NULL,
    slug TEXT NOT NULL,
    settings TEXT NOT NULL,
    secret BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    disabled_at BIGINT,
    CONSTRAINT providers_pk PRIMARY KEY (tenant_id, slug)
);

-- How they are: one row each.
CREATE TABLE provider_health (
    tenant_id TEXT NOT NULL,
    slug TEXT NOT NULL,
    succeeded_at BIGINT,
    failed_at BIGINT,
    failure TEXT,
    CONSTRAINT provider_health_pk PRIMARY KEY (tenant_id, slug),
    CONSTRAINT provider_health_provider FOREIGN KEY (tenant_id, slug) REFERENCES providers (tenant_id, slug) ON DELETE CASCADE
);

-- Browsers on their way to a provider and back. Neither state nor browser is here, only their hashes.
CREATE TABLE provider_trips (
    tenant_id TEXT NOT NULL,
    state BYTEA NOT NULL,
    browser BYTEA NOT NULL,
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    -- Whose account is to be linked; without, somebody signs in.
    user_id TEXT,
    return_to TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT provider_trips_pk PRIMARY KEY (tenant_id, state)
);
CREATE INDEX provider_trips_expiry ON provider_trips (expires_at);

-- Who somebody is elsewhere. An identity that was unlinked stays, so that no rule links it again by itself.
CREATE TABLE identities (
    tenant_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    label TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    unlinked_at BIGINT,
    CONSTRAINT identities_pk PRIMARY KEY (tenant_id, issuer, subject),
    CONSTRAINT identities_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX identities_of_user ON identities (tenant_id, user_id);

-- Identities that wait until the owner of an account has proven it.
CREATE TABLE waiting_identities (
    tenant_id TEXT NOT NULL,
    proof BYTEA NOT NULL,
    state BYTEA NOT NULL,
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    label TEXT NOT NULL,
    user_id TEXT NOT NULL,
    return_to TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    CONSTRAINT waiting_identities_pk PRIMARY KEY (tenant_id, proof),
    CONSTRAINT waiting_identities_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX waiting_identities_expiry ON waiting_identities (expires_at);
