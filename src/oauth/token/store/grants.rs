//! Grants and their refresh families as rows, one each.

use super::body::{Body, text};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, GrantId, SessionId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::oauth::token::model::{Family, Grants, Retry, Rotated};
use crate::platform::storage::{Work, statements};
use crate::{rows, several, touch};

statements! {
    owned BEGIN = "INSERT INTO grants (tenant_id, id, client_id, user_id, session_id, body, generation, live_hash, made_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)";
    owned FAMILIES = "SELECT id, body, generation, live_hash, previous_hash, retry_request, retry_answer, retry_jti,
            retry_ends_at, ends_at, revoked_at
        FROM grants WHERE tenant_id = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    owned ROTATE = "UPDATE grants SET generation = generation + 1, previous_hash = live_hash, live_hash = $5,
            retry_request = $6, retry_answer = $7, retry_jti = $8, retry_ends_at = $9
        WHERE tenant_id = $1 AND id = $2 AND generation = $3 AND live_hash = $4 AND revoked_at IS NULL AND ends_at > $10
        RETURNING id";
    owned REVOKE = "UPDATE grants SET revoked_at = $3, retry_answer = NULL
        WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id";
    owned REVOKE_OF = "UPDATE grants SET revoked_at = $4, retry_answer = NULL
        WHERE tenant_id = $1 AND user_id = $2 AND ($3 = '' OR client_id = $3) AND revoked_at IS NULL";
    owned REVOKE_IN = "UPDATE grants SET revoked_at = $3, retry_answer = NULL
        WHERE tenant_id = $1 AND session_id = $2 AND revoked_at IS NULL";
    owned END_RETRY = "UPDATE grants SET retry_answer = NULL
        WHERE tenant_id = $1 AND id = $2 AND retry_jti = $3 AND retry_answer IS NOT NULL";
}

/// Whoever holds it keeps it when the session ends (OIDC Core §11).
const OFFLINE: &str = "offline_access";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    body: String,
    generation: i64,
    live_hash: Option<String>,
    previous_hash: Option<String>,
    retry_request: Option<String>,
    retry_answer: Option<Vec<u8>>,
    retry_jti: Option<String>,
    retry_ends_at: Option<i64>,
    ends_at: i64,
    revoked_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Family, Failure> {
        let unreadable =
            || Failure::broken(format!("grants has a row {:?} that makes no sense", self.id));
        let hash = |text: &str| Hash::from_hex(text).ok_or_else(unreadable);
        let id = GrantId::parse(&self.id).ok_or_else(unreadable)?;
        let body: Body = serde_json::from_str(&self.body).map_err(|e| unreadable().because(e))?;
        let retry =
            match (self.retry_request, self.retry_answer, self.retry_jti, self.retry_ends_at) {
                (Some(request), Some(answer), Some(jti), Some(ends_at)) => Some(Retry {
                    request: hash(&request)?,
                    answer,
                    jti,
                    ends_at: Timestamp::from_micros(ends_at),
                }),
                _ => None,
            };
        Ok(Family {
            grant: body.grant(&id).ok_or_else(unreadable)?,
            generation: self.generation,
            live: self.live_hash.as_deref().map(hash).transpose()?,
            previous: self.previous_hash.as_deref().map(hash).transpose()?,
            retry,
            ends_at: Timestamp::from_micros(self.ends_at),
            revoked_at: self.revoked_at.map(Timestamp::from_micros),
        })
    }
}

impl Grants for Work {
    async fn begin_grant(&mut self, family: &Family) -> Result<(), Failure> {
        let (tenant, now, grant) = (self.tenant(), self.now(), &family.grant);
        let body = text(&Body::of(grant))?;
        let session = grant.session.as_ref().filter(|_| !grant.scope.contains(OFFLINE));
        touch!(self, |c| sqlx::query(BEGIN)
            .bind(tenant.as_str())
            .bind(grant.id.as_str())
            .bind(grant.client.as_str())
            .bind(grant.user.as_str())
            .bind(session.map(SessionId::as_str))
            .bind(&body)
            .bind(family.live.map(|hash| hash.hex()))
            .bind(now.micros())
            .bind(family.ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn families(&mut self, grants: &[GrantId]) -> Result<Vec<Family>, Failure> {
        let found: Vec<Row> = several!(self, FAMILIES, grants, GrantId::as_str);
        found.into_iter().map(Row::read).collect()
    }

    async fn rotate(&mut self, rotated: &Rotated) -> Result<bool, Failure> {
        let (tenant, now, retry) = (self.tenant(), self.now(), &rotated.retry);
        let claimed: Option<String> = rows!(self, |c| sqlx::query_scalar(ROTATE)
            .bind(tenant.as_str())
            .bind(rotated.grant.as_str())
            .bind(rotated.from)
            .bind(rotated.live.hex())
            .bind(rotated.next.hex())
            .bind(retry.request.hex())
            .bind(retry.answer.as_slice())
            .bind(&retry.jti)
            .bind(retry.ends_at.micros())
            .bind(now.micros())
            .fetch_optional(c))?;
        Ok(claimed.is_some())
    }

    async fn revoke_grant(&mut self, grant: &GrantId) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let revoked: Option<String> = rows!(self, |c| sqlx::query_scalar(REVOKE)
            .bind(tenant.as_str())
            .bind(grant.as_str())
            .bind(now.micros())
            .fetch_optional(c))?;
        Ok(revoked.is_some())
    }

    async fn revoke_grants_of(
        &mut self,
        user: &UserId,
        client: Option<&ClientId>,
    ) -> Result<u64, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(REVOKE_OF)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(client.map(ClientId::as_str).unwrap_or_default())
            .bind(now.micros())
            .execute(c))
    }

    async fn revoke_grants_in(&mut self, session: &SessionId) -> Result<u64, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(REVOKE_IN)
            .bind(tenant.as_str())
            .bind(session.as_str())
            .bind(now.micros())
            .execute(c))
    }

    async fn end_retry(&mut self, grant: &GrantId, jti: &str) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(END_RETRY)
            .bind(tenant.as_str())
            .bind(grant.as_str())
            .bind(jti)
            .execute(c))?;
        Ok(())
    }
}
