//! Refused requests, as rows.

use super::model::{Endpoint, RefusedRequest, RefusedRequests};
use crate::kernel::failure::Failure;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned KEEP = "INSERT INTO refused_requests (tenant_id, client_id, reference, made_at, endpoint, error, reason, findings)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, client_id, reference) DO NOTHING";
    owned TRIM = "DELETE FROM refused_requests WHERE tenant_id = $1 AND client_id = $2 AND reference IN (
            SELECT reference FROM refused_requests WHERE tenant_id = $1 AND client_id = $2
            ORDER BY made_at DESC, reference DESC LIMIT 1000 OFFSET $3)";
    owned OF_CLIENT = "SELECT client_id, reference, made_at, endpoint, error, reason, findings FROM refused_requests
        WHERE tenant_id = $1 AND client_id = $2 ORDER BY made_at DESC, reference DESC";
    owned BY_REFERENCE = "SELECT client_id, reference, made_at, endpoint, error, reason, findings FROM refused_requests
        WHERE tenant_id = $1 AND reference = $2 ORDER BY made_at DESC";
}

type Row = (String, String, i64, String, String, String, String);

fn read(
    (client, reference, made_at, endpoint, error, reason, findings): Row,
) -> Result<RefusedRequest, Failure> {
    let unreadable =
        || Failure::broken(format!("refused_requests has a row {reference:?} that makes no sense"));
    Ok(RefusedRequest {
        endpoint: Endpoint::parse(&endpoint).ok_or_else(unreadable)?,
        findings: serde_json::from_str(&findings).map_err(|e| unreadable().because(e))?,
        made_at: Timestamp::from_micros(made_at),
        client,
        error,
        reason,
        reference,
    })
}

impl RefusedRequests for Work {
    async fn keep_refused(&mut self, refused: &RefusedRequest, newest: i64) -> Result<(), Failure> {
        let tenant = self.tenant();
        let findings = serde_json::to_string(&refused.findings)
            .map_err(|e| Failure::broken("findings have no JSON form").because(e))?;
        touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(&refused.client)
            .bind(&refused.reference)
            .bind(refused.made_at.micros())
            .bind(refused.endpoint.as_str())
            .bind(&refused.error)
            .bind(&refused.reason)
            .bind(&findings)
            .execute(c))?;
        touch!(self, |c| sqlx::query(TRIM)
            .bind(tenant.as_str())
            .bind(&refused.client)
            .bind(newest)
            .execute(c))?;
        Ok(())
    }

    async fn refused_of(&mut self, client: &str) -> Result<Vec<RefusedRequest>, Failure> {
        all(self, OF_CLIENT, client).await
    }

    async fn refused_as(&mut self, reference: &str) -> Result<Vec<RefusedRequest>, Failure> {
        all(self, BY_REFERENCE, reference).await
    }
}

async fn all(
    work: &mut Work,
    sql: &'static str,
    key: &str,
) -> Result<Vec<RefusedRequest>, Failure> {
    let tenant = work.tenant();
    let found: Vec<Row> =
        rows!(work, |c| sqlx::query_as(sql).bind(tenant.as_str()).bind(key).fetch_all(c))?;
    found.into_iter().map(read).collect()
}
