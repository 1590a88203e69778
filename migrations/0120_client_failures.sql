-- How often proof of a client failed from one address, in the present stretch of time.
CREATE TABLE client_failures (
    tenant_id TEXT NOT NULL,
    bucket TEXT NOT NULL,
    begins_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    CONSTRAINT client_failures_pk PRIMARY KEY (tenant_id, bucket)
);
CREATE INDEX client_failures_over ON client_failures (ends_at);
