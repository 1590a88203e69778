//! Origins as rows: one question per request that comes from a script, answered by an index.

use super::model::Origins;
use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};
use std::collections::BTreeSet;

statements! {
    owned HAS = "SELECT 1 FROM client_origins o JOIN clients c ON c.tenant_id = $1 AND c.id = o.client_id
        WHERE o.tenant_id = $1 AND o.origin = $2 AND c.disabled_at IS NULL LIMIT 1";
    owned CLEAR = "DELETE FROM client_origins WHERE tenant_id = $1 AND client_id = $2";
    owned ADD = "INSERT INTO client_origins (tenant_id, origin, client_id) VALUES ($1, $2, $3)";
}

impl Origins for Work {
    async fn has_origin(&mut self, origin: &str) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let found: Option<i32> = rows!(self, |c| sqlx::query_scalar(HAS)
            .bind(tenant.as_str())
            .bind(origin)
            .fetch_optional(c))?;
        Ok(found.is_some())
    }

    async fn keep_origins(
        &mut self,
        client: &ClientId,
        origins: &BTreeSet<String>,
    ) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(CLEAR)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .execute(c))?;
        for origin in origins {
            touch!(self, |c| sqlx::query(ADD)
                .bind(tenant.as_str())
                .bind(origin)
                .bind(client.as_str())
                .execute(c))?;
        }
        Ok(())
    }
}
