//! Who somebody is elsewhere, in the database.

use crate::federation::model::{Identities, Identity, Linked};
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::tenants::model::Slug;
use crate::{rows, touch};

statements! {
    owned IDENTITY = "SELECT issuer, subject, user_id, provider, label, linked_at, used_at, unlinked_at
        FROM identities WHERE tenant_id = $1 AND issuer = $2 AND subject = $3";
    owned OF_USER = "SELECT issuer, subject, user_id, provider, label, linked_at, used_at, unlinked_at
        FROM identities WHERE tenant_id = $1 AND user_id = $2 AND unlinked_at IS NULL ORDER BY linked_at, issuer, subject";
    owned LINK = "INSERT INTO identities (tenant_id, issuer, subject, user_id, provider, label, linked_at, used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, issuer, subject) DO UPDATE
        SET user_id = $4, provider = $5, label = $6, linked_at = $7, used_at = $8, unlinked_at = NULL
        WHERE identities.tenant_id = $1 AND identities.unlinked_at IS NOT NULL";
    owned UNLINK = "UPDATE identities SET unlinked_at = $5
        WHERE tenant_id = $1 AND issuer = $2 AND subject = $3 AND user_id = $4 AND unlinked_at IS NULL";
    owned RELEASE = "DELETE FROM identities WHERE tenant_id = $1 AND user_id = $2";
    owned USED = "UPDATE identities SET used_at = $4, label = $5 WHERE tenant_id = $1 AND issuer = $2 AND subject = $3";
}

#[derive(sqlx::FromRow)]
struct Row {
    issuer: String,
    subject: String,
    user_id: String,
    provider: String,
    label: String,
    linked_at: i64,
    used_at: i64,
    unlinked_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Linked, Failure> {
        let unreadable = || {
            Failure::broken(format!(
                "identities has a row of {:?} that makes no sense",
                self.issuer
            ))
        };
        Ok(Linked {
            user: UserId::parse(&self.user_id).ok_or_else(unreadable)?,
            provider: Slug::parse(&self.provider).map_err(|_| unreadable())?,
            identity: Identity { issuer: self.issuer, subject: self.subject },
            label: self.label,
            linked_at: Timestamp::from_micros(self.linked_at),
            used_at: Timestamp::from_micros(self.used_at),
            unlinked_at: self.unlinked_at.map(Timestamp::from_micros),
        })
    }
}

impl Identities for Work {
    async fn identity(&mut self, identity: &Identity) -> Result<Option<Linked>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(IDENTITY)
            .bind(tenant.as_str())
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .fetch_optional(c))?;
        found.map(Row::read).transpose()
    }

    async fn identities_of(&mut self, user: &UserId) -> Result<Vec<Linked>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(OF_USER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_all(c))?;
        found.into_iter().map(Row::read).collect()
    }

    async fn link(&mut self, linked: &Linked) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let done = touch!(self, |c| sqlx::query(LINK)
            .bind(tenant.as_str())
            .bind(&linked.identity.issuer)
            .bind(&linked.identity.subject)
            .bind(linked.user.as_str())
            .bind(linked.provider.as_str())
            .bind(&linked.label)
            .bind(linked.linked_at.micros())
            .bind(linked.used_at.micros())
            .execute(c))?;
        Ok(done == 1)
    }

    async fn unlink(&mut self, identity: &Identity, user: &UserId) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let done = touch!(self, |c| sqlx::query(UNLINK)
            .bind(tenant.as_str())
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .bind(user.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(done == 1)
    }

    async fn release(&mut self, user: &UserId) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(RELEASE)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .execute(c))?;
        Ok(())
    }

    async fn used(&mut self, identity: &Identity, label: &str) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(USED)
            .bind(tenant.as_str())
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .bind(now.micros())
            .bind(label)
            .execute(c))?;
        Ok(())
    }
}
