//! Where sessions came from, in the database.

use crate::federation::model::farewell::{Farewells, Kept};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::tenants::model::Slug;
use crate::{rows, touch};

statements! {
    owned KEEP = "INSERT INTO provider_sessions (tenant_id, holder, user_id, provider, issuer, endpoint, hint, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, holder) DO UPDATE
        SET user_id = $3, provider = $4, issuer = $5, endpoint = $6, hint = $7, expires_at = $8
        WHERE provider_sessions.tenant_id = $1";
    owned CLEAR = "DELETE FROM provider_sessions WHERE tenant_id = $1 AND holder = $2";
    owned MOVE = "UPDATE provider_sessions SET holder = $3 WHERE tenant_id = $1 AND holder = $2";
    owned OF_HOLDER = "SELECT user_id, provider, issuer, endpoint, hint, return_to, expires_at
        FROM provider_sessions WHERE tenant_id = $1 AND holder = $2 AND expires_at > $3";
    owned PART = "UPDATE provider_sessions SET ticket = $3, return_to = $4, expires_at = $5 WHERE tenant_id = $1 AND holder = $2";
    owned OF_TICKET = "SELECT user_id, provider, issuer, endpoint, hint, return_to, expires_at
        FROM provider_sessions WHERE tenant_id = $1 AND ticket = $2 AND expires_at > $3";
    owned OF_USER = "DELETE FROM provider_sessions WHERE tenant_id = $1 AND user_id = $2";
}

#[derive(sqlx::FromRow)]
struct Row {
    user_id: String,
    provider: String,
    issuer: String,
    endpoint: String,
    hint: Vec<u8>,
    return_to: Option<String>,
    expires_at: i64,
}

impl Row {
    fn read(self) -> Result<Kept, Failure> {
        let unreadable = || Failure::broken("provider_sessions has a row that makes no sense");
        Ok(Kept {
            user: UserId::parse(&self.user_id).ok_or_else(unreadable)?,
            provider: Slug::parse(&self.provider).map_err(|_| unreadable())?,
            issuer: self.issuer,
            endpoint: self.endpoint,
            sealed_hint: self.hint,
            return_to: self.return_to,
            expires_at: Timestamp::from_micros(self.expires_at),
        })
    }
}

impl Farewells for Work {
    async fn keep_farewell(&mut self, holder: &str, kept: &Kept) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(holder)
            .bind(kept.user.as_str())
            .bind(kept.provider.as_str())
            .bind(&kept.issuer)
            .bind(&kept.endpoint)
            .bind(&kept.sealed_hint)
            .bind(kept.expires_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn move_farewell(&mut self, from: &str, to: &str) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(OF_HOLDER)
            .bind(tenant.as_str())
            .bind(from)
            .bind(now.micros())
            .fetch_optional(c))?;
        if found.is_none() {
            return Ok(());
        }
        touch!(self, |c| sqlx::query(CLEAR).bind(tenant.as_str()).bind(to).execute(c))?;
        touch!(self, |c| sqlx::query(MOVE).bind(tenant.as_str()).bind(from).bind(to).execute(c))?;
        Ok(())
    }

    async fn farewell_of(&mut self, holder: &str) -> Result<Option<Kept>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(OF_HOLDER)
            .bind(tenant.as_str())
            .bind(holder)
            .bind(now.micros())
            .fetch_optional(c))?;
        found.map(Row::read).transpose()
    }

    async fn part(
        &mut self,
        holder: &str,
        ticket: &Hash,
        (return_to, until): (Option<&str>, Timestamp),
    ) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(PART)
            .bind(tenant.as_str())
            .bind(holder)
            .bind(ticket.bytes().as_slice())
            .bind(return_to)
            .bind(until.micros())
            .execute(c))?;
        Ok(())
    }

    async fn farewell(&mut self, ticket: &Hash) -> Result<Option<Kept>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(OF_TICKET)
            .bind(tenant.as_str())
            .bind(ticket.bytes().as_slice())
            .bind(now.micros())
            .fetch_optional(c))?;
        found.map(Row::read).transpose()
    }

    async fn forget_farewells_of(&mut self, user: &UserId) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(OF_USER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .execute(c))?;
        Ok(())
    }
}
