-- What happened to an account, for its owner's eyes: of each record that concerns them the kind and what it is about, for a while.
CREATE TABLE activity (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- The session, application, provider or factor it is about, if any.
    about TEXT NOT NULL,
    CONSTRAINT activity_pk PRIMARY KEY (tenant_id, user_id, event_id),
    CONSTRAINT activity_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX activity_at ON activity (at);
