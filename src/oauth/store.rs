//! Clean-up of the protocol's tables: rows that are over, of all tenants. Each delete walks an index.

use super::model::Passing;
use super::refused::model::LIFETIME;
use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::touch;

statements! {
    platform ASSERTIONS = "DELETE FROM client_assertions WHERE ends_at < $1";
    platform FAILURES = "DELETE FROM client_failures WHERE ends_at < $1";
    platform PUSHED = "DELETE FROM pushed_requests WHERE ends_at < $1";
    platform INITIAL_TOKENS = "DELETE FROM initial_access_tokens WHERE ends_at < $1";
    platform REFUSED = "DELETE FROM refused_requests WHERE made_at < $1";
    platform AUTHORIZATIONS = "DELETE FROM authorizations WHERE ends_at < $1";
    platform CODES = "DELETE FROM codes WHERE ends_at < $1";
    platform GRANTS = "DELETE FROM grants WHERE ends_at < $1";
    platform ACCESS_TOKENS = "DELETE FROM access_tokens WHERE ends_at < $1";
    platform DENIALS = "DELETE FROM denied_tokens WHERE ends_at < $1";
}

impl Passing for Work {
    async fn forget_over(&mut self, before: Timestamp) -> Result<u64, Failure> {
        let mut gone = 0;
        for sql in [
            ASSERTIONS,
            FAILURES,
            PUSHED,
            INITIAL_TOKENS,
            AUTHORIZATIONS,
            CODES,
            GRANTS,
            ACCESS_TOKENS,
            DENIALS,
        ] {
            gone += touch!(self, |c| sqlx::query(sql).bind(before.micros()).execute(c))?;
        }
        let older = before.minus(LIFETIME);
        gone += touch!(self, |c| sqlx::query(REFUSED).bind(older.micros()).execute(c))?;
        Ok(gone)
    }
}
