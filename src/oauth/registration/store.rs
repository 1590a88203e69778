//! Initial access tokens and self-registered applications, as rows.

use super::model::{InitialToken, InitialTokens, SelfRegistered};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, InitialTokenId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ADD_TOKEN = "INSERT INTO initial_access_tokens (tenant_id, id, hash, name, made_at, ends_at, uses_left)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    owned TOKENS = "SELECT id, name, made_at, ends_at, uses_left, revoked_at FROM initial_access_tokens
        WHERE tenant_id = $1 ORDER BY made_at, id";
    owned IS_TOKEN = "SELECT id FROM initial_access_tokens
        WHERE tenant_id = $1 AND hash = $2 AND revoked_at IS NULL AND uses_left > 0 AND ends_at > $3";
    owned SPEND = "UPDATE initial_access_tokens SET uses_left = uses_left - 1
        WHERE tenant_id = $1 AND hash = $2 AND revoked_at IS NULL AND uses_left > 0 AND ends_at > $3 RETURNING id";
    owned REVOKE = "UPDATE initial_access_tokens SET revoked_at = $3
        WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id";
    owned ADD = "INSERT INTO self_registered (tenant_id, client_id, token, used_at) VALUES ($1, $2, $3, $4)";
    owned IS_MANAGED = "SELECT client_id FROM self_registered
        WHERE tenant_id = $1 AND client_id = $2 AND token = $3";
    owned CHANGE = "UPDATE self_registered SET token = $3 WHERE tenant_id = $1 AND client_id = $2";
    owned NOTE_USE = "UPDATE self_registered SET used_at = $3 WHERE tenant_id = $1 AND client_id = $2";
    platform UNUSED = "SELECT tenant_id, client_id FROM self_registered WHERE used_at < $1
        ORDER BY used_at LIMIT 500";
}

type Row = (String, String, i64, i64, i64, Option<i64>);

fn read((id, name, made_at, ends_at, uses_left, revoked_at): Row) -> Result<InitialToken, Failure> {
    let unreadable =
        || Failure::broken(format!("initial_access_tokens has a row {id:?} that makes no sense"));
    Ok(InitialToken {
        id: InitialTokenId::parse(&id).ok_or_else(unreadable)?,
        name,
        made_at: Timestamp::from_micros(made_at),
        ends_at: Timestamp::from_micros(ends_at),
        uses_left,
        revoked_at: revoked_at.map(Timestamp::from_micros),
    })
}

impl InitialTokens for Work {
    async fn add_initial_token(
        &mut self,
        token: &InitialToken,
        hash: &Hash,
    ) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(ADD_TOKEN)
            .bind(tenant.as_str())
            .bind(token.id.as_str())
            .bind(hash.hex())
            .bind(&token.name)
            .bind(token.made_at.micros())
            .bind(token.ends_at.micros())
            .bind(token.uses_left)
            .execute(c))?;
        Ok(())
    }

    async fn initial_tokens(&mut self) -> Result<Vec<InitialToken>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> =
            rows!(self, |c| sqlx::query_as(TOKENS).bind(tenant.as_str()).fetch_all(c))?;
        found.into_iter().map(read).collect()
    }

    async fn is_initial_token(&mut self, hash: &Hash) -> Result<bool, Failure> {
        one(self, IS_TOKEN, hash.hex()).await
    }

    async fn spend_initial_token(&mut self, hash: &Hash) -> Result<bool, Failure> {
        one(self, SPEND, hash.hex()).await
    }

    async fn revoke_initial_token(&mut self, id: &InitialTokenId) -> Result<bool, Failure> {
        one(self, REVOKE, id.to_string()).await
    }
}

/// Whether there was one, by the instant of the work.
async fn one(work: &mut Work, sql: &'static str, key: String) -> Result<bool, Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    let found: Option<String> = rows!(work, |c| sqlx::query_scalar(sql)
        .bind(tenant.as_str())
        .bind(&key)
        .bind(now.micros())
        .fetch_optional(c))?;
    Ok(found.is_some())
}

impl SelfRegistered for Work {
    async fn add_self_registered(
        &mut self,
        client: &ClientId,
        token: &Hash,
    ) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .bind(token.hex())
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn is_managed_with(&mut self, client: &ClientId, token: &Hash) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let found: Option<String> = rows!(self, |c| sqlx::query_scalar(IS_MANAGED)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .bind(token.hex())
            .fetch_optional(c))?;
        Ok(found.is_some())
    }

    async fn change_management(&mut self, client: &ClientId, token: &Hash) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(CHANGE)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .bind(token.hex())
            .execute(c))?;
        Ok(())
    }

    async fn note_use(&mut self, client: &ClientId) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let count = touch!(self, |c| sqlx::query(NOTE_USE)
            .bind(tenant.as_str())
            .bind(client.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(count == 1)
    }

    async fn unused_since(&mut self, since: Timestamp) -> Result<Vec<(String, String)>, Failure> {
        rows!(self, |c| sqlx::query_as(UNUSED).bind(since.micros()).fetch_all(c))
    }
}
