-- Who may do more than look after their own account.
CREATE TABLE user_roles (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    CONSTRAINT user_roles_pk PRIMARY KEY (tenant_id, user_id, role),
    CONSTRAINT user_roles_user FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
);
