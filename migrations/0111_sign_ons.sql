-- Which applications learned of a session, and are told when it ends.
CREATE TABLE sign_ons (
    tenant_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    CONSTRAINT sign_ons_pk PRIMARY KEY (tenant_id, session_id, client_id)
);
CREATE INDEX sign_ons_made ON sign_ons (made_at);
