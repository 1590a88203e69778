-- The picture of an application: where it says it is, how often it was asked for, and what came of it, redrawn by us. The
-- picture itself stands last, so that whoever reads the rest does not read it.
CREATE TABLE client_logos (
    tenant_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    uri TEXT NOT NULL,
    tries BIGINT NOT NULL,
    due_at BIGINT,
    trouble TEXT,
    made_at BIGINT,
    digest TEXT,
    png BYTEA,
    CONSTRAINT client_logos_pk PRIMARY KEY (tenant_id, client_id),
    CONSTRAINT client_logos_client FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX client_logos_due ON client_logos (due_at);
