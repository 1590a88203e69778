//! Rows that are only ever added, and by many requests at once: what happened, and whom it names.

use super::statements::statements;
use crate::kernel::failure::Failure;
use crate::kernel::ids::TenantId;
use serde::Serialize;
use sqlx::AssertSqlSafe;
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

/// One statement for all, whatever their tenants, and the commit with it: each call is a way to the driver's thread and
/// back, which costs more than what is done there.
pub(super) async fn commit_lite(
    conn: &mut sqlx::SqliteConnection,
    (begin, records): (Option<&str>, &[Record]),
) -> Result<(), Failure> {
    let rows: Vec<_> = records.iter().map(|r| of_tenant(r, event_row(r))).collect();
    let details: Vec<_> =
        records.iter().filter_map(|r| Some(of_tenant(r, detail_row(r)?))).collect();
    let begin = begin.unwrap_or_default();
    let sql = match (rows.is_empty(), details.is_empty()) {
        (true, _) => format!("{begin} COMMIT"),
        (_, true) => format!("{begin} {RECORD_LITE}; COMMIT"),
        _ => format!("{begin} {RECORD_LITE}; {}; COMMIT", DETAIL_LITE.replace("$1", "$2")),
    };
    let query = sqlx::query(AssertSqlSafe(sql)).bind(text(&rows)?).bind(text(&details)?);
    query.execute(conn).await?;
    Ok(())
}

fn text(rows: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(rows).map_err(|e| Failure::broken("a record is no JSON").because(e))
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
        let events: Vec<Row<'_>> = records.iter().map(|r| event_row(r)).collect();
        let details: Vec<Row<'_>> = records.iter().filter_map(|r| detail_row(r)).collect();
        let batches = [(RECORD_PG, events), (DETAIL_PG, details)];
        for (sql, rows) in batches.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            sqlx::query(sql).bind(tenant.as_str()).bind(text(&rows)?).execute(&mut *conn).await?;
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

/// A row as it is written in JSON: an array.
type Row<'a> = Vec<Cell<'a>>;

#[derive(Serialize)]
#[serde(untagged)]
enum Cell<'a> {
    Text(&'a str),
    Number(i64),
    Nothing,
}

fn event_row(record: &Record) -> Row<'_> {
    let digest = record.detail.as_ref().map_or(Cell::Nothing, |detail| Cell::Text(&detail.digest));
    vec![
        Cell::Text(&record.id),
        Cell::Number(record.at),
        Cell::Text(record.kind),
        Cell::Text(&record.body),
        digest,
    ]
}

fn detail_row(record: &Record) -> Option<Row<'_>> {
    let detail = record.detail.as_ref()?;
    Some(vec![Cell::Text(&record.id), Cell::Text(&detail.subject), Cell::Text(&detail.sealed)])
}

fn of_tenant<'a>(record: &'a Record, row: Row<'a>) -> Row<'a> {
    std::iter::once(Cell::Text(record.tenant.as_str())).chain(row).collect()
}
