//! What changes about people, in the database.

use crate::accounts::model::{Changes, FormerPasswords};
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned PROVE = "UPDATE users SET email_verified_at = $3 WHERE tenant_id = $1 AND id = $2 AND email_verified_at IS NULL";
    owned CHANGE_EMAIL = "UPDATE users SET email = $3, email_verified_at = $4 WHERE tenant_id = $1 AND id = $2
        AND NOT EXISTS (SELECT 1 FROM users o WHERE o.tenant_id = $1 AND o.email = $3 AND o.id <> $2)";
    owned ACCEPT = "INSERT INTO acceptances (tenant_id, user_id, document, version, accepted_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, user_id, document, version) DO NOTHING";
    owned ACCEPTED = "SELECT document, version FROM acceptances WHERE tenant_id = $1 AND user_id = $2";
    owned SET_AT = "SELECT set_at FROM passwords WHERE tenant_id = $1 AND user_id = $2";
    owned FORMER = "SELECT hash FROM former_passwords WHERE tenant_id = $1 AND user_id = $2
        ORDER BY replaced_at DESC LIMIT $3";
    owned RETIRE = "INSERT INTO former_passwords (tenant_id, user_id, replaced_at, hash)
        SELECT tenant_id, user_id, $3, hash FROM passwords WHERE tenant_id = $1 AND user_id = $2
        ON CONFLICT (tenant_id, user_id, replaced_at) DO NOTHING";
    owned THIN = "DELETE FROM former_passwords WHERE tenant_id = $1 AND user_id = $2 AND replaced_at NOT IN (
        SELECT k.replaced_at FROM former_passwords k WHERE k.tenant_id = $1 AND k.user_id = $2
        ORDER BY k.replaced_at DESC LIMIT $3)";
}

impl Changes for Work {
    async fn prove_email(&mut self, user: &UserId) -> Result<(), Failure> {
        at_now(self, PROVE, user).await
    }

    async fn change_email(&mut self, user: &UserId, email: &Email) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let changed = touch!(self, |c| sqlx::query(CHANGE_EMAIL)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(email.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(changed == 1)
    }

    async fn accept(
        &mut self,
        user: &UserId,
        (document, version): (&str, &str),
    ) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(ACCEPT)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(document)
            .bind(version)
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn accepted(&mut self, user: &UserId) -> Result<Vec<(String, String)>, Failure> {
        let tenant = self.tenant();
        rows!(self, |c| sqlx::query_as(ACCEPTED)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_all(c))
    }
}

async fn at_now(work: &mut Work, sql: &'static str, user: &UserId) -> Result<(), Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    touch!(work, |c| sqlx::query(sql)
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(now.micros())
        .execute(c))?;
    Ok(())
}

impl FormerPasswords for Work {
    async fn password_set_at(&mut self, user: &UserId) -> Result<Option<Timestamp>, Failure> {
        let tenant = self.tenant();
        let micros: Option<i64> = rows!(self, |c| sqlx::query_scalar(SET_AT)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_optional(c))?;
        Ok(micros.map(Timestamp::from_micros))
    }

    async fn former_passwords(&mut self, user: &UserId, most: i64) -> Result<Vec<String>, Failure> {
        let tenant = self.tenant();
        rows!(self, |c| sqlx::query_scalar(FORMER)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(most)
            .fetch_all(c))
    }

    async fn retire_password(&mut self, user: &UserId, keep: i64) -> Result<(), Failure> {
        at_now(self, RETIRE, user).await?;
        let tenant = self.tenant();
        touch!(self, |c| sqlx::query(THIN)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(keep)
            .execute(c))?;
        Ok(())
    }
}
