//! Who is on the way, and how often it was tried, in the database.

pub(super) mod tries;

use super::model::{SignIn, SignIns};
use crate::kernel::failure::Failure;
use crate::kernel::ids::{SignInId, UserId};
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::sessions::model::Method;
use crate::{rows, touch};

statements! {
    owned ADD = "INSERT INTO sign_ins (tenant_id, id, browser, user_id, methods, ends_at) VALUES ($1, $2, $3, $4, $5, $6)";
    owned FIND = "SELECT id, browser, user_id, methods, ends_at FROM sign_ins
        WHERE tenant_id = $1 AND id = $2 AND browser = $3 AND ends_at > $4";
    owned END = "DELETE FROM sign_ins WHERE tenant_id = $1 AND id = $2 AND browser = $3";
    platform FORGET_OVER = "DELETE FROM sign_ins WHERE ends_at < $1";
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    browser: Vec<u8>,
    user_id: String,
    methods: String,
    ends_at: i64,
}

impl Row {
    fn read(self) -> Result<SignIn, Failure> {
        let unreadable =
            || Failure::broken(format!("sign_ins has a row {:?} that makes no sense", self.id));
        Ok(SignIn {
            id: SignInId::parse(&self.id).ok_or_else(unreadable)?,
            browser: Hash::from_bytes(&self.browser).ok_or_else(unreadable)?,
            user: UserId::parse(&self.user_id).ok_or_else(unreadable)?,
            proven: Method::parse_all(&self.methods).ok_or_else(unreadable)?,
            ends_at: Timestamp::from_micros(self.ends_at),
        })
    }
}

impl SignIns for Work {
    async fn add_sign_in(&mut self, sign_in: &SignIn) -> Result<(), Failure> {
        let (tenant, methods) = (self.tenant(), Method::words(&sign_in.proven));
        touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(sign_in.id.as_str())
            .bind(sign_in.browser.bytes().as_slice())
            .bind(sign_in.user.as_str())
            .bind(&methods)
            .bind(sign_in.ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn sign_in(&mut self, id: &SignInId, browser: &Hash) -> Result<Option<SignIn>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(FIND)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(browser.bytes().as_slice())
            .bind(now.micros())
            .fetch_optional(c))?;
        found.map(Row::read).transpose()
    }

    async fn end_sign_in(&mut self, id: &SignInId, browser: &Hash) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let ended = touch!(self, |c| sqlx::query(END)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .bind(browser.bytes().as_slice())
            .execute(c))?;
        Ok(ended == 1)
    }

    async fn forget_sign_ins_before(&mut self, before: Timestamp) -> Result<(), Failure> {
        touch!(self, |c| sqlx::query(FORGET_OVER).bind(before.micros()).execute(c))?;
        Ok(())
    }
}
