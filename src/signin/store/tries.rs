//! How often it was tried, in the database.

use crate::kernel::failure::Failure;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::signin::model::{Tries, TryCounts};
use crate::{rows, touch};

statements! {
    /// Written and not only read, so that on PostgreSQL the row is held until the commit.
    owned TRIES = "INSERT INTO sign_in_tries (tenant_id, account, failures, last_at, refused_until) VALUES ($1, $2, 0, 0, 0)
        ON CONFLICT (tenant_id, account) DO UPDATE SET failures = sign_in_tries.failures WHERE sign_in_tries.tenant_id = $1
        RETURNING failures, last_at, refused_until";
    owned KEEP = "UPDATE sign_in_tries SET failures = $3, last_at = $4, refused_until = $5
        WHERE tenant_id = $1 AND account = $2";
    owned FORGET = "DELETE FROM sign_in_tries WHERE tenant_id = $1 AND account = $2";
    platform FORGET_OVER = "DELETE FROM sign_in_tries WHERE last_at < $1";
}

impl TryCounts for Work {
    async fn tries(&mut self, account: &Hash) -> Result<Tries, Failure> {
        let tenant = self.tenant();
        let (failures, last_at, refused_until): (i64, i64, i64) =
            rows!(self, |c| sqlx::query_as(TRIES)
                .bind(tenant.as_str())
                .bind(account.bytes().as_slice())
                .fetch_one(c))?;
        let (last_at, refused_until) =
            (Timestamp::from_micros(last_at), Timestamp::from_micros(refused_until));
        Ok(Tries { failures, last_at, refused_until })
    }

    async fn keep_tries(&mut self, account: &Hash, tries: Tries) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(account.bytes().as_slice())
            .bind(tries.failures)
            .bind(tries.last_at.micros())
            .bind(tries.refused_until.micros())
            .execute(c))?;
        Ok(())
    }

    async fn forget_tries(&mut self, account: &Hash) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(FORGET)
            .bind(tenant.as_str())
            .bind(account.bytes().as_slice())
            .execute(c))?;
        Ok(())
    }

    async fn forget_tries_before(&mut self, before: Timestamp) -> Result<(), Failure> {
        touch!(self, |c| sqlx::query(FORGET_OVER).bind(before.micros()).execute(c))?;
        Ok(())
    }
}
