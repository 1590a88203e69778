//! What the migrations made, asked of the database itself: the rules that keep the schema spreadable, and that both
//! engines got the same.

use crate::support::database::{Engine, database, engines};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::collections::BTreeSet;
use vestibule::platform::storage::tables::{MIGRATIONS, OWNED, SHARED};

/// What is forbidden, and the query that finds it: `$1` are the owned tables, `$2` the shared ones. The migrator's own
/// table is not among what is looked at.
const FORBIDDEN: &[(&str, &str)] = &[
    (
        "a table in neither list",
        "SELECT relname::text FROM ours WHERE relkind IN ('r', 'p') AND relname <> ALL($1 || $2)",
    ),
    (
        "a listed table that is not there",
        "SELECT name FROM unnest($1 || $2) name WHERE to_regclass(name) IS NULL",
    ),
    (
        "an owned table without tenant_id TEXT NOT NULL",
        "SELECT relname::text FROM ours WHERE relname = ANY($1) AND NOT EXISTS (
            SELECT 1 FROM pg_attribute a WHERE a.attrelid = ours.oid AND attname = 'tenant_id'
                AND atttypid = 'text'::regtype AND attnotnull)",
    ),
    (
        "a table without a primary key",
        "SELECT relname::text FROM ours WHERE relkind = 'r' AND NOT EXISTS (
            SELECT 1 FROM pg_index WHERE indrelid = ours.oid AND indisprimary)",
    ),
    (
        "a unique key of an owned table that does not begin with tenant_id",
        "SELECT indexrelid::regclass::text FROM pg_index JOIN ours ON ours.oid = indrelid
            LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = indkey[0]
            WHERE relname = ANY($1) AND (indisprimary OR indisunique) AND a.attname IS DISTINCT FROM 'tenant_id'",
    ),
    (
        "a foreign key between owned and shared",
        "SELECT conname::text FROM pg_constraint k JOIN ours ON ours.oid = conrelid
            WHERE contype = 'f' AND (conrelid::regclass::text = ANY($1)) <> (confrelid::regclass::text = ANY($1))",
    ),
    (
        "a foreign key between owned tables that does not carry tenant_id",
        "SELECT conname::text FROM pg_constraint k JOIN ours ON ours.oid = conrelid
            WHERE contype = 'f' AND relname = ANY($1) AND confrelid::regclass::text = ANY($1) AND NOT EXISTS (
                SELECT 1 FROM unnest(conkey, confkey) pair (here, there)
                JOIN pg_attribute h ON h.attrelid = conrelid AND h.attnum = here AND h.attname = 'tenant_id'
                JOIN pg_attribute t ON t.attrelid = confrelid AND t.attnum = there AND t.attname = 'tenant_id')",
    ),
    (
        "a foreign key that does something else than cascade",
        "SELECT conname::text FROM pg_constraint JOIN ours ON ours.oid = conrelid
            WHERE contype = 'f' AND (confdeltype NOT IN ('a', 'c') OR confupdtype <> 'a')",
    ),
    (
        "a view, a sequence or another thing that is no table",
        "SELECT relname::text FROM ours WHERE relkind NOT IN ('r', 'p', 'i', 'I', 't')",
    ),
    (
        "a trigger",
        "SELECT tgname::text FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal",
    ),
    (
        "a stored function",
        "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ),
    (
        "an identity or generated column",
        "SELECT relname || '.' || attname FROM pg_attribute JOIN ours ON ours.oid = attrelid
            WHERE attidentity <> '' OR attgenerated <> ''",
    ),
    (
        "a default that is no constant",
        "SELECT relname || ': ' || pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN ours ON ours.oid = adrelid
            WHERE pg_get_expr(adbin, adrelid) !~ '^(NULL|true|false|-?[0-9]+|''[^'']*'')(::[a-z ]+)?$'",
    ),
    (
        "a type that one of the engines does not know",
        "SELECT relname || '.' || attname FROM pg_attribute JOIN ours ON ours.oid = attrelid
            WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped
                AND atttypid NOT IN ('text'::regtype, 'bigint'::regtype, 'bytea'::regtype, 'boolean'::regtype)",
    ),
    (
        "a constraint without a name of our own",
        "SELECT conname::text FROM pg_constraint JOIN ours ON ours.oid = conrelid
            WHERE conname ~ '_(pkey|key[0-9]*|fkey[0-9]*|check[0-9]*)$'",
    ),
];

async fn breaches(conn: &mut PgConnection) -> Vec<String> {
    let mut found = Vec::new();
    for (what, query) in FORBIDDEN {
        // The casts give both parameters their type where a query uses only one.
        let sql = format!(
            "WITH ours AS (SELECT oid, relname, relkind FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '{MIGRATIONS}%'),
            lists AS (SELECT $1::text[], $2::text[]) {query}"
        );
        let names: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(OWNED)
            .bind(SHARED)
            .fetch_all(&mut *conn)
            .await
            .unwrap();
        found.extend(names.into_iter().map(|name| format!("{what}: {name}")));
    }
    found
}

// house §7 rules 1, 4, 5, 9: asked of the catalogue
#[tokio::test]
async fn the_schema_can_be_spread() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let test = database(Engine::Postgres).await;
    let mut conn = PgConnection::connect(&test.place.url).await.unwrap();
    let found = breaches(&mut conn).await;
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A step that breaks one rule, and the word by which it is told.
const PLANTED: &[(&str, &str)] = &[
    ("CREATE TABLE stray (id TEXT CONSTRAINT stray_pk PRIMARY KEY)", "in neither list"),
    ("DROP TABLE jobs", "not there"),
    ("ALTER TABLE jobs DROP CONSTRAINT jobs_pk; ALTER TABLE jobs ALTER tenant_id DROP NOT NULL", "NOT NULL"),
    ("ALTER TABLE jobs DROP CONSTRAINT jobs_pk", "without a primary key"),
    ("CREATE UNIQUE INDEX alone ON jobs (id)", "does not begin with tenant_id: alone"),
    ("CREATE UNIQUE INDEX shown ON jobs (lower(tenant_id))", "does not begin with tenant_id: shown"),
    (
        "ALTER TABLE jobs ADD CONSTRAINT jobs_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id)",
        "between owned and shared",
    ),
    (
        "ALTER TABLE chain ADD CONSTRAINT chain_crossed FOREIGN KEY (event_id, tenant_id) REFERENCES events (tenant_id, id)",
        "does not carry tenant_id",
    ),
    (
        "ALTER TABLE chain ADD CONSTRAINT c FOREIGN KEY (tenant_id, event_id) REFERENCES events (tenant_id, id)
            ON DELETE SET NULL",
        "else than cascade",
    ),
    ("CREATE VIEW due AS SELECT id FROM jobs", "no table: due"),
    ("CREATE SEQUENCE counting", "no table: counting"),
    (
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER t BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION f()",
        "a trigger: t",
    ),
    ("CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1'", "a stored function: f"),
    ("ALTER TABLE jobs ADD COLUMN n BIGINT GENERATED ALWAYS AS IDENTITY", "identity"),
    ("ALTER TABLE jobs ADD COLUMN at BIGINT DEFAULT extract(epoch FROM now())", "no constant"),
    ("ALTER TABLE jobs ADD COLUMN at TIMESTAMPTZ", "a type"),
    ("ALTER TABLE jobs ADD UNIQUE (tenant_id, kind)", "without a name"),
];

// house §7 rules 1, 4, 5, 9: each breach is seen
#[tokio::test]
async fn each_planted_breach_of_the_schema_is_seen() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let test = database(Engine::Postgres).await;
    let mut conn = PgConnection::connect(&test.place.url).await.unwrap();
    for (step, word) in PLANTED {
        let mut tx = conn.begin().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(*step)).execute(&mut *tx).await.unwrap();
        let found = breaches(&mut tx).await;
        assert!(found.iter().any(|breach| breach.contains(word)), "{step}: {found:?}");
        tx.rollback().await.unwrap();
    }
    assert_eq!(breaches(&mut conn).await, Vec::<String>::new(), "the plants are gone");
}

const PG_COLUMNS: &str = "SELECT table_name || '.' || column_name || ' ' || upper(data_type) ||
        CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> $1";

const LITE_COLUMNS: &str = r#"SELECT t.name || '.' || c.name || ' ' || c.type || iif(c."notnull", ' NOT NULL', '')
    FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name <> $1"#;

/// Keys and indexes as the columns they stand on; what they are called differs where a constraint made them.
const PG_KEYS: &str = "SELECT t.relname || CASE WHEN indisunique THEN ' unique ' ELSE ' ' END || (
        SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(indkey) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) ||
        CASE WHEN indpred IS NULL THEN '' ELSE ' partial' END
    FROM pg_index JOIN pg_class t ON t.oid = indrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND t.relname <> $1";

const LITE_KEYS: &str = r#"SELECT t.name || iif(i."unique", ' unique ', ' ') || (
        SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) ||
        iif(i.partial, ' partial', '')
    FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name <> $1"#;

const PG_LINKS: &str = "SELECT conrelid::regclass::text || ' ' || confrelid::regclass::text || ' ' || confdeltype::text
    FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text <> $1";

const LITE_LINKS: &str = r#"SELECT DISTINCT t.name || ' ' || f."table" || ' ' || iif(f.on_delete = 'CASCADE', 'c', 'a')
    FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' AND t.name <> $1"#;

// house §7: one text makes the same tables on both engines
#[tokio::test]
async fn both_engines_get_the_same_tables() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let (lite, pg) = (database(Engine::Sqlite).await, database(Engine::Postgres).await);
    let mut lite = SqliteConnection::connect(&lite.place.url).await.unwrap();
    let mut pg_conn = PgConnection::connect(&pg.place.url).await.unwrap();
    for (on_lite, on_pg) in
        [(LITE_COLUMNS, PG_COLUMNS), (LITE_KEYS, PG_KEYS), (LITE_LINKS, PG_LINKS)]
    {
        let here: Vec<String> =
            sqlx::query_scalar(on_lite).bind(MIGRATIONS).fetch_all(&mut lite).await.unwrap();
        let there: Vec<String> =
            sqlx::query_scalar(on_pg).bind(MIGRATIONS).fetch_all(&mut pg_conn).await.unwrap();
        assert!(!here.is_empty());
        let (here, there): (BTreeSet<_>, BTreeSet<_>) =
            (here.into_iter().collect(), there.into_iter().collect());
        let (only_here, only_there): (Vec<_>, Vec<_>) =
            (here.difference(&there).collect(), there.difference(&here).collect());
        assert!(only_here.is_empty() && only_there.is_empty(), "{only_here:?} {only_there:?}");
    }
}

/// An `ALTER TABLE` of a migration that cannot be applied everywhere, or not beside the version before.
fn unfit(sql: &str) -> Vec<String> {
    let text: String =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let alters = text.split(';').map(str::trim).filter(|one| one.starts_with("ALTER TABLE"));
    let is_unfit = |step: &&str| {
        let outside: String = step.split(['(', ')']).step_by(2).collect();
        let demands =
            step.contains(" ADD ") && step.contains("NOT NULL") && !step.contains("DEFAULT");
        outside.contains(',') || demands
    };
    alters.filter(is_unfit).map(str::to_owned).collect()
}

// house §7 rule 9: one action per ALTER, and a new column is nullable or has a constant default
#[test]
fn migrations_change_tables_one_step_at_a_time() {
    for step in MIGRATOR.iter() {
        assert_eq!(unfit(step.sql.as_str()), Vec::<String>::new(), "migration {}", step.version);
    }
    assert_eq!(unfit("ALTER TABLE a ADD COLUMN b TEXT, ADD COLUMN c TEXT;").len(), 1);
    assert_eq!(unfit("-- more\nALTER TABLE a ADD COLUMN b TEXT NOT NULL;").len(), 1);
    assert_eq!(
        unfit("ALTER TABLE a ADD CONSTRAINT k UNIQUE (b, c); CREATE TABLE x (y TEXT, z TEXT)")
            .len(),
        0
    );
    assert_eq!(unfit("ALTER TABLE a ADD COLUMN b BIGINT NOT NULL DEFAULT 0").len(), 0);
}

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");
