-- Links that were mailed or printed: only their hash is here, and each is used once.
CREATE TABLE links (
    tenant_id TEXT NOT NULL,
    hash BYTEA NOT NULL,
    purpose TEXT NOT NULL,
    -- Whose it is: a user id, or the hash of an address that nobody has yet.
    subject TEXT NOT NULL,
    sealed BYTEA,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT links_pk PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX links_subject ON links (tenant_id, subject);
CREATE INDEX links_over ON links (ends_at);

-- How often something was done in the present window, whoever counts it.
CREATE TABLE tallies (
    tenant_id TEXT NOT NULL,
    bucket BYTEA NOT NULL,
    amount BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    CONSTRAINT tallies_pk PRIMARY KEY (tenant_id, bucket)
);
CREATE INDEX tallies_over ON tallies (ends_at);

-- Passwords that somebody had, as many as the policy remembers.
CREATE TABLE former_passwords (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT former_passwords_pk PRIMARY KEY (tenant_id, user_id, replaced_at),
    CONSTRAINT former_passwords_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

-- Which version of which document somebody accepted, and when.
CREATE TABLE acceptances (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    document TEXT NOT NULL,
    version TEXT NOT NULL,
    accepted_at BIGINT NOT NULL,
    CONSTRAINT acceptances_pk PRIMARY KEY (tenant_id, user_id, document, version),
    CONSTRAINT acceptances_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);

-- Mail in development: it goes no further.
CREATE TABLE captured_letters (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    CONSTRAINT captured_letters_pk PRIMARY KEY (tenant_id, id)
);
CREATE INDEX captured_letters_sent ON captured_letters (sent_at);
