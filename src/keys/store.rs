//! Signing keys in the database. Every write is guarded: done twice or too late it changes nothing.

use super::model::{Former, Jwk, Life, Promised, Sealed, SigningKey, SigningKeys, Written};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{KeyId, TenantId};
use crate::kernel::moment::Moment;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned KEYS = "SELECT id, generation, published_at, activates_at, promised_max_age, promised_keep, announced_at,
            revoked_at, public_jwk, private_sealed
        FROM signing_keys WHERE tenant_id = $1 AND erased_at IS NULL ORDER BY algorithm, generation";
    owned PUBLISH = "INSERT INTO signing_keys (tenant_id, id, kid, algorithm, generation, published_at, activates_at,
            promised_max_age, promised_keep, public_jwk, private_sealed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    owned SCHEDULE = "UPDATE signing_keys SET activates_at = $4
        WHERE tenant_id = $1 AND id = $2 AND activates_at = $3 AND revoked_at IS NULL";
    owned PROMISE = "UPDATE signing_keys SET
            promised_max_age = CASE WHEN promised_max_age < $3 THEN $3 ELSE promised_max_age END,
            promised_keep = CASE WHEN promised_keep < $4 THEN $4 ELSE promised_keep END
        WHERE tenant_id = $1 AND id = $2 AND (promised_max_age < $3 OR promised_keep < $4)";
    owned ANNOUNCE = "UPDATE signing_keys SET announced_at = $3
        WHERE tenant_id = $1 AND id = $2 AND announced_at IS NULL";
    owned REVOKE = "UPDATE signing_keys SET revoked_at = $3
        WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    owned ERASE = "UPDATE signing_keys SET erased_at = $3, private_sealed = $4
        WHERE tenant_id = $1 AND id = $2 AND erased_at IS NULL";
    owned PUBLIC = "SELECT public_jwk, revoked_at FROM signing_keys WHERE tenant_id = $1";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    generation: i64,
    published_at: i64,
    activates_at: i64,
    promised_max_age: i64,
    promised_keep: i64,
    announced_at: Option<i64>,
    revoked_at: Option<i64>,
    public_jwk: String,
    private_sealed: Vec<u8>,
}

impl Row {
    fn read(self, tenant: TenantId) -> Result<SigningKey, Failure> {
        let unreadable =
            || Failure::broken(format!("signing_keys has a row {:?} that makes no sense", self.id));
        let jwk: Jwk =
            serde_json::from_str(&self.public_jwk).map_err(|e| unreadable().because(e))?;
        let life = Life {
            id: KeyId::parse(&self.id).ok_or_else(unreadable)?,
            generation: self.generation,
            published_at: Timestamp::from_micros(self.published_at),
            activates_at: Timestamp::from_micros(self.activates_at),
            promised: Promised {
                max_age: Lifetime::micros(self.promised_max_age),
                keep: Lifetime::micros(self.promised_keep),
            },
            announced_at: self.announced_at.map(Timestamp::from_micros),
            revoked_at: self.revoked_at.map(Timestamp::from_micros),
        };
        Ok(SigningKey { tenant, life, jwk, sealed: Sealed(self.private_sealed) })
    }
}

const WIPED: [u8; 0] = [];

impl SigningKeys for Work {
    async fn signing_keys(&mut self) -> Result<Vec<SigningKey>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> =
            rows!(self, |c| sqlx::query_as(KEYS).bind(tenant.as_str()).fetch_all(c))?;
        found.into_iter().map(|row| row.read(tenant)).collect()
    }

    async fn publish(&mut self, key: &SigningKey) -> Result<Written, Failure> {
        let (tenant, life) = (self.tenant(), &key.life);
        let jwk = serde_json::to_string(&key.jwk)
            .map_err(|e| Failure::broken("a public key has no JSON form").because(e))?;
        let count = touch!(self, |c| sqlx::query(PUBLISH)
            .bind(tenant.as_str())
            .bind(life.id.as_str())
            .bind(key.jwk.kid.as_str())
            .bind(key.jwk.alg.as_str())
            .bind(life.generation)
            .bind(life.published_at.micros())
            .bind(life.activates_at.micros())
            .bind(life.promised.max_age.as_micros())
            .bind(life.promised.keep.as_micros())
            .bind(&jwk)
            .bind(&key.sealed.0)
            .execute(c))?;
        Ok(written(count))
    }

    async fn schedule(
        &mut self,
        key: &KeyId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Written, Failure> {
        let tenant = self.tenant();
        let count = touch!(self, |c| sqlx::query(SCHEDULE)
            .bind(tenant.as_str())
            .bind(key.as_str())
            .bind(from.micros())
            .bind(to.micros())
            .execute(c))?;
        Ok(written(count))
    }

    async fn promise(&mut self, key: &KeyId, promised: Promised) -> Result<Written, Failure> {
        let tenant = self.tenant();
        let count = touch!(self, |c| sqlx::query(PROMISE)
            .bind(tenant.as_str())
            .bind(key.as_str())
            .bind(promised.max_age.as_micros())
            .bind(promised.keep.as_micros())
            .execute(c))?;
        Ok(written(count))
    }

    async fn announce(&mut self, key: &KeyId) -> Result<Written, Failure> {
        let now = self.now();
        at(self, ANNOUNCE, key, now).await
    }

    async fn revoke(&mut self, key: &KeyId, when: Timestamp) -> Result<Written, Failure> {
        at(self, REVOKE, key, when).await
    }

    async fn erase(&mut self, key: &KeyId) -> Result<Written, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let count = touch!(self, |c| sqlx::query(ERASE)
            .bind(tenant.as_str())
            .bind(key.as_str())
            .bind(now.micros())
            .bind(&WIPED[..])
            .execute(c))?;
        Ok(written(count))
    }

    async fn public_keys(&mut self) -> Result<Vec<Former>, Failure> {
        let tenant = self.tenant();
        let found: Vec<(String, Option<i64>)> =
            rows!(self, |c| sqlx::query_as(PUBLIC).bind(tenant.as_str()).fetch_all(c))?;
        let read = |(jwk, revoked_at): (String, Option<i64>)| {
            let unreadable = "signing_keys has a public key that makes no sense";
            let jwk = serde_json::from_str(&jwk);
            let jwk = jwk.map_err(|e| Failure::broken(unreadable).because(e))?;
            Ok(Former { jwk, revoked_at: revoked_at.map(Timestamp::from_micros) })
        };
        found.into_iter().map(read).collect()
    }
}

async fn at(
    work: &mut Work,
    sql: &'static str,
    key: &KeyId,
    when: Timestamp,
) -> Result<Written, Failure> {
    let tenant = work.tenant();
    let count = touch!(work, |c| sqlx::query(sql)
        .bind(tenant.as_str())
        .bind(key.as_str())
        .bind(when.micros())
        .execute(c))?;
    Ok(written(count))
}

const fn written(count: u64) -> Written {
    if count == 0 { Written::Already } else { Written::Now }
}
