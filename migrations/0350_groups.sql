-- To whom in the organisation somebody belongs, by the name that applications are told.
CREATE TABLE groups_of_people (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    CONSTRAINT groups_of_people_pk PRIMARY KEY (tenant_id, id),
    CONSTRAINT groups_of_people_name UNIQUE (tenant_id, name)
);

CREATE TABLE group_members (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    CONSTRAINT group_members_pk PRIMARY KEY (tenant_id, user_id, group_id),
    CONSTRAINT group_members_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT group_members_group FOREIGN KEY (tenant_id, group_id) REFERENCES groups_of_people (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX group_members_of_group ON group_members (tenant_id, group_id, user_id);
