//! Access tokens that were revoked one by one, as rows.

use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;
use crate::oauth::token::model::Denials;
use crate::platform::storage::{Work, statements};
use crate::{several, touch};
use std::collections::HashSet;

statements! {
    owned DENY = "INSERT INTO denied_tokens (tenant_id, jti, ends_at) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, jti) DO NOTHING";
    owned DENIED = "SELECT jti FROM denied_tokens
        WHERE tenant_id = $1 AND jti IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
}

impl Denials for Work {
    async fn deny(&mut self, jti: &str, ends_at: Timestamp) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(DENY)
            .bind(tenant.as_str())
            .bind(jti)
            .bind(ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn denied(&mut self, jtis: &[String]) -> Result<HashSet<String>, Failure> {
        let found: Vec<(String,)> = several!(self, DENIED, jtis, String::as_str);
        Ok(found.into_iter().map(|(jti,)| jti).collect())
    }
}
