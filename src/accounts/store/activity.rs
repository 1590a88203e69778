//! What happened to accounts, in the database. Nothing here is ever changed.

use crate::accounts::model::activity::{Activity, Entry};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned NOTE = "INSERT INTO activity (tenant_id, user_id, event_id, at, kind, about)
        SELECT $1, $2, $3, $4, $5, $6 WHERE EXISTS (SELECT 1 FROM users WHERE tenant_id = $1 AND id = $2)";
    owned OLDER = "SELECT a.event_id, a.at, a.kind, a.about, s.device, s.address FROM activity a
        LEFT JOIN sessions s ON s.tenant_id = $1 AND s.id = a.about AND s.user_id = $2
        WHERE a.tenant_id = $1 AND a.user_id = $2 AND a.event_id < $3 ORDER BY a.event_id DESC LIMIT $4";
    owned FORGET_OF = "DELETE FROM activity WHERE tenant_id = $1 AND user_id = $2";
    platform FORGET = "DELETE FROM activity WHERE at < $1";
}

#[derive(sqlx::FromRow)]
struct Row {
    event_id: String,
    at: i64,
    kind: String,
    about: String,
    device: Option<String>,
    address: Option<String>,
}

impl Activity for Work {
    async fn note_activity(&mut self, user: &UserId, entry: &Entry) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(NOTE)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(&entry.id)
            .bind(entry.at.micros())
            .bind(&entry.kind)
            .bind(&entry.about)
            .execute(c))?;
        Ok(())
    }

    async fn activity_of(
        &mut self,
        user: &UserId,
        before: &str,
        limit: i64,
    ) -> Result<Vec<Entry>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(OLDER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(before)
            .bind(limit)
            .fetch_all(c))?;
        Ok(found.into_iter().map(Entry::from).collect())
    }

    async fn forget_activity_of(&mut self, user: &UserId) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(FORGET_OF)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .execute(c))?;
        Ok(())
    }

    async fn forget_activity_before(&mut self, before: Timestamp) -> Result<(), Failure> {
        touch!(self, |c| sqlx::query(FORGET).bind(before.micros()).execute(c))?;
        Ok(())
    }
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        let at = Timestamp::from_micros(row.at);
        let device = row.device.map(|device| (device, row.address));
        Self { id: row.event_id, at, kind: row.kind, about: row.about, device }
    }
}
