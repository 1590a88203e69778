-- What is to be done later, once.
CREATE TABLE jobs (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    holder TEXT,
    fence BIGINT NOT NULL,
    lapses_at BIGINT NOT NULL,
    ended_at BIGINT,
    failure TEXT,
    CONSTRAINT jobs_pk PRIMARY KEY (tenant_id, id)
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE ended_at IS NULL;

-- What is done again and again, by one node at a time.
CREATE TABLE schedules (
    name TEXT NOT NULL CONSTRAINT schedules_pk PRIMARY KEY,
    last_begun_at BIGINT NOT NULL,
    last_ended_at BIGINT,
    failure TEXT
);
