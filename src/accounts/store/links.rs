//! Links in the database, by the hash of what is in them.

use crate::accounts::model::{Link, Links, Purpose};
use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ADD = "INSERT INTO links (tenant_id, hash, purpose, subject, sealed, made_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, hash) DO NOTHING";
    owned LINK = "SELECT subject, sealed, made_at, ends_at, used_at FROM links
        WHERE tenant_id = $1 AND hash = $2 AND purpose = $3";
    owned USE = "UPDATE links SET used_at = $4
        WHERE tenant_id = $1 AND hash = $2 AND purpose = $3 AND used_at IS NULL AND ends_at > $4
        RETURNING subject, sealed, made_at, ends_at, used_at";
    owned LAST = "SELECT subject, sealed, made_at, ends_at, used_at FROM links
        WHERE tenant_id = $1 AND subject = $2 AND purpose = $3 ORDER BY made_at DESC LIMIT 1";
    owned VOID_OTHERS = "UPDATE links SET used_at = $5
        WHERE tenant_id = $1 AND subject = $2 AND purpose = $3 AND hash <> $4 AND used_at IS NULL";
    owned VOID = "UPDATE links SET used_at = $3
        WHERE tenant_id = $1 AND subject = $2 AND purpose <> 'email_undo' AND used_at IS NULL";
    platform FORGET = "DELETE FROM links WHERE ends_at < $1";
}

#[derive(sqlx::FromRow)]
struct Row {
    subject: String,
    sealed: Option<Vec<u8>>,
    made_at: i64,
    ends_at: i64,
    used_at: Option<i64>,
}

impl Row {
    fn read(self, purpose: Purpose) -> Link {
        Link {
            purpose,
            subject: self.subject,
            sealed: self.sealed,
            made_at: Timestamp::from_micros(self.made_at),
            ends_at: Timestamp::from_micros(self.ends_at),
            used_at: self.used_at.map(Timestamp::from_micros),
        }
    }
}

impl Links for Work {
    async fn add_link(&mut self, hash: &Hash, link: &Link) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(hash.bytes().as_slice())
            .bind(link.purpose.as_str())
            .bind(&link.subject)
            .bind(&link.sealed)
            .bind(link.made_at.micros())
            .bind(link.ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn link(&mut self, hash: &Hash, purpose: Purpose) -> Result<Option<Link>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(LINK)
            .bind(tenant.as_str())
            .bind(hash.bytes().as_slice())
            .bind(purpose.as_str())
            .fetch_optional(c))?;
        Ok(found.map(|row| row.read(purpose)))
    }

    async fn use_link(&mut self, hash: &Hash, purpose: Purpose) -> Result<Option<Link>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let used: Option<Row> = rows!(self, |c| sqlx::query_as(USE)
            .bind(tenant.as_str())
            .bind(hash.bytes().as_slice())
            .bind(purpose.as_str())
            .bind(now.micros())
            .fetch_optional(c))?;
        Ok(used.map(|row| row.read(purpose)))
    }

    async fn last_link(
        &mut self,
        subject: &str,
        purpose: Purpose,
    ) -> Result<Option<Link>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(LAST)
            .bind(tenant.as_str())
            .bind(subject)
            .bind(purpose.as_str())
            .fetch_optional(c))?;
        Ok(found.map(|row| row.read(purpose)))
    }

    async fn void_others(
        &mut self,
        hash: &Hash,
        subject: &str,
        purpose: Purpose,
    ) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(VOID_OTHERS)
            .bind(tenant.as_str())
            .bind(subject)
            .bind(purpose.as_str())
            .bind(hash.bytes().as_slice())
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn void_links(&mut self, subject: &str) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(VOID)
            .bind(tenant.as_str())
            .bind(subject)
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn forget_links_before(&mut self, before: Timestamp) -> Result<(), Failure> {
        touch!(self, |c| sqlx::query(FORGET).bind(before.micros()).execute(c))?;
        Ok(())
    }
}
