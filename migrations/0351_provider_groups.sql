-- Groups in which somebody is because of what a provider says. Whoever leaves a group, in whatever way, leaves nothing here.
CREATE TABLE provider_groups (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    CONSTRAINT provider_groups_pk PRIMARY KEY (tenant_id, user_id, group_id, provider),
    CONSTRAINT provider_groups_member FOREIGN KEY (tenant_id, user_id, group_id)
        REFERENCES group_members (tenant_id, user_id, group_id) ON DELETE CASCADE
);
CREATE INDEX provider_groups_of_provider ON provider_groups (tenant_id, provider, user_id);
