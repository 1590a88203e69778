//! Opaque access tokens as rows, under the hashes of their texts.

use crate::kernel::failure::Failure;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::oauth::token::model::{AccessTokens, OpaqueToken};
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned KEEP = "INSERT INTO access_tokens (tenant_id, hash, claims, ends_at) VALUES ($1, $2, $3, $4)";
    owned FIND = "SELECT claims, ends_at FROM access_tokens WHERE tenant_id = $1 AND hash = $2";
}

impl AccessTokens for Work {
    async fn keep_access_token(&mut self, token: &OpaqueToken) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(token.hash.hex())
            .bind(&token.claims)
            .bind(token.ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn access_token(&mut self, hash: &Hash) -> Result<Option<OpaqueToken>, Failure> {
        let tenant = self.tenant();
        let found: Option<(String, i64)> = rows!(self, |c| sqlx::query_as(FIND)
            .bind(tenant.as_str())
            .bind(hash.hex())
            .fetch_optional(c))?;
        Ok(found.map(|(claims, ends_at)| {
            let ends_at = Timestamp::from_micros(ends_at);
            OpaqueToken { hash: *hash, claims, ends_at }
        }))
    }
}
