//! Consents as rows: one per person and application.

use super::model::{Consent, Consents};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::oauth::model::Scope;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ONE = "SELECT client_id, scope, declined, made_at, used_at FROM consents
        WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3";
    owned OF_USER = "SELECT client_id, scope, declined, made_at, used_at FROM consents
        WHERE tenant_id = $1 AND user_id = $2 ORDER BY made_at DESC, client_id";
    owned KEEP = "INSERT INTO consents (tenant_id, user_id, client_id, scope, declined, made_at, changed_at, used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
        ON CONFLICT (tenant_id, user_id, client_id)
        DO UPDATE SET scope = excluded.scope, declined = excluded.declined, changed_at = excluded.changed_at,
            used_at = excluded.used_at";
    owned USE = "UPDATE consents SET used_at = $4 WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND used_at < $5";
    owned FORGET = "DELETE FROM consents WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3";
}

#[derive(sqlx::FromRow)]
struct Row {
    client_id: String,
    scope: String,
    declined: String,
    made_at: i64,
    used_at: i64,
}

impl Row {
    fn read(self) -> Result<Consent, Failure> {
        let id = &self.client_id;
        let unreadable =
            || Failure::broken(format!("consents has a row for {id:?} that makes no sense"));
        Ok(Consent {
            client: ClientId::parse(id).ok_or_else(unreadable)?,
            scope: Scope::parse(&self.scope).map_err(|e| unreadable().because(e))?,
            declined: Scope::parse(&self.declined).map_err(|e| unreadable().because(e))?,
            made_at: Timestamp::from_micros(self.made_at),
            used_at: Timestamp::from_micros(self.used_at),
        })
    }
}

impl Consents for Work {
    async fn consent(
        &mut self,
        user: &UserId,
        client: &ClientId,
    ) -> Result<Option<Consent>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(ONE)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(client.as_str())
            .fetch_optional(c))?;
        found.map(Row::read).transpose()
    }

    async fn consents_of(&mut self, user: &UserId) -> Result<Vec<Consent>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(OF_USER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_all(c))?;
        found.into_iter().map(Row::read).collect()
    }

    async fn keep_consent(&mut self, user: &UserId, consent: &Consent) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(consent.client.as_str())
            .bind(consent.scope.to_string())
            .bind(consent.declined.to_string())
            .bind(consent.made_at.micros())
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn use_consent(
        &mut self,
        user: &UserId,
        client: &ClientId,
        before: Timestamp,
    ) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(USE)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(client.as_str())
            .bind(now.micros())
            .bind(before.micros())
            .execute(c))?;
        Ok(())
    }

    async fn forget_consent(&mut self, user: &UserId, client: &ClientId) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let gone = touch!(self, |c| sqlx::query(FORGET)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(client.as_str())
            .execute(c))?;
        Ok(gone == 1)
    }
}
