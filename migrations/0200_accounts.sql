-- People. What names them is in this table alone.
CREATE TABLE users (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    -- In its canonical form.
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    email_verified_at BIGINT,
    suspended_at BIGINT,
    deactivated_at BIGINT,
    CONSTRAINT users_pk PRIMARY KEY (tenant_id, id),
    CONSTRAINT users_email UNIQUE (tenant_id, email)
);

CREATE TABLE passwords (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    CONSTRAINT passwords_pk PRIMARY KEY (tenant_id, user_id),
    CONSTRAINT passwords_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
