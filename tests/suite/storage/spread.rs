//! Can the schema be spread? Every owned table is partitioned by tenant in a scratch database, where PostgreSQL itself
//! refuses a key without the tenant, and every owned statement must touch one partition.

use super::statements::{name, tenant_parameter};
use crate::support::database::{Engine, TestDatabase, database, engines, some_tenant};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};
use vestibule::app::statements;
use vestibule::platform::storage::Reach;
use vestibule::platform::storage::tables::OWNED;

const PARTS: usize = 4;

async fn run(conn: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(drop)
}

/// None where there is no PostgreSQL.
async fn scratch() -> Option<(TestDatabase, PgConnection)> {
    if !engines().contains(&Engine::Postgres) {
        return None;
    }
    let test = database(Engine::Postgres).await;
    let conn = PgConnection::connect(&test.place.url).await.unwrap();
    Some((test, conn))
}

/// The same table anew, in parts. Foreign keys come after all tables are there.
async fn partition(conn: &mut PgConnection, table: &str) -> Result<(), sqlx::Error> {
    run(conn, format!("ALTER TABLE {table} RENAME TO old_{table}")).await?;
    let like = format!("CREATE TABLE {table} (LIKE old_{table} INCLUDING ALL)");
    run(conn, format!("{like} PARTITION BY HASH (tenant_id)")).await?;
    for part in 0..PARTS {
        let values = format!("FOR VALUES WITH (MODULUS {PARTS}, REMAINDER {part})");
        run(conn, format!("CREATE TABLE {table}_part{part} PARTITION OF {table} {values}")).await?;
    }
    run(conn, format!("DROP TABLE old_{table} CASCADE")).await
}

async fn partition_all(conn: &mut PgConnection) {
    let keys = "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY($1)";
    let keys: Vec<(String, String, String)> =
        sqlx::query_as(keys).bind(OWNED).fetch_all(&mut *conn).await.unwrap();
    for table in OWNED {
        let done = partition(conn, table).await;
        assert!(done.is_ok(), "{table} cannot be spread by tenant: {done:?}");
    }
    for (table, name, definition) in keys {
        let add = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}");
        let done = run(conn, add).await;
        assert!(done.is_ok(), "{name} of {table} cannot be spread by tenant: {done:?}");
    }
    run(conn, "SET plan_cache_mode = force_custom_plan".into()).await.unwrap();
}

/// Which partitions of which table a statement looks at.
type Touched = BTreeMap<String, BTreeSet<String>>;

async fn touched(conn: &mut PgConnection, sql: &str) -> Touched {
    run(conn, format!("PREPARE guarded AS {sql}")).await.unwrap();
    let types = "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = 'guarded'";
    let types: Vec<String> = sqlx::query_scalar(types).fetch_one(&mut *conn).await.unwrap();
    let tenant = tenant_parameter(sql);
    let values = types.iter().enumerate().map(|(at, kind)| match kind.as_str() {
        "text" if Some(at + 1) == tenant => format!("'{}'", some_tenant()),
        "text" => "'x'".into(),
        "bigint" | "integer" => "1".into(),
        "boolean" => "true".into(),
        "json" | "jsonb" => "'[]'".into(),
        "bytea" => "''".into(),
        "text[]" | "bigint[]" | "bytea[]" => "'{}'".into(),
        other => panic!("no value for {other} in {sql}"),
    });
    let values: Vec<String> = values.collect();
    let call = if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE guarded{call}");
    let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(&mut *conn).await.unwrap();
    let plan: Value = row.get(0);
    run(conn, "DEALLOCATE guarded".into()).await.unwrap();
    let mut found = Touched::new();
    collect(&plan, &mut found);
    found
}

fn collect(plan: &Value, found: &mut Touched) {
    match plan {
        Value::Array(parts) => parts.iter().for_each(|part| collect(part, found)),
        Value::Object(parts) => {
            let relation = parts.get("Relation Name").and_then(Value::as_str).unwrap_or_default();
            if let Some((table, part)) = relation.rsplit_once("_part") {
                found.entry(table.into()).or_default().insert(part.into());
            }
            parts.values().for_each(|part| collect(part, found));
        }
        _ => {}
    }
}

// house §7 rules 1, 2, 4: the whole schema can be spread by tenant, and each owned statement stays in one part
#[tokio::test]
async fn every_owned_statement_touches_one_partition() {
    let Some((_test, mut conn)) = scratch().await else { return };
    partition_all(&mut conn).await;
    let mut wide = Vec::new();
    for statement in statements() {
        let is_owned = match statement.reach {
            Reach::Owned => true,
            Reach::Postgres => OWNED.iter().any(|table| statement.sql.contains(table)),
            Reach::Platform | Reach::Sqlite => false,
        };
        if !is_owned {
            continue;
        }
        let found = touched(&mut conn, statement.sql).await;
        let inserts = statement.sql.trim_start().starts_with("INSERT");
        if found.values().any(|parts| parts.len() != 1) || (found.is_empty() && !inserts) {
            wide.push(format!("{}: {found:?}", name(&statement)));
        }
        // A row goes where its tenant says; the plan of an insert does not show it.
        if inserts && tenant_parameter(statement.sql).is_none() {
            wide.push(format!("{}: no tenant in front", name(&statement)));
        }
    }
    assert!(wide.is_empty(), "\n{}\n", wide.join("\n"));
}

// house §7 rule 2: the guard above sees a statement that goes through all tenants
#[tokio::test]
async fn a_statement_over_all_tenants_is_seen() {
    let Some((_test, mut conn)) = scratch().await else { return };
    partition_all(&mut conn).await;
    let count = |found: &Touched, table| found.get(table).map_or(0, BTreeSet::len);
    let all = touched(&mut conn, "SELECT kind FROM jobs WHERE id = $1").await;
    assert_eq!(count(&all, "jobs"), PARTS);
    let all = touched(&mut conn, "UPDATE jobs SET due_at = 0 WHERE id = $1").await;
    assert_eq!(count(&all, "jobs"), PARTS);
    let one = touched(&mut conn, "DELETE FROM jobs WHERE tenant_id = $1 AND id = $2").await;
    assert_eq!(count(&one, "jobs"), 1);
    let joined = "SELECT e.id FROM events e JOIN event_details d ON d.event_id = e.id WHERE e.tenant_id = $1";
    let joined = touched(&mut conn, joined).await;
    assert_eq!((count(&joined, "events"), count(&joined, "event_details")), (1, PARTS));
}

// house §7 rules 1, 4: PostgreSQL itself refuses a key that lacks the tenant
#[tokio::test]
async fn a_key_without_its_tenant_cannot_be_spread() {
    let Some((_test, mut conn)) = scratch().await else { return };
    let add = "ALTER TABLE jobs ADD CONSTRAINT jobs_alone UNIQUE (id)";
    run(&mut conn, add.into()).await.unwrap();
    let refused = partition(&mut conn, "jobs").await.unwrap_err().to_string();
    assert!(refused.contains("must include all partitioning columns"), "{refused}");
}
