//! What an organisation wants to know of its people, in the database.

use crate::accounts::model::{AttributeSchema, AttributeSchemas};
use crate::kernel::failure::Failure;
use crate::kernel::moment::Moment;
use crate::platform::storage::{Work, statements};
use crate::{rows, touch};

statements! {
    owned SCHEMA = "SELECT body FROM attribute_schemas WHERE tenant_id = $1";
    owned KEEP_SCHEMA = "INSERT INTO attribute_schemas (tenant_id, body, changed_at) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at
        WHERE attribute_schemas.tenant_id = $1";
}

impl AttributeSchemas for Work {
    async fn attribute_schema(&mut self) -> Result<AttributeSchema, Failure> {
        let tenant = self.tenant();
        let found: Option<String> =
            rows!(self, |c| sqlx::query_scalar(SCHEMA).bind(tenant.as_str()).fetch_optional(c))?;
        let Some(body) = found else { return Ok(AttributeSchema::default()) };
        serde_json::from_str(&body).map_err(|e| {
            Failure::broken("attribute_schemas has a row that makes no sense").because(e)
        })
    }

    async fn keep_attribute_schema(&mut self, schema: &AttributeSchema) -> Result<(), Failure> {
        let (tenant, now) = (self.tenant(), self.now());
        let body = serde_json::to_string(schema)
            .map_err(|e| Failure::broken("a schema has no JSON form").because(e))?;
        touch!(self, |c| sqlx::query(KEEP_SCHEMA)
            .bind(tenant.as_str())
            .bind(&body)
            .bind(now.micros())
            .execute(c))?;
        Ok(())
    }
}
