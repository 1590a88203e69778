//! Passkeys in the database.

use crate::accounts::model::{Ceremonies, Ceremony, Passkey, Passkeys};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{CeremonyId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ADD = "INSERT INTO passkeys (tenant_id, id, user_id, name, credential, synced, made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, id) DO NOTHING";
    owned ONE = "SELECT id, user_id, name, credential, synced, made_at, used_at, suspected_at FROM passkeys
        WHERE tenant_id = $1 AND id = $2";
    owned OF_USER = "SELECT id, user_id, name, credential, synced, made_at, used_at, suspected_at FROM passkeys
        WHERE tenant_id = $1 AND user_id = $2 ORDER BY made_at, id";
    owned USED = "UPDATE passkeys SET credential = $4, synced = $5, used_at = $6
        WHERE tenant_id = $1 AND id = $2 AND credential = $3 AND suspected_at IS NULL";
    owned SUSPECT = "UPDATE passkeys SET suspected_at = $3 WHERE tenant_id = $1 AND id = $2";
    owned RENAME = "UPDATE passkeys SET name = $4 WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    owned REMOVE = "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2 AND id = $3";
    owned BEGIN = "INSERT INTO ceremonies (tenant_id, id, browser, sealed, ends_at) VALUES ($1, $2, $3, $4, $5)";
    owned TAKE = "DELETE FROM ceremonies WHERE tenant_id = $1 AND id = $2 AND browser = $3 AND ends_at > $4 RETURNING sealed";
    platform FORGET = "DELETE FROM ceremonies WHERE ends_at < $1";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_id: String,
    name: String,
    credential: String,
    synced: i64,
    made_at: i64,
    used_at: Option<i64>,
    suspected_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Passkey, Failure> {
        let unreadable =
            || Failure::broken(format!("passkeys has a row {:?} that makes no sense", self.id));
        Ok(Passkey {
            user: UserId::parse(&self.user_id).ok_or_else(unreadable)?,
            name: self.name,
            credential: self.credential,
            is_synced: self.synced != 0,
            made_at: Timestamp::from_micros(self.made_at),
            used_at: self.used_at.map(Timestamp::from_micros),
            suspected_at: self.suspected_at.map(Timestamp::from_micros),
            id: self.id,
        })
    }
}

impl Passkeys for Work {
    async fn add_passkey(&mut self, passkey: &Passkey) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let added = touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(&passkey.id)
            .bind(passkey.user.as_str())
            .bind(&passkey.name)
            .bind(&passkey.credential)
            .bind(i64::from(passkey.is_synced))
            .bind(passkey.made_at.micros())
            .execute(c))?;
        Ok(added == 1)
    }

    async fn passkey(&mut self, id: &str) -> Result<Option<Passkey>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> =
            rows!(self, |c| sqlx::query_as(ONE).bind(tenant.as_str()).bind(id).fetch_optional(c))?;
        found.map(Row::read).transpose()
    }

    async fn passkeys_of(&mut self, user: &UserId) -> Result<Vec<Passkey>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(OF_USER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_all(c))?;
        found.into_iter().map(Row::read).collect()
    }

    async fn passkey_used(&mut self, read: &Passkey, used: &Passkey) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let changed = touch!(self, |c| sqlx::query(USED)
            .bind(tenant.as_str())
            .bind(&read.id)
            .bind(&read.credential)
            .bind(&used.credential)
            .bind(i64::from(used.is_synced))
            .bind(now.micros())
            .execute(c))?;
        Ok(changed == 1)
    }

    async fn suspect_passkey(&mut self, id: &str) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(SUSPECT)
            .bind(tenant.as_str())
            .bind(id)
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn rename_passkey(
        &mut self,
        user: &UserId,
        id: &str,
        name: &str,
    ) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let renamed = touch!(self, |c| sqlx::query(RENAME)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(id)
            .bind(name)
            .execute(c))?;
        Ok(renamed == 1)
    }

    async fn remove_passkey(&mut self, user: &UserId, id: &str) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let removed = touch!(self, |c| sqlx::query(REMOVE)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(id)
            .execute(c))?;
        Ok(removed == 1)
    }
}

impl Ceremonies for Work {
    async fn begin_ceremony(&mut self, ceremony: &Ceremony) -> Result<(), Failure> {
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(BEGIN)
            .bind(tenant.as_str())
            .bind(ceremony.id.as_str())
            .bind(ceremony.browser.bytes().as_slice())
            .bind(&ceremony.sealed)
            .bind(ceremony.ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn take_ceremony(
        &mut self,
        id: &CeremonyId,
        browser: &Hash,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        rows!(self, |c| sqlx::query_scalar(TAKE)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(browser.bytes().as_slice())
            .bind(now.micros())
            .fetch_optional(c))
    }

    async fn forget_ceremonies_before(&mut self, before: Timestamp) -> Result<(), Failure> {
        touch!(self, |c| sqlx::query(FORGET).bind(before.micros()).execute(c))?;
        Ok(())
    }
}
