//! Access tokens that were revoked one by one, as rows.

use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;
use crate::oauth::token::model::Denials;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned DENY = "INSERT INTO denied_tokens (tenant_id, jti, ends_at) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, jti) DO NOTHING";
    owned DENIED = "SELECT ends_at FROM denied_tokens WHERE tenant_id = $1 AND jti = $2";
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

    async fn is_denied(&mut self, jti: &str) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let found: Option<i64> = rows!(self, |c| sqlx::query_scalar(DENIED)
            .bind(tenant.as_str())
            .bind(jti)
            .fetch_optional(c))?;
        Ok(found.is_some())
    }
}
