//! Breaches, planted: each rule names the file that breaks it, and lets pass what is allowed.

use super::source::follow_tests;
use super::{Rule, Source, breaches};
use super::{
    arrows, homeless, homes, module_order, no_panic, private_store, pure_domain, short_and_headed,
    sources_of_change, sql_in_statements, unordered,
};

const RULES: [Rule; 9] = [
    module_order,
    homes,
    arrows,
    pure_domain,
    short_and_headed,
    no_panic,
    sources_of_change,
    sql_in_statements,
    private_store,
];

/// A small house in order, against which a breach is planted.
fn house() -> Vec<Source> {
    let files = [
        ("kernel/ids.rs", "use std::fmt;"),
        ("kernel/time.rs", "use time::OffsetDateTime;"),
        ("platform/storage/mod.rs", "use sqlx::Pool; const PING: &str = \"SELECT 1\";"),
        ("platform/jobs/mod.rs", "pub struct Task;"),
        ("platform/ambient.rs", "use std::time::SystemTime; fn now() { SystemTime::now(); }"),
        ("keys/mod.rs", "mod store; pub mod model; pub(crate) use store::STATEMENTS;"),
        ("keys/model.rs", "use crate::kernel::ids::KeyId; use serde::Serialize; // sqlx::Pool"),
        ("keys/store.rs", KEYS_STORE),
        ("keys/rotate.rs", "use super::model::Key; use crate::platform::jobs::Task;"),
        ("keys/jobs.rs", "use super::rotate; fn run() { rotate::run(); }"),
        ("keys/http.rs", "use axum::http::StatusCode; use super::rotate;"),
        ("admin/http/users.rs", "use axum::Router;"),
        ("tenants/resolve.rs", "fn url() -> &'static str { \"https://sqlx::x/ SELECT\" }"),
        ("oauth/mod.rs", "const DELETE: &str = \"DELETE\"; fn f() -> char { '\"' }"),
        ("app/mod.rs", "use crate::keys::http; use tokio::net::TcpListener;"),
        (
            "events/mod.rs",
            "mod store; pub(crate) const A: A = store::log::STATEMENTS; #[cfg(test)] mod trial;",
        ),
        ("events/trial.rs", "use super::store; fn f() { x.unwrap(); }"),
        ("events/store/mod.rs", "pub(super) mod log; mod rows; use rows::Row;"),
        ("events/store/log.rs", "use super::rows::Row; use sqlx::Row;"),
        ("events/store/rows.rs", "pub(super) struct Row;"),
    ];
    let read = |(path, text)| Source::new(path, &format!("//! What it is.\n{text}\n"));
    let mut all: Vec<_> = files.map(read).into();
    follow_tests(&mut all);
    all
}

const KEYS_STORE: &str =
    "use super::model::Keys; use crate::platform::storage::{Work, statements}; use crate::rows;
    statements! { owned KEEP = \"INSERT INTO keys (tenant_id) VALUES ($1)\"; }
    #[cfg(test)] mod tests { fn t() { panic!(\"{}\", x.unwrap()) } }";

fn planted(path: &str, text: &str) -> Vec<String> {
    let mut all = house();
    all.retain(|file| file.path != path);
    all.push(Source::new(path, text));
    RULES.iter().flat_map(|rule| breaches(*rule, &all)).collect()
}

// house §4.3: what is allowed passes every rule
#[test]
fn a_house_in_order_passes() {
    let found: Vec<_> = RULES.iter().flat_map(|rule| breaches(*rule, &house())).collect();
    assert_eq!(found, Vec::<String>::new());
}

/// File, text, and what is said about it.
const PLANTED: &[(&str, &str, &str)] = &[
    ("keys/model.rs", "use sqlx::Pool;", "sqlx lives in"),
    ("keys/model/jwk.rs", "use sqlx::Pool;", "domain may not use sqlx"),
    ("keys/rotate.rs", "use axum::Router;", "axum lives in"),
    ("keys/rotate.rs", "fn f() -> axum::Router { }", "axum lives in"),
    ("keys/rotate.rs", "use clap::Parser;", "clap lives in"),
    ("oauth/mod.rs", "use tokio::spawn;", "tokio lives in"),
    ("keys/rotate.rs", "fn f() { getrandom::fill(b); }", "getrandom lives in"),
    ("keys/model.rs", "use tracing::info;", "domain may not use tracing"),
    ("keys/model.rs", "use zeroize::Zeroizing;", "domain may not use zeroize"),
    ("keys/model.rs", "use super::rotate;", "domain may not use keys::rotate"),
    ("keys/model.rs", "use crate::platform::storage::Work;", "domain may not use platform"),
    ("kernel/ids.rs", "use tokio::time;", "domain may not use tokio"),
    ("keys/rotate.rs", "use crate::oauth::Scope;", "keys may not use oauth"),
    ("keys/rotate.rs", "use crate::{kernel::ids, admin::{self, X}};", "keys may not use admin"),
    ("platform/jobs/mod.rs", "use super::super::keys::Key;", "platform may not use keys"),
    ("attic/mod.rs", "", "attic is not in ORDER"),
    ("keys/rotate.rs", "use super::store;", "UseCase may not reach into Store"),
    ("keys/rotate.rs", "fn f() { super::store::keep(); }", "UseCase may not reach into Store"),
    ("keys/mod.rs", "mod store; fn f() { store::keep(); }", "UseCase may not reach into Store"),
    ("keys/rotate.rs", "use super::http::Route;", "UseCase may not reach into Web"),
    ("keys/rotate.rs", "use crate::keys::jobs;", "UseCase may not reach into Web"),
    ("keys/http.rs", "use super::store::keep;", "Web may not reach into Store"),
    ("keys/store.rs", "use crate::events::store::rows::Row;", "Store may not reach into Store"),
    ("app/serve.rs", "use sqlx::Row;", "sqlx lives in"),
    ("events/record.rs", "use super::store::log;", "UseCase may not reach into Store"),
    ("keys/store.rs", "use super::rotate;", "Store may not reach into UseCase"),
    ("keys/store.rs", "use crate::platform::jobs::Task;", "Store may not reach into Ground"),
    ("keys/rotate.rs", "fn f() { x.unwrap(); }", "unwrap"),
    ("keys/rotate.rs", "fn f() { x.map(Option::unwrap); }", "unwrap"),
    ("keys/rotate.rs", "fn f() { x.expect(\"why\"); }", "expect"),
    ("keys/rotate.rs", "fn f() { panic!(); }", "panic!"),
    ("keys/rotate.rs", "fn f() { unreachable!() }", "unreachable!"),
    ("keys/rotate.rs", "#[cfg(test)] fn t() {} fn f() { x.unwrap(); }", "unwrap"),
    ("keys/rotate.rs", "fn f() { SystemTime::now(); }", "SystemTime::now lives in"),
    ("keys/rotate.rs", "fn f() { std::time::Instant::now(); }", "Instant::now lives in"),
    ("keys/rotate.rs", "fn f() { OffsetDateTime::now_utc(); }", "now_utc lives in"),
    ("keys/rotate.rs", "fn f() { std::env::var(\"X\"); }", "env::var lives in"),
    ("keys/rotate.rs", "const A: &str = \"SELECT 1\";", "SQL belongs"),
    ("keys/rotate.rs", "const A: &str = r#\"\n UPDATE keys SET x = 1\"#;", "SQL belongs"),
    ("keys/store.rs", "const A: &str = \"DELETE FROM keys\";", "SQL belongs"),
    ("keys/store.rs", "fn f() { AssertSqlSafe(x); }", "AssertSqlSafe"),
    ("keys/mod.rs", "pub(crate) mod store;", "mod store; is private"),
    ("keys/mod.rs", "pub mod store;", "mod store; is private"),
];

// house §4.3, §10, §6.7, §7: each breach is named by its file, and by nothing else
#[test]
fn each_planted_breach_is_named_by_its_file() {
    for (path, text, breach) in PLANTED {
        let found = planted(path, &format!("//! Planted.\n{text}"));
        let file = format!("src/{path}: ");
        assert!(found.iter().any(|one| one.contains(breach)), "{path}: {text}: {found:?}");
        assert!(found.iter().all(|one| one.starts_with(&file)), "{path}: {text}: {found:?}");
    }
}

// house §4.1: the question at the limit is what the second thing in it is
#[test]
fn a_file_of_301_lines_is_named() {
    let long = format!("//! Long.\n{}", "const A: u8 = 1;\n".repeat(300));
    let found = planted("keys/long.rs", &long);
    assert!(found[0].starts_with("src/keys/long.rs: 301 lines"), "{found:?}");
}

// house §9: a file begins with what it is
#[test]
fn a_file_without_its_first_line_is_named() {
    let found = planted("keys/rotate.rs", "use std::fmt;\n");
    assert_eq!(found, ["src/keys/rotate.rs: begin with a line that says what this file is"]);
}

// house §4.3: a file as long as allowed passes, its tests apart
#[test]
fn tests_do_not_count_for_the_length() {
    let line = "const A: u8 = 1;\n";
    let whole = format!(
        "//! Long.\n{}#[cfg(test)]\nmod tests {{\n{}}}\n",
        line.repeat(299),
        line.repeat(99)
    );
    assert_eq!(planted("keys/long.rs", &whole), Vec::<String>::new());
}

// house §4.3: a new framework needs a line in HOMES
#[test]
fn a_dependency_without_a_home_is_named() {
    let manifest = "[dependencies]\nserde = \"1\"\nactix-web = \"4\"\n\n[lints]\nx = 1\n";
    assert_eq!(homeless(manifest), ["actix_web"]);
}

// house §4.1: lib.rs is the map
#[test]
fn a_map_out_of_order_is_named() {
    assert_eq!(
        unordered("pub mod kernel;\npub mod keys;\npub mod config;\n"),
        ["keys stands before config"]
    );
}
