//! Authorization requests on their way, as rows.

use super::model::{Transaction, Transactions};
use crate::kernel::failure::Failure;
use crate::kernel::ids::TransactionId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned BEGIN = "INSERT INTO authorizations (tenant_id, id, browser, request, made_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    owned FIND = "SELECT request, made_at, ends_at FROM authorizations
        WHERE tenant_id = $1 AND id = $2 AND browser = $3 AND ended_at IS NULL AND ends_at > $4";
    owned FIND_ANY = "SELECT request, made_at, ends_at FROM authorizations
        WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL";
    owned END = "UPDATE authorizations SET ended_at = $4
        WHERE tenant_id = $1 AND id = $2 AND browser = $3 AND ended_at IS NULL AND ends_at > $4
        RETURNING request, made_at, ends_at";
}

#[derive(sqlx::FromRow)]
struct Row {
    request: String,
    made_at: i64,
    ends_at: i64,
}

impl Row {
    fn read(self, id: &TransactionId) -> Result<Transaction, Failure> {
        let unreadable =
            || Failure::broken(format!("authorizations has a row {id} that makes no sense"));
        Ok(Transaction {
            id: id.clone(),
            request: serde_json::from_str(&self.request).map_err(|e| unreadable().because(e))?,
            made_at: Timestamp::from_micros(self.made_at),
            ends_at: Timestamp::from_micros(self.ends_at),
        })
    }
}

impl Transactions for Work {
    async fn begin_transaction(
        &mut self,
        transaction: &Transaction,
        browser: &Hash,
    ) -> Result<(), Failure> {
        let tenant = self.tenant();
        let request = serde_json::to_string(&transaction.request)
            .map_err(|e| Failure::broken("a request has no JSON form").because(e))?;
        touch!(self, |c| sqlx::query(BEGIN)
            .bind(tenant.as_str())
            .bind(transaction.id.as_str())
            .bind(browser.hex())
            .bind(&request)
            .bind(transaction.made_at.micros())
            .bind(transaction.ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn transaction(
        &mut self,
        id: &TransactionId,
        browser: &Hash,
    ) -> Result<Option<Transaction>, Failure> {
        one(self, FIND, id, browser).await
    }

    async fn transaction_of_any_browser(
        &mut self,
        id: &TransactionId,
    ) -> Result<Option<Transaction>, Failure> {
        let tenant = self.tenant();
        let found: Option<Row> = rows!(self, |c| sqlx::query_as(FIND_ANY)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .fetch_optional(c))?;
        found.map(|row| row.read(id)).transpose()
    }

    async fn end_transaction(
        &mut self,
        id: &TransactionId,
        browser: &Hash,
    ) -> Result<Option<Transaction>, Failure> {
        one(self, END, id, browser).await
    }
}

async fn one(
    work: &mut Work,
    sql: &'static str,
    id: &TransactionId,
    browser: &Hash,
) -> Result<Option<Transaction>, Failure> {
    let (tenant, now) = (work.tenant(), work.now());
    let found: Option<Row> = rows!(work, |c| sqlx::query_as(sql)
        .bind(tenant.as_str())
        .bind(id.as_str())
        .bind(browser.hex())
        .bind(now.micros())
        .fetch_optional(c))?;
    found.map(|row| row.read(id)).transpose()
}
