//! Resources as rows, one document each.

use super::model::{Resource, Resources, normal};
use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned ALL = "SELECT identifier, resource FROM resources WHERE tenant_id = $1 ORDER BY identifier";
    owned KEEP = "INSERT INTO resources (tenant_id, identifier, resource, made_at, changed_at)
        VALUES ($1, $2, $3, $4, $4)
        ON CONFLICT (tenant_id, identifier)
        DO UPDATE SET resource = excluded.resource, changed_at = excluded.changed_at";
    owned DELETE = "DELETE FROM resources WHERE tenant_id = $1 AND identifier = $2";
}

impl Resources for Work {
    async fn resources(&mut self) -> Result<Vec<Resource>, Failure> {
        let tenant = self.tenant();
        let found: Vec<(String, String)> =
            rows!(self, |c| sqlx::query_as(ALL).bind(tenant.as_str()).fetch_all(c))?;
        let read = |(identifier, resource): (String, String)| {
            serde_json::from_str(&resource).map_err(|e| {
                let row = format!("resources has a row {identifier:?} that makes no sense");
                Failure::broken(row).because(e)
            })
        };
        found.into_iter().map(read).collect()
    }

    async fn keep_resource(&mut self, resource: &Resource) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let document = serde_json::to_string(resource)
            .map_err(|e| Failure::broken("a resource has no JSON form").because(e))?;
        touch!(self, |c| sqlx::query(KEEP)
            .bind(tenant.as_str())
            .bind(normal(&resource.uri))
            .bind(&document)
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }

    async fn delete_resource(&mut self, uri: &str) -> Result<bool, Failure> {
        let tenant = self.tenant();
        let gone = touch!(self, |c| sqlx::query(DELETE)
            .bind(tenant.as_str())
            .bind(normal(uri))
            .execute(c))?;
        Ok(gone == 1)
    }
}
