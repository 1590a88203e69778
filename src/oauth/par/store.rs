//! Pushed requests, as rows.

use super::model::{PushedRequest, PushedRequests};
use crate::kernel::failure::Failure;
use crate::kernel::ids::ClientId;
use crate::kernel::moment::Moment;
use crate::kernel::secret::Hash;
use crate::kernel::time::Timestamp;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned KEEP = "INSERT INTO pushed_requests (tenant_id, reference, client_id, parameters, ends_at)
        VALUES ($1, $2, $3, $4, $5)";
    owned FIND = "SELECT client_id, parameters, ends_at FROM pushed_requests
        WHERE tenant_id = $1 AND reference = $2 AND used_at IS NULL AND ends_at > $3";
    owned SPEND = "UPDATE pushed_requests SET used_at = $3
        WHERE tenant_id = $1 AND reference = $2 AND used_at IS NULL RETURNING reference";
}

impl PushedRequests for Work {
    async fn keep_pushed(
        &mut self,
        reference: &Hash,
        pushed: &PushedRequest,
    ) -> Result<(), Failure> {
        let tenant = self.tenant();
        let parameters = serde_json::to_string(&pushed.parameters)
            .map_err(|e| Failure::broken("parameters have no JSON form").because(e))?;
        touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(reference.hex())
            .bind(pushed.client.as_str())
            .bind(&parameters)
            .bind(pushed.ends_at.micros())
            .execute(c))?;
        Ok(())
    }

    async fn pushed(&mut self, reference: &Hash) -> Result<Option<PushedRequest>, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let found: Option<(String, String, i64)> = rows!(self, |c| sqlx::query_as(FIND)
            .bind(tenant.as_str())
            .bind(reference.hex())
            .bind(now.micros())
            .fetch_optional(c))?;
        found.map(|row| read(row, reference)).transpose()
    }

    async fn spend_pushed(&mut self, reference: &Hash) -> Result<bool, Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let spent: Option<String> = rows!(self, |c| sqlx::query_scalar(SPEND)
            .bind(tenant.as_str())
            .bind(reference.hex())
            .bind(now.micros())
            .fetch_optional(c))?;
        Ok(spent.is_some())
    }
}

fn read(
    (client, parameters, ends_at): (String, String, i64),
    reference: &Hash,
) -> Result<PushedRequest, Failure> {
    let unreadable = || {
        Failure::broken(format!(
            "pushed_requests has a row {} that makes no sense",
            reference.hex()
        ))
    };
    Ok(PushedRequest {
        client: ClientId::parse(&client).ok_or_else(unreadable)?,
        parameters: serde_json::from_str(&parameters).map_err(|e| unreadable().because(e))?,
        ends_at: Timestamp::from_micros(ends_at),
    })
}
