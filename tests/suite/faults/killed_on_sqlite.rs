//! SIGKILL at every k-th system call that changes a file (INV-38, INV-40). strace injects it.

use super::whole::{self, KEYS_AND_THEIR_EVENTS, ORPHANS};
use crate::support::victim::{Death, Program, no_tracing};
use sqlx::{Connection, SqliteConnection};
use std::fs;
use std::io::Write;

/// What is interrupted: a command, and what must be true of it beyond what must always be.
struct Plan {
    name: &'static str,
    before: Program,
    command: &'static [&'static str],
    after: fn(&Program, &str),
}

/// The calls that change files, and how many of each are passed over between two deaths.
const CALLS: [(&str, usize); 5] = [
    ("pwrite64", 14),
    ("fsync,fdatasync", 5),
    ("ftruncate", 1),
    ("link,linkat", 1),
    ("unlink,unlinkat", 1),
];

/// More deaths than any command has calls.
const ENOUGH: usize = 2000;

impl Plan {
    fn carry_out(&self) {
        if let Some(reason) = no_tracing() {
            return say(&format!("skipped: {} killed at each write, because {reason}", self.name));
        }
        let mut counts = Vec::new();
        for (calls, step) in CALLS {
            let numbers = (1..ENOUGH).step_by(step.min(Self::step()));
            let deaths =
                numbers.take_while(|number| self.dies_at(Death { calls, number: *number }));
            counts.push(format!("{} at {calls}", deaths.count()));
        }
        say(&format!("{} killed and completed: {}", self.name, counts.join(", ")));
    }

    /// `VESTIBULE_TEST_KILL_STEP=1` kills at each call, which takes minutes.
    #[allow(clippy::disallowed_methods, reason = "the tests' own switch")]
    fn step() -> usize {
        let step = std::env::var("VESTIBULE_TEST_KILL_STEP").ok();
        step.and_then(|step| step.parse().ok()).unwrap_or(ENOUGH)
    }

    /// False when the command came to its end before.
    fn dies_at(&self, death: Death) -> bool {
        let program = self.before.copy();
        let remains = program.kill(death, self.command);
        if remains.survived {
            return false;
        }
        whole::completes(&program);
        (self.after)(&program, &remains.said);
        examine(&program);
        true
    }
}

fn say(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// The file itself, and what no command shows.
fn examine(program: &Program) {
    let url = format!("sqlite://{}", program.path("vestibule.db").display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut conn = SqliteConnection::connect(&url).await.unwrap();
        let found: String =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut conn).await.unwrap();
        assert_eq!(found, "ok");
        for sql in [ORPHANS, KEYS_AND_THEIR_EVENTS] {
            let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap();
            assert_eq!(count, 0, "{sql}");
        }
        conn.close().await.unwrap();
    });
    let left: Vec<_> = fs::read_dir(program.path("keys")).unwrap().collect();
    assert_eq!(left.len(), 1, "one master key and no drafts: {left:?}");
}

fn nothing_more(_: &Program, _: &str) {}

fn begun(commands: &[&[&str]]) -> Program {
    let program = Program::on_sqlite();
    for command in commands {
        match command {
            ["serve"] => program.serve().end(),
            command => assert!(program.run(command).status.success(), "{command:?}"),
        }
    }
    program
}

// INV-38, INV-40: the first start makes the master key, the tables, the tenant and its keys
#[test]
fn a_first_start_that_is_killed_is_completed_by_the_next() {
    let (before, command) = (begun(&[]), &["serve"]);
    Plan { name: "the first start", before, command, after: nothing_more }.carry_out();
}

// INV-38, F-22
#[test]
fn a_migration_that_is_killed_is_completed_by_the_next_start() {
    let (before, command) = (begun(&[]), &["migrate", "up"]);
    Plan { name: "a migration", before, command, after: nothing_more }.carry_out();
}

// INV-38: the tables are there, and the tenant and its keys are made
#[test]
fn making_the_first_keys_is_completed_by_the_next_start() {
    let (before, command) = (begun(&[&["migrate", "up"]]), &["serve"]);
    Plan { name: "making the first keys", before, command, after: nothing_more }.carry_out();
}

// INV-38, INV-29, F-18: and a rotation that was answered is not lost (INV-04)
#[test]
fn a_rotation_that_is_killed_leaves_one_active_key() {
    let (before, command) = (begun(&[&["serve"]]), &["key", "rotate", "--json"]);
    Plan { name: "a rotation", before, command, after: whole::keeps_its_rotation }.carry_out();
}

// INV-38: and a tenant that was answered is not lost, while one that was not leaves nothing behind
#[test]
fn a_tenant_that_is_killed_while_made_is_there_with_its_keys_or_not_at_all() {
    let (before, command) = (begun(&[&["serve"]]), &["tenant", "create", "acme", "--json"]);
    Plan { name: "making a tenant", before, command, after: whole::keeps_its_tenant }.carry_out();
}
