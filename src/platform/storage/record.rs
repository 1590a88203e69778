//! Rows that are only ever added, and by many requests at once: what happened, and whom it names.

use super::statements::statements;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One row of `events`, and perhaps one of `event_details`. Its meaning belongs to `events/`.
#[derive(Clone, Debug)]
pub struct Record {
    pub tenant: TenantId,
    pub id: String,
    pub at: i64,
    pub kind: &'static str,
    /// Canonical JSON, without anything that names a person except by id.
    pub body: String,
    pub detail: Option<Detail>,
}

/// What names a person, sealed under that person's own key, so that erasure can make it unreadable.
#[derive(Clone, Debug)]
pub struct Detail {
    pub subject: String,
    pub sealed: String,
    /// SHA-256 of `subject` and `sealed`: the chain covers this, and so outlives the detail.
    pub digest: String,
}

statements! {
    sqlite RECORD_LITE = "INSERT INTO events (tenant_id, id, at, kind, body, detail_digest)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each($1)";
    sqlite DETAIL_LITE = "INSERT INTO event_details (tenant_id, event_id, subject, sealed)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($1)";
    postgres RECORD_PG = "INSERT INTO events (tenant_id, id, at, kind, body, detail_digest)
        SELECT $1, value ->> 0, (value ->> 1)::bigint, value ->> 2, value ->> 3, value ->> 4 FROM json_array_elements($2::json)";
    postgres DETAIL_PG = "INSERT INTO event_details (tenant_id, event_id, subject, sealed)
        SELECT $1, value ->> 0, value ->> 1, value ->> 2 FROM json_array_elements($2::json)";
}

/// One statement for all, whatever their tenants.
pub(super) async fn keep_lite(
    conn: &mut sqlx::SqliteConnection,
    records: &[Record],
) -> Result<(), Failure> {
    let tenant = |record: &Record| json!(record.tenant.as_str());
    let rows: Vec<Value> = records.iter().map(|r| prefixed(tenant(r), event_row(r))).collect();
    if !rows.is_empty() {
        sqlx::query(RECORD_LITE).bind(Value::Array(rows).to_string()).execute(&mut *conn).await?;
    }
    let details: Vec<Value> =
        records.iter().filter_map(|r| Some(prefixed(tenant(r), detail_row(r)?))).collect();
    if !details.is_empty() {
        sqlx::query(DETAIL_LITE).bind(Value::Array(details).to_string()).execute(conn).await?;
    }
    Ok(())
}

/// One statement per tenant, so that rows which live apart are written apart (house rule 8).
pub(super) async fn keep_pg(
    conn: &mut sqlx::PgConnection,
    records: &[Record],
) -> Result<(), Failure> {
    let mut by_tenant: BTreeMap<TenantId, Vec<&Record>> = BTreeMap::new();
    for record in records {
        by_tenant.entry(record.tenant).or_default().push(record);
    }
    for (tenant, records) in by_tenant {
        let events: Vec<Value> = records.iter().map(|r| Value::Array(event_row(r))).collect();
        let details: Vec<Value> =
            records.iter().filter_map(|r| detail_row(r).map(Value::Array)).collect();
        let batches = [(RECORD_PG, events), (DETAIL_PG, details)];
        for (sql, rows) in batches.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            let rows = Value::Array(rows).to_string();
            sqlx::query(sql).bind(tenant.as_str()).bind(rows).execute(&mut *conn).await?;
        }
    }
    Ok(())
}

/// After the commit that holds them, and only then: what was rolled back did not happen.
pub(super) fn count<'a>(records: impl IntoIterator<Item = &'a Record>) {
    for record in records {
        metrics::counter!("idp_events_total", "event" => record.kind).increment(1);
    }
}

fn event_row(record: &Record) -> Vec<Value> {
    let digest = record.detail.as_ref().map(|detail| &detail.digest);
    vec![json!(record.id), json!(record.at), json!(record.kind), json!(record.body), json!(digest)]
}

fn detail_row(record: &Record) -> Option<Vec<Value>> {
    let detail = record.detail.as_ref()?;
    Some(vec![json!(record.id), json!(detail.subject), json!(detail.sealed)])
}

fn prefixed(first: Value, mut row: Vec<Value>) -> Value {
    row.insert(0, first);
    Value::Array(row)
}
