//! People and what is kept of their passwords, in the database.

use crate::accounts::model::{Marks, PasswordHashes, Profile, Status, User, Username, Users};
use crate::kernel::email::Email;
use crate::kernel::failure::{Failure, FailureKind};
use crate::kernel::ids::UserId;
use crate::kernel::moment::Moment;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::platform::storage::{Work, statements};
use crate::{rows, several, touch};

statements! {
    owned ADD = "INSERT INTO users (tenant_id, id, email, username, name, profile, made_at, changed_at, email_verified_at,
            pending_at, locked_at, suspended_at, deactivated_at, deleted_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (tenant_id, email) DO NOTHING";
    owned USER = "SELECT id, email, username, name, profile, made_at, changed_at, email_verified_at,
            pending_at, locked_at, suspended_at, deactivated_at, deleted_at
        FROM users WHERE tenant_id = $1 AND id = $2";
    owned USERS_OF = "SELECT id, email, username, name, profile, made_at, changed_at, email_verified_at,
            pending_at, locked_at, suspended_at, deactivated_at, deleted_at
        FROM users WHERE tenant_id = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    /// Written and not only read, so that on PostgreSQL the row is held until the commit.
    owned HOLD = "UPDATE users SET changed_at = changed_at WHERE tenant_id = $1 AND id = $2
        RETURNING id, email, username, name, profile, made_at, changed_at, email_verified_at,
            pending_at, locked_at, suspended_at, deactivated_at, deleted_at";
    owned FIRST_IN = "UPDATE users SET first_in_at = $3 WHERE tenant_id = $1 AND id = $2 AND first_in_at IS NULL";
    owned OF_EMAIL = "SELECT id, email, username, name, profile, made_at, changed_at, email_verified_at,
            pending_at, locked_at, suspended_at, deactivated_at, deleted_at
        FROM users WHERE tenant_id = $1 AND email = $2";
    owned OF_USERNAME = "SELECT id, email, username, name, profile, made_at, changed_at, email_verified_at,
            pending_at, locked_at, suspended_at, deactivated_at, deleted_at
        FROM users WHERE tenant_id = $1 AND username = $2";
    owned USERS = "SELECT id, email, username, name, profile, made_at, changed_at, email_verified_at,
            pending_at, locked_at, suspended_at, deactivated_at, deleted_at
        FROM users WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    owned KEEP = "UPDATE users SET username = $4, name = $5, profile = $6, changed_at = $7, email_verified_at = $8,
            pending_at = $9, locked_at = $10, suspended_at = $11, deactivated_at = $12, deleted_at = $13
        WHERE tenant_id = $1 AND id = $2 AND changed_at = $3";
    owned FREE_EMAIL = "UPDATE users SET email = $3 WHERE tenant_id = $1 AND id = $2";
    owned FORGET_FORMER = "DELETE FROM former_passwords WHERE tenant_id = $1 AND user_id = $2";
    owned FORGET_GROUPS = "DELETE FROM group_members WHERE tenant_id = $1 AND user_id = $2";
    owned FORGET_AUTHENTICATOR = "DELETE FROM authenticators WHERE tenant_id = $1 AND user_id = $2";
    owned FORGET_CODES = "DELETE FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2";
    owned FORGET_PASSKEYS = "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2";
    owned FORGET_PASSWORD = "DELETE FROM passwords WHERE tenant_id = $1 AND user_id = $2";
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
    username: Option<String>,
    name: String,
    profile: String,
    made_at: i64,
    changed_at: i64,
    email_verified_at: Option<i64>,
    pending_at: Option<i64>,
    locked_at: Option<i64>,
    suspended_at: Option<i64>,
    deactivated_at: Option<i64>,
    deleted_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<User, Failure> {
        let unreadable =
            || Failure::broken(format!("users has a row {:?} that makes no sense", self.id));
        let at = |micros: Option<i64>| micros.map(Timestamp::from_micros);
        let username = self.username.as_deref().map(Username::parse);
        let marks = Marks {
            pending_at: at(self.pending_at),
            locked_at: at(self.locked_at),
            suspended_at: at(self.suspended_at),
            deactivated_at: at(self.deactivated_at),
            deleted_at: at(self.deleted_at),
        };
        Ok(User {
            id: UserId::parse(&self.id).ok_or_else(unreadable)?,
            email: Email::parse(&self.email).ok_or_else(unreadable)?,
            username: username.map(|read| read.ok_or_else(unreadable)).transpose()?,
            profile: serde_json::from_str(&self.profile).map_err(|e| unreadable().because(e))?,
            made_at: Timestamp::from_micros(self.made_at),
            changed_at: Timestamp::from_micros(self.changed_at),
            email_verified_at: at(self.email_verified_at),
            status: Status::of(marks),
            name: self.name,
        })
    }
}

fn document(profile: &Profile) -> Result<String, Failure> {
    serde_json::to_string(profile)
        .map_err(|e| Failure::broken("a profile has no JSON form").because(e))
}

fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::micros)
}

impl Users for Work {
    async fn add_user(&mut self, user: &User) -> Result<bool, Failure> {
        let (tenant, marks) = (self.tenant(), user.status.marks());
        let profile = document(&user.profile)?;
        let added = touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(user.id.as_str())
            .bind(user.email.as_str())
            .bind(user.username.as_ref().map(Username::as_str))
            .bind(&user.name)
            .bind(&profile)
            .bind(user.made_at.micros())
            .bind(user.changed_at.micros())
            .bind(micros(user.email_verified_at))
            .bind(micros(marks.pending_at))
            .bind(micros(marks.locked_at))
            .bind(micros(marks.suspended_at))
            .bind(micros(marks.deactivated_at))
            .bind(micros(marks.deleted_at))
            .execute(c))?;
        Ok(added == 1)
    }

    async fn user(&mut self, id: &UserId) -> Result<Option<User>, Failure> {
        one(self, USER, id.as_str()).await
    }

    async fn users_of(&mut self, ids: &[UserId]) -> Result<Vec<User>, Failure> {
        let found: Vec<Row> = several!(self, USERS_OF, ids, UserId::as_str);
        found.into_iter().map(Row::read).collect()
    }

    async fn hold_user(&mut self, id: &UserId) -> Result<Option<User>, Failure> {
        one(self, HOLD, id.as_str()).await
    }

    async fn has_come_in(&mut self, id: &UserId) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let first = touch!(self, |c| sqlx::query(FIRST_IN)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(first == 1)
    }

    async fn user_of_email(&mut self, email: &Email) -> Result<Option<User>, Failure> {
        one(self, OF_EMAIL, email.as_str()).await
    }

    async fn user_of_username(&mut self, username: &Username) -> Result<Option<User>, Failure> {
        one(self, OF_USERNAME, username.as_str()).await
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

    async fn keep_user(&mut self, user: &User) -> Result<(), Failure> {
        let (tenant, now, marks) = (self.tenant(), self.now(), user.status.marks());
        let profile = document(&user.profile)?;
        let kept = touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(user.id.as_str())
            .bind(user.changed_at.micros())
            .bind(user.username.as_ref().map(Username::as_str))
            .bind(&user.name)
            .bind(&profile)
            .bind(now.max(user.changed_at.plus(Lifetime::micros(1))).micros())
            .bind(micros(user.email_verified_at))
            .bind(micros(marks.pending_at))
            .bind(micros(marks.locked_at))
            .bind(micros(marks.suspended_at))
            .bind(micros(marks.deactivated_at))
            .bind(micros(marks.deleted_at))
            .execute(c))?;
        let meanwhile = || Failure::broken("somebody was changed meanwhile");
        if kept == 1 { Ok(()) } else { Err(meanwhile().of_kind(FailureKind::Repeat)) }
    }

    async fn erase_user(&mut self, user: &User) -> Result<(), Failure> {
        let tenant = self.tenant();
        let nobodys = format!("{}@deleted.invalid", user.id);
        let bare = User {
            username: None,
            name: String::new(),
            profile: Profile::default(),
            email_verified_at: None,
            ..user.clone()
        };
        self.keep_user(&bare).await?;
        touch!(self, |c| sqlx::query(FREE_EMAIL)
            .bind(tenant.as_str())
            .bind(user.id.as_str())
            .bind(&nobodys)
            .execute(c))?;
        // The row stays, so no foreign key takes these away.
        for sql in [
            FORGET_PASSWORD,
            FORGET_FORMER,
            FORGET_AUTHENTICATOR,
            FORGET_CODES,
            FORGET_PASSKEYS,
            FORGET_GROUPS,
        ] {
            touch!(self, |c| sqlx::query(sql)
                .bind(tenant.as_str())
                .bind(user.id.as_str())
                .execute(c))?;
        }
        Ok(())
    }
}

async fn one(work: &mut Work, sql: &'static str, key: &str) -> Result<Option<User>, Failure> {
    let tenant = work.tenant();
    let found: Option<Row> =
        rows!(work, |c| sqlx::query_as(sql).bind(tenant.as_str()).bind(key).fetch_optional(c))?;
    found.map(Row::read).transpose()
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
