-- What else is known of people: the standard claims and the tenant's own attributes, as one document.
ALTER TABLE users ADD COLUMN username TEXT;
ALTER TABLE users ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';
-- Zero: never since it was made.
ALTER TABLE users ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN pending_at BIGINT;
ALTER TABLE users ADD COLUMN locked_at BIGINT;
ALTER TABLE users ADD COLUMN deleted_at BIGINT;
CREATE UNIQUE INDEX users_username ON users (tenant_id, username);

-- Which attributes a tenant has of its own; one document each.
CREATE TABLE attribute_schemas (
    tenant_id TEXT NOT NULL,
    body TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    CONSTRAINT attribute_schemas_pk PRIMARY KEY (tenant_id)
);
