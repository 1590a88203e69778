//! People and what is kept of their passwords, in the database.

use crate::accounts::model::{PasswordHashes, Status, User, Users};
use crate::kernel::email::Email;
use crate::kernel::failure::Failure;
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ADD = "INSERT INTO users (tenant_id, id, email, name, made_at, email_verified_at, suspended_at, deactivated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, email) DO NOTHING";
    owned USER = "SELECT id, email, name, made_at, email_verified_at, suspended_at, deactivated_at
        FROM users WHERE tenant_id = $1 AND id = $2";
    owned OF_EMAIL = "SELECT id, email, name, made_at, email_verified_at, suspended_at, deactivated_at
        FROM users WHERE tenant_id = $1 AND email = $2";
    owned USERS = "SELECT id, email, name, made_at, email_verified_at, suspended_at, deactivated_at
        FROM users WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    owned PASSWORD = "SELECT hash FROM passwords WHERE tenant_id = $1 AND user_id = $2";
    owned SET_AT = "SELECT set_at FROM passwords WHERE tenant_id = $1 AND user_id = $2";
    owned KEEP_PASSWORD = "INSERT INTO passwords (tenant_id, user_id, hash, set_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, user_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at
        WHERE passwords.tenant_id = $1";
    owned RENEW = "UPDATE passwords SET hash = $4 WHERE tenant_id = $1 AND user_id = $2 AND hash = $3";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    email: String,
    name: String,
    made_at: i64,
    email_verified_at: Option<i64>,
    suspended_at: Option<i64>,
    deactivated_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<User, Failure> {
        let unreadable =
            || Failure::broken(format!("users has a row {:?} that makes no sense", self.id));
        let at = |micros: Option<i64>| micros.map(Timestamp::from_micros);
        Ok(User {
            id: UserId::parse(&self.id).ok_or_else(unreadable)?,
            email: Email::parse(&self.email).ok_or_else(unreadable)?,
            made_at: Timestamp::from_micros(self.made_at),
            email_verified_at: at(self.email_verified_at),
            status: Status::of(at(self.suspended_at), at(self.deactivated_at)),
            name: self.name,
        })
    }
}

impl Users for Work {
    async fn add_user(&mut self, user: &User) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let micros = |at: Option<Timestamp>| at.map(Timestamp::micros);
        let added = touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(user.id.as_str())
            .bind(user.email.as_str())
            .bind(&user.name)
            .bind(user.made_at.micros())
            .bind(micros(user.email_verified_at))
            .bind(micros(user.status.suspended_at()))
            .bind(micros(user.status.deactivated_at()))
            .execute(c))?;
        Ok(added == 1)
    }

    async fn user(&mut self, id: &UserId) -> Result<Option<User>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(USER)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .fetch_optional(c))?;
        found.map(Row::read).transpose()
    }

    async fn user_of_email(&mut self, email: &Email) -> Result<Option<User>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(OF_EMAIL)
            .bind(tenant.as_str())
            .bind(email.as_str())
            .fetch_optional(c))?;
        found.map(Row::read).transpose()
    }

    async fn users(&mut self, after: &str, limit: i64) -> Result<Vec<User>, Failure> {
        let tenant = self.tenant();
        let found: Vec<Row> = rows!(self, |c| sqlx::query_as(USERS)
            .bind(tenant.as_str())
            .bind(after)
            .bind(limit)
            .fetch_all(c))?;
        found.into_iter().map(Row::read).collect()
    }
}

impl PasswordHashes for Work {
    async fn password_of(&mut self, user: &UserId) -> Result<Option<String>, Failure> {
        let tenant = self.tenant();
        rows!(self, |c| sqlx::query_scalar(PASSWORD)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_optional(c))
    }

    async fn password_set_at(&mut self, user: &UserId) -> Result<Option<Timestamp>, Failure> {
        let tenant = self.tenant();
        let set_at: Option<i64> = rows!(self, |c| sqlx::query_scalar(SET_AT)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .fetch_optional(c))?;
        Ok(set_at.map(Timestamp::from_micros))
    }

    async fn keep_password(&mut self, user: &UserId, hash: &str) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(KEEP_PASSWORD)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(hash)
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn renew_hash(&mut self, user: &UserId, old: &str, new: &str) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let renewed = touch!(self, |c| sqlx::query(RENEW)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(old)
            .bind(new)
            .execute(c))?;
        Ok(renewed == 1)
    }
}
