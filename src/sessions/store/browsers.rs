//! Which secret name is which browser: only the hash of it is kept.

use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::sessions::model::{Browsers, Notes};
use crate::{rows, touch};

statements! {
    owned ADD = "INSERT INTO browsers (tenant_id, id_hash, notes, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, id_hash) DO NOTHING";
    owned KEEP = "UPDATE browsers SET notes = $3, expires_at = $4 WHERE tenant_id = $1 AND id_hash = $2";
    owned NOTES = "SELECT notes FROM browsers WHERE tenant_id = $1 AND id_hash = $2 AND expires_at > $3";
    owned FORGET_ONE = "DELETE FROM browsers WHERE tenant_id = $1 AND id_hash = $2";
    platform FORGET = "DELETE FROM browsers WHERE expires_at < $1";
}

impl Browsers for Work {
    async fn add_browser(&mut self, id: &Hash, notes: &Notes) -> Result<bool, Failure> {
        Ok(write(self, ADD, id, notes).await? == 1)
    }

    async fn keep_notes(&mut self, id: &Hash, notes: &Notes) -> Result<bool, Failure> {
        Ok(write(self, KEEP, id, notes).await? == 1)
    }

    async fn notes(&mut self, id: &Hash) -> Result<Option<String>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        rows!(self, |c| sqlx::query_scalar(NOTES)
            .bind(tenant.as_str())
            .bind(id.bytes().as_slice())
            .bind(now.micros())
            .fetch_optional(c))
    }

    async fn forget_browser(&mut self, id: &Hash) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(FORGET_ONE)
            .bind(tenant.as_str())
            .bind(id.bytes().as_slice())
            .execute(c))?;
        Ok(())
    }
}

async fn write(
    work: &mut Work,
    sql: &'static str,
    id: &Hash,
    notes: &Notes,
) -> Result<u64, Failure> {
    let tenant = work.tenant();
    touch!(work, |c| sqlx::query(sql)
        .bind(tenant.as_str())
        .bind(id.bytes().as_slice())
        .bind(&notes.text)
        .bind(notes.expires_at.micros())
        .execute(c))
}

pub(super) async fn forget(work: &mut Work) -> Result<(), Failure> {
    let now: Timestamp = work.now();
    touch!(work, |c| sqlx::query(FORGET).bind(now.micros()).execute(c))?;
    Ok(())
}
