//! Second factors in the database.

use crate::accounts::model::{Authenticator, Factors, SecondFactors};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned FACTORS = "SELECT
        (SELECT COUNT(*) FROM authenticators WHERE tenant_id = $1 AND user_id = $2 AND confirmed_at IS NOT NULL),
        (SELECT COUNT(*) FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2 AND spent_at IS NULL)";
    owned AUTHENTICATOR = "SELECT sealed_seed, made_at, confirmed_at, used_at, last_step FROM authenticators
        WHERE tenant_id = $1 AND user_id = $2";
    owned OFFER = "INSERT INTO authenticators (tenant_id, user_id, sealed_seed, made_at, last_step) VALUES ($1, $2, $3, $4, 0)
        ON CONFLICT (tenant_id, user_id) DO UPDATE SET sealed_seed = excluded.sealed_seed, made_at = excluded.made_at
        WHERE authenticators.tenant_id = $1 AND authenticators.confirmed_at IS NULL";
    owned CONFIRM = "UPDATE authenticators SET confirmed_at = $3, last_step = $4
        WHERE tenant_id = $1 AND user_id = $2 AND confirmed_at IS NULL";
    owned SPEND_STEP = "UPDATE authenticators SET last_step = $4, used_at = $3
        WHERE tenant_id = $1 AND user_id = $2 AND confirmed_at IS NOT NULL AND last_step < $4";
    owned REMOVE = "DELETE FROM authenticators WHERE tenant_id = $1 AND user_id = $2";
    owned END_WAYS = "DELETE FROM sign_ins WHERE tenant_id = $1 AND user_id = $2";
    owned ADD_CODE = "INSERT INTO recovery_codes (tenant_id, user_id, code_hash, made_at) VALUES ($1, $2, $3, $4)";
    owned SPEND_CODE = "UPDATE recovery_codes SET spent_at = $4
        WHERE tenant_id = $1 AND user_id = $2 AND code_hash = $3 AND spent_at IS NULL";
    owned REMOVE_CODES = "DELETE FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2";
}

#[derive(sqlx::FromRow)]
struct Row {
    sealed_seed: Vec<u8>,
    made_at: i64,
    confirmed_at: Option<i64>,
    used_at: Option<i64>,
    last_step: i64,
}

impl From<Row> for Authenticator {
    fn from(row: Row) -> Self {
        Self {
            sealed_seed: row.sealed_seed,
            made_at: Timestamp::from_micros(row.made_at),
            confirmed_at: row.confirmed_at.map(Timestamp::from_micros),
            used_at: row.used_at.map(Timestamp::from_micros),
            last_step: row.last_step,
        }
    }
}

impl SecondFactors for Work {
    async fn factors_of(&mut self, user: &UserId) -> Result<Factors, Failure> {
        let tenant = self.tenant();
        let (apps, recovery_codes): (i64, i64) = rows!(self, |c| sqlx::query_as(FACTORS)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_one(c))?;
        Ok(Factors { totp: apps > 0, passkey: false, recovery_codes })
    }

    async fn authenticator_of(&mut self, user: &UserId) -> Result<Option<Authenticator>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(AUTHENTICATOR)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_optional(c))?;
        Ok(found.map(Authenticator::from))
    }

    async fn offer_authenticator(&mut self, user: &UserId, sealed: &[u8]) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let offered = touch!(self, |c| sqlx::query(OFFER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(sealed)
            .bind(now.micros())
            .execute(c))?;
        Ok(offered == 1)
    }

    async fn confirm_authenticator(&mut self, user: &UserId, step: i64) -> Result<bool, Failure> {
        at_step(self, CONFIRM, user, step).await
    }

    async fn spend_step(&mut self, user: &UserId, step: i64) -> Result<bool, Failure> {
        at_step(self, SPEND_STEP, user, step).await
    }

    async fn remove_authenticator(&mut self, user: &UserId) -> Result<bool, Failure> {
        remove(self, REMOVE, user).await
    }

    async fn end_ways_in(&mut self, user: &UserId) -> Result<(), Failure> {
        remove(self, END_WAYS, user).await.map(drop)
    }

    async fn keep_recovery_codes(&mut self, user: &UserId, codes: &[Hash]) -> Result<(), Failure> {
        remove(self, REMOVE_CODES, user).await?;
        for code in codes {
            at_code(self, ADD_CODE, user, code).await?;
        }
        Ok(())
    }

    async fn spend_recovery_code(&mut self, user: &UserId, code: &Hash) -> Result<bool, Failure> {
        at_code(self, SPEND_CODE, user, code).await
    }
}

async fn at_step(
    work: &mut Work,
    sql: &'static str,
    user: &UserId,
    step: i64,
) -> Result<bool, Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    let changed = touch!(work, |c| sqlx::query(sql)
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(now.micros())
        .bind(step)
        .execute(c))?;
    Ok(changed == 1)
}

async fn at_code(
    work: &mut Work,
    sql: &'static str,
    user: &UserId,
    code: &Hash,
) -> Result<bool, Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    let changed = touch!(work, |c| sqlx::query(sql)
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(code.bytes().as_slice())
        .bind(now.micros())
        .execute(c))?;
    Ok(changed == 1)
}

async fn remove(work: &mut Work, sql: &'static str, user: &UserId) -> Result<bool, Failure> {
    let tenant = work.tenant();
    let removed =
        touch!(work, |c| sqlx::query(sql).bind(tenant.as_str()).bind(user.as_str()).execute(c))?;
    Ok(removed > 0)
}
