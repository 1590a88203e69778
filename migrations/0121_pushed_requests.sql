-- Authorization requests that a client sent ahead (RFC 9126), under the hash of the reference it was given.
CREATE TABLE pushed_requests (
    tenant_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    client_id TEXT NOT NULL,
    parameters TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT pushed_requests_pk PRIMARY KEY (tenant_id, reference)
);
CREATE INDEX pushed_requests_over ON pushed_requests (ends_at);
