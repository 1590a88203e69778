//! Every statement that is ever sent: it is one that both engines understand, it names its tenant, and it finds its
//! rows by an index.

use crate::support::database::{Engine, database, engines};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr, SqliteConnection};
use std::collections::BTreeSet;
use vestibule::app::statements;
use vestibule::platform::storage::tables::{OWNED, SHARED};
use vestibule::platform::storage::{Reach, Statement};

/// `src/platform/jobs/store.rs ENQUEUE`
pub fn name(statement: &Statement) -> String {
    format!("{} {}", statement.file, statement.name)
}

/// The number of the parameter that is compared to, or inserted as, `tenant_id`.
pub fn tenant_parameter(sql: &str) -> Option<usize> {
    let number = |text: &str| {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    let compared: BTreeSet<usize> = sql.split("tenant_id = $").skip(1).filter_map(number).collect();
    let inserted = sql.trim_start().starts_with("INSERT").then(|| {
        let (_, columns) = sql.split_once('(')?;
        let (_, values) = sql.split_once("VALUES (").or_else(|| sql.split_once("SELECT "))?;
        columns.starts_with("tenant_id").then(|| number(values.strip_prefix('$')?))?
    });
    let all: BTreeSet<usize> = compared.into_iter().chain(inserted.flatten()).collect();
    // Two different tenants in one statement are none.
    if all.len() == 1 { all.first().copied() } else { None }
}

// house §7: every statement is a constant, and one test prepares all of them on both engines
#[tokio::test]
async fn every_statement_is_understood_by_its_engines() {
    for engine in engines() {
        let test = database(engine).await;
        let mut refused = Vec::new();
        for statement in statements() {
            let sql = statement.sql.into_sql_str();
            let prepared = match (engine, statement.reach) {
                (Engine::Sqlite, Reach::Postgres) | (Engine::Postgres, Reach::Sqlite) => continue,
                (Engine::Sqlite, _) => {
                    let mut conn = SqliteConnection::connect(&test.place.url).await.unwrap();
                    conn.prepare(sql).await.map(drop)
                }
                (Engine::Postgres, _) => {
                    let mut conn = PgConnection::connect(&test.place.url).await.unwrap();
                    conn.prepare(sql).await.map(drop)
                }
            };
            if let Err(error) = prepared {
                refused.push(format!("{engine:?}: {}: {error}", name(&statement)));
            }
        }
        assert!(refused.is_empty(), "\n{}\n", refused.join("\n"));
    }
}

// house §7 rule 2: every statement on an owned table has its tenant (INV-24)
#[test]
fn every_owned_statement_names_its_tenant() {
    let owned = statements().into_iter().filter(|one| one.reach == Reach::Owned);
    let nameless: Vec<String> =
        owned.filter(|one| tenant_parameter(one.sql).is_none()).map(|one| name(&one)).collect();
    assert!(nameless.is_empty(), "\n{}\n", nameless.join("\n"));
}

// house §7 rule 2: the reading above sees what it should
#[test]
fn a_statement_without_its_tenant_is_seen() {
    assert_eq!(tenant_parameter("SELECT id FROM jobs WHERE tenant_id = $2 AND id = $1"), Some(2));
    assert_eq!(tenant_parameter("INSERT INTO jobs (tenant_id, id) VALUES ($1, $2)"), Some(1));
    assert_eq!(tenant_parameter("INSERT INTO events (tenant_id) SELECT $1, value FROM x"), Some(1));
    assert_eq!(tenant_parameter("SELECT id FROM jobs WHERE id = $1"), None);
    assert_eq!(tenant_parameter("INSERT INTO jobs (id, tenant_id) VALUES ($1, $2)"), None);
    assert_eq!(tenant_parameter("SELECT 1 WHERE tenant_id = $1 OR tenant_id = $2"), None);
}

// house §7 rule 2: `platform` and one engine's own text are for what needs it, not a way around the tenant
#[test]
fn a_statement_of_one_engine_has_a_twin() {
    for statement in statements() {
        let (end, other) = match statement.reach {
            Reach::Sqlite => ("_LITE", "_PG"),
            Reach::Postgres => ("_PG", "_LITE"),
            _ => continue,
        };
        let Some(stem) = statement.name.strip_suffix(end) else {
            let touches = OWNED.iter().find(|table| statement.sql.contains(*table));
            assert_eq!(touches, None, "{}", name(&statement));
            continue;
        };
        let twin = format!("{stem}{other}");
        let has_twin =
            statements().iter().any(|one| one.file == statement.file && one.name == twin);
        assert!(has_twin, "{} lacks {twin}", name(&statement));
    }
}

/// Tables that stay small: as many rows as there are tenants, nodes or purposes, times a few.
const SMALL: &[&str] = &["tenant_settings", "data_keys", "revisions", "signing_keys"];

/// Statements that walk through a large table, each with the reason why it may.
const MAY_SCAN: &[(&str, &str)] = &[
    (
        "src/events/store.rs RECORDED",
        "one look into an index per tenant; what it walks through is the list it makes of them",
    ),
    (
        "src/platform/jobs/store.rs FORGET",
        "housekeeping, a few times a day, and what ended is forgotten after a week",
    ),
];

// house §7, performance: no statement on the way of a request walks through a large table
#[tokio::test]
async fn no_statement_walks_through_a_large_table() {
    let test = database(Engine::Sqlite).await;
    let mut conn = SqliteConnection::connect(&test.place.url).await.unwrap();
    let mut walking = BTreeSet::new();
    for statement in statements().iter().filter(|one| one.reach != Reach::Postgres) {
        if !scans(&mut conn, statement.sql).await.is_empty() {
            walking.insert(name(statement));
        }
    }
    let reviewed = MAY_SCAN.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(walking, reviewed, "give it an index, or enter it with a reason in MAY_SCAN");

    let planted = [
        ("SELECT id FROM jobs WHERE kind = $1", 1),
        ("SELECT e.id FROM events e JOIN chain c ON c.event_id = e.id", 1),
        ("SELECT id FROM jobs WHERE tenant_id = $1 AND id = $2", 0),
        ("SELECT id FROM tenants", 0),
        ("SELECT max(e.id) FROM (SELECT id FROM events WHERE tenant_id = $1 LIMIT 9) AS e", 0),
        ("SELECT max(e.id) FROM (SELECT id FROM events WHERE kind = $1 LIMIT 9) AS e", 1),
    ];
    for (sql, count) in planted {
        assert_eq!(scans(&mut conn, sql).await.len(), count, "{sql}");
    }
}

/// What SQLite walks through from end to end, small and shared tables apart. An alias is shown as itself.
async fn scans(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let plan: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(explain).fetch_all(&mut *conn).await.unwrap();
    let steps: Vec<String> = plan.into_iter().map(|(_, _, _, step)| step).collect();
    let is_harmless = |rest: &str| {
        let table = rest.split(' ').next().unwrap_or_default();
        // The rows of a subquery: what that one walks through is a step of its own.
        let is_made = ["CO-ROUTINE", "MATERIALIZE"].map(|word| format!("{word} {table}"));
        rest.contains("VIRTUAL TABLE")
            || rest.starts_with("CONSTANT ROW")
            || SMALL.contains(&table)
            || SHARED.contains(&table)
            || steps.iter().any(|step| is_made.contains(step))
    };
    let walks = |step: &&String| step.strip_prefix("SCAN ").is_some_and(|rest| !is_harmless(rest));
    steps.iter().filter(walks).cloned().collect()
}
