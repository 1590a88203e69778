-- From where scripts of applications in the browser may call.
CREATE TABLE client_origins (
    tenant_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    client_id TEXT NOT NULL,
    CONSTRAINT client_origins_pk PRIMARY KEY (tenant_id, origin, client_id),
    CONSTRAINT client_origins_client FOREIGN KEY (tenant_id, client_id) REFERENCES clients (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX client_origins_of_client ON client_origins (tenant_id, client_id);
