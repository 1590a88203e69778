//! Authorization codes as rows.

use super::body::{Body, text};
use crate::kernel::failure::Failure;
use crate::kernel::ids::GrantId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::oauth::token::model::{Codes, StoredCode, WRONG_VERIFIERS};
use crate::platform::storage::{Work, statements};
use crate::{rows, several, touch};
use serde::{Deserialize, Serialize};

statements! {
    owned KEEP = "INSERT INTO codes (tenant_id, grant_id, hash, body, made_at, ends_at, misses)
        VALUES ($1, $2, $3, $4, $5, $6, 0)";
    owned CODES = "SELECT grant_id, hash, body, ends_at, used_at FROM codes
        WHERE tenant_id = $1 AND grant_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    owned OPEN = "SELECT grant_id, hash, body, ends_at, used_at FROM codes
        WHERE tenant_id = $1 AND ends_at > $2 AND used_at IS NULL";
    owned SPEND = "UPDATE codes SET used_at = $4
        WHERE tenant_id = $1 AND grant_id = $2 AND hash = $3 AND used_at IS NULL AND ends_at > $4 RETURNING grant_id";
    owned MISS = "UPDATE codes SET misses = misses + 1,
            used_at = CASE WHEN misses + 1 >= $3 THEN $4 ELSE used_at END
        WHERE tenant_id = $1 AND grant_id = $2 AND used_at IS NULL";
}

#[derive(Serialize, Deserialize)]
struct Document {
    redirect_uri: String,
    pkce: Option<String>,
    grant: Body,
}

#[derive(sqlx::FromRow)]
struct Row {
    grant_id: String,
    hash: String,
    body: String,
    ends_at: i64,
    used_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<StoredCode, Failure> {
        let unreadable =
            || Failure::broken(format!("codes has a row {:?} that makes no sense", self.grant_id));
        let id = GrantId::parse(&self.grant_id).ok_or_else(unreadable)?;
        let document: Document =
            serde_json::from_str(&self.body).map_err(|e| unreadable().because(e))?;
        Ok(StoredCode {
            grant: document.grant.grant(&id).ok_or_else(unreadable)?,
            hash: Hash::from_hex(&self.hash).ok_or_else(unreadable)?,
            redirect_uri: document.redirect_uri,
            pkce: document.pkce,
            ends_at: Timestamp::from_micros(self.ends_at),
            used_at: self.used_at.map(Timestamp::from_micros),
        })
    }
}

impl Codes for Work {
    async fn open_codes(&mut self) -> Result<Vec<StoredCode>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(OPEN)
            .bind(tenant.as_str())
            .bind(now.micros())
            .fetch_all(c))?;
        found.into_iter().map(Row::read).collect()
    }

    async fn keep_code(&mut self, code: &StoredCode) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let body = text(&Document {
            redirect_uri: code.redirect_uri.clone(),
            pkce: code.pkce.clone(),
            grant: Body::of(&code.grant),
        })?;
        touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(code.grant.id.as_str())
            .bind(code.hash.hex())
            .bind(&body)
            .bind(now.micros())
            .bind(code.ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn codes(&mut self, grants: &[GrantId]) -> Result<Vec<StoredCode>, Failure> {
        let found: Vec<Row> = several!(self, CODES, grants, GrantId::as_str);
        found.into_iter().map(Row::read).collect()
    }

    async fn spend_code(&mut self, grant: &GrantId, hash: &Hash) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let spent: Option<String> = rows!(self, |c| sqlx::query_scalar(SPEND)
            .bind(tenant.as_str())
            .bind(grant.as_str())
            .bind(hash.hex())
            .bind(now.micros())
            .fetch_optional(c))?;
        Ok(spent.is_some())
    }

    async fn miss_code(&mut self, grant: &GrantId) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(MISS)
            .bind(tenant.as_str())
            .bind(grant.as_str())
            .bind(WRONG_VERIFIERS)
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }
}
