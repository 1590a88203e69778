//! Which applications a session has reached, as rows.

use super::model::SignOns;
use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, SessionId};
use crate::kernel::moment::Moment;
use crate::kernel::time::Timestamp;
use crate::oauth::clients::model::Registration;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ADD = "INSERT INTO sign_ons (tenant_id, session_id, client_id, made_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, session_id, client_id) DO NOTHING";
    owned REACHED = "SELECT c.id, c.registration FROM sign_ons s
        JOIN clients c ON c.tenant_id = $1 AND c.id = s.client_id
        WHERE s.tenant_id = $1 AND s.session_id = $2 AND c.disabled_at IS NULL ORDER BY c.id";
    platform FORGET = "DELETE FROM sign_ons WHERE made_at < $1";
}

impl SignOns for Work {
    async fn signed_on(&mut self, session: &SessionId, client: &ClientId) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        touch!(self, |c| sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(session.as_str())
            .bind(client.as_str())
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn reached_by(
        &mut self,
        session: &SessionId,
    ) -> Result<Vec<(ClientId, Registration)>, Failure> {
        let tenant = self.tenant();
        let found: Vec<(String, String)> = rows!(self, |c| sqlx::query_as(REACHED)
            .bind(tenant.as_str())
            .bind(session.as_str())
            .fetch_all(c))?;
        found.into_iter().map(read).collect()
    }

    async fn forget_sign_ons(&mut self, before: Timestamp) -> Result<u64, Failure> {
        touch!(self, |c| sqlx::query(FORGET).bind(before.micros()).execute(c))
    }
}

fn read((id, registration): (String, String)) -> Result<(ClientId, Registration), Failure> {
    let unreadable = || Failure::broken(format!("clients has a row {id:?} that makes no sense"));
    let client = ClientId::parse(&id).ok_or_else(unreadable)?;
    let registration = serde_json::from_str(&registration).map_err(|e| unreadable().because(e))?;
    Ok((client, registration))
}
