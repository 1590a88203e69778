//! Sessions in the database.

pub(super) mod browsers;
pub(super) mod devices;

use super::model::{Method, Session, Sessions, Upkeep};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{SessionId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned BEGIN = "INSERT INTO sessions (tenant_id, id, user_id, browser, methods, device, address, started_at, proven_at, seen_at, chosen_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// When the one that was chosen last has ended, nobody takes its place unasked.
    owned OF_BROWSER = "SELECT id, user_id, browser, methods, device, address, started_at, proven_at, seen_at, chosen_at, ends_at
        FROM sessions WHERE tenant_id = $1 AND browser = $2 AND ended_at IS NULL
            AND chosen_at = (SELECT MAX(c.chosen_at) FROM sessions c WHERE c.tenant_id = $1 AND c.browser = $2)
        ORDER BY started_at DESC LIMIT 1";
    owned ALL_OF_BROWSER = "SELECT id, user_id, browser, methods, device, address, started_at, proven_at, seen_at, chosen_at, ends_at
        FROM sessions WHERE tenant_id = $1 AND browser = $2 AND ended_at IS NULL ORDER BY chosen_at DESC, started_at DESC LIMIT 50";
    owned MOVE = "UPDATE sessions SET browser = $3 WHERE tenant_id = $1 AND browser = $2 AND ended_at IS NULL";
    owned CHOOSE = "UPDATE sessions SET chosen_at = $4 WHERE tenant_id = $1 AND id = $2 AND user_id = $3 AND ended_at IS NULL";
    owned OF_USER = "SELECT id, user_id, browser, methods, device, address, started_at, proven_at, seen_at, chosen_at, ends_at
        FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND ended_at IS NULL ORDER BY started_at DESC, id DESC";
    owned ANEW = "UPDATE sessions SET browser = $4, methods = $5, proven_at = $6, seen_at = $6, chosen_at = $7
        WHERE tenant_id = $1 AND id = $2 AND user_id = $3 AND ended_at IS NULL";
    owned SEEN = "UPDATE sessions SET seen_at = $3 WHERE tenant_id = $1 AND id = $2 AND seen_at < $3 AND ended_at IS NULL";
    owned END = "UPDATE sessions SET ended_at = $4 WHERE tenant_id = $1 AND id = $2 AND user_id = $3 AND ended_at IS NULL";
    platform FORGET = "DELETE FROM sessions WHERE ends_at < $1";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_id: String,
    browser: Vec<u8>,
    methods: String,
    device: String,
    address: Option<String>,
    started_at: i64,
    proven_at: i64,
    seen_at: i64,
    chosen_at: i64,
    ends_at: i64,
}

impl Row {
    fn read(self) -> Result<Session, Failure> {
        let unreadable =
            || Failure::broken(format!("sessions has a row {:?} that makes no sense", self.id));
        Ok(Session {
            id: SessionId::parse(&self.id).ok_or_else(unreadable)?,
            user: UserId::parse(&self.user_id).ok_or_else(unreadable)?,
            browser: Hash::from_bytes(&self.browser).ok_or_else(unreadable)?,
            methods: Method::parse_all(&self.methods).ok_or_else(unreadable)?,
            started_at: Timestamp::from_micros(self.started_at),
            proven_at: Timestamp::from_micros(self.proven_at),
            seen_at: Timestamp::from_micros(self.seen_at),
            chosen_at: Timestamp::from_micros(self.chosen_at),
            ends_at: Timestamp::from_micros(self.ends_at),
            device: self.device,
            address: self.address,
        })
    }
}

impl Sessions for Work {
    async fn begin(&mut self, session: &Session) -> Result<(), Failure> {
        let tenant = self.tenant();
        let methods = Method::words(&session.methods);
        touch!(self, |c| sqlx::query(BEGIN)
            .bind(tenant.as_str())
            .bind(session.id.as_str())
            .bind(session.user.as_str())
            .bind(session.browser.bytes().as_slice())
            .bind(&methods)
            .bind(&session.device)
            .bind(session.address.as_deref())
            .bind(session.started_at.micros())
            .bind(session.proven_at.micros())
            .bind(session.seen_at.micros())
            .bind(session.chosen_at.micros())
            .bind(session.ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn session_of(&mut self, browser: &Hash) -> Result<Option<Session>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(OF_BROWSER)
            .bind(tenant.as_str())
            .bind(browser.bytes().as_slice())
            .fetch_optional(c))?;
        found.map(Row::read).transpose()
    }

    async fn sessions_in(&mut self, browser: &Hash) -> Result<Vec<Session>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(ALL_OF_BROWSER)
            .bind(tenant.as_str())
            .bind(browser.bytes().as_slice())
            .fetch_all(c))?;
        found.into_iter().map(Row::read).collect()
    }

    async fn move_sessions(&mut self, from: &Hash, to: &Hash) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(MOVE)
            .bind(tenant.as_str())
            .bind(from.bytes().as_slice())
            .bind(to.bytes().as_slice())
            .execute(c))?;
        Ok(())
    }

    async fn choose(&mut self, session: &Session, at: Timestamp) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let chosen = touch!(self, |c| sqlx::query(CHOOSE)
            .bind(tenant.as_str())
            .bind(session.id.as_str())
            .bind(session.user.as_str())
            .bind(at.micros())
            .execute(c))?;
        Ok(chosen == 1)
    }

    async fn sessions_of(&mut self, user: &UserId) -> Result<Vec<Session>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(OF_USER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_all(c))?;
        found.into_iter().map(Row::read).collect()
    }

    async fn prove_anew(&mut self, session: &Session) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let methods = Method::words(&session.methods);
        let found = touch!(self, |c| sqlx::query(ANEW)
            .bind(tenant.as_str())
            .bind(session.id.as_str())
            .bind(session.user.as_str())
            .bind(session.browser.bytes().as_slice())
            .bind(&methods)
            .bind(session.proven_at.micros())
            .bind(session.chosen_at.micros())
            .execute(c))?;
        Ok(found == 1)
    }

    async fn seen(&mut self, session: &SessionId) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(SEEN)
            .bind(tenant.as_str())
            .bind(session.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn end(&mut self, session: &SessionId, user: &UserId) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let ended = touch!(self, |c| sqlx::query(END)
            .bind(tenant.as_str())
            .bind(session.as_str())
            .bind(user.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(ended == 1)
    }
}

impl Upkeep for Work {
    async fn forget_over(&mut self, before: Timestamp) -> Result<(), Failure> {
        touch!(self, |c| sqlx::query(FORGET).bind(before.micros()).execute(c))?;
        browsers::forget(self).await?;
        devices::forget(self).await
    }
}
