-- Why did this sign-in fail? Refused requests of a client, the last of them, without anything secret.
CREATE TABLE refused_requests (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    endpoint TEXT NOT NULL,
    error TEXT NOT NULL,
    reason TEXT NOT NULL,
    findings TEXT NOT NULL,
    CONSTRAINT refused_requests_pk PRIMARY KEY (tenant_id, client_id, reference)
);
CREATE INDEX refused_requests_by_reference ON refused_requests (tenant_id, reference);
CREATE INDEX refused_requests_over ON refused_requests (made_at);
