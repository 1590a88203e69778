//! Clean-up of the protocol's tables: rows that are over, of all tenants. Each delete walks an index.

use super::model::Passing;
use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::touch;

statements! {
    platform ASSERTIONS = "DELETE FROM client_assertions WHERE ends_at < $1";
    platform FAILURES = "DELETE FROM client_failures WHERE ends_at < $1";
    platform AUTHORIZATIONS = "DELETE FROM authorizations WHERE ends_at < $1";
    platform CODES = "DELETE FROM codes WHERE ends_at < $1";
    platform GRANTS = "DELETE FROM grants WHERE ends_at < $1";
    platform DENIALS = "DELETE FROM denied_tokens WHERE ends_at < $1";
}

impl Passing for Work {
    async fn forget_over(&mut self, before: Timestamp) -> Result<u64, Failure> {
        let mut gone = 0;
        for sql in [ASSERTIONS, FAILURES, AUTHORIZATIONS, CODES, GRANTS, DENIALS] {
            gone += touch!(self, |c| sqlx::query(sql).bind(before.micros()).execute(c))?;
        }
        Ok(gone)
    }
}
