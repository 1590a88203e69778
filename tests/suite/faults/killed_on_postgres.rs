//! SIGKILL, and a cut connection, at every k-th message to PostgreSQL (INV-38, F-05, F-18, F-22).

use super::whole::{self, KEYS_AND_THEIR_EVENTS, ORPHANS};
use crate::support::database::{Engine, Kept, empty, engines};
use crate::support::proxy::{Fate, Plan, Proxy};
use crate::support::victim::{Program, Server};
use sqlx::{Connection, Executor, PgConnection};
use std::io::Write;

/// An installation whose every word to PostgreSQL goes through the proxy.
struct Site {
    program: Program,
    proxy: Proxy,
    url: String,
}

/// What became of a command that something happened to.
struct Remains {
    reached: bool,
    said: String,
}

impl Site {
    fn new() -> Self {
        let (place, kept) = run(empty(Engine::Postgres));
        let Kept::Postgres { name, .. } = &kept else { panic!("not on PostgreSQL") };
        let (_, rest) = place.url.rsplit_once('@').unwrap();
        let proxy = Proxy::before(rest.split('/').next().unwrap());
        let user = place.url.rsplit_once('@').unwrap().0;
        let url = format!("{user}@{}/{name}", proxy.address);
        let direct = place.url.clone();
        Self { program: Program::on(&url, Some(kept)), proxy, url: direct }
    }

    fn suffer(&self, plan: Plan, command: &[&str]) -> Remains {
        self.proxy.expect(Some(plan));
        let mut server = Server::spawn(self.program.command(command));
        self.proxy.name_victim(server.id());
        let serves = command == ["serve"] && server.wait_until_serving();
        // A server that got there says goodbye in peace: what it writes from here on is not its start.
        let before = self.proxy.count();
        if serves {
            self.proxy.expect(None);
            server.end();
            return Remains { reached: before >= plan.number, said: String::new() };
        }
        let said = server.last_words().1;
        let reached = self.proxy.count() >= plan.number;
        self.proxy.expect(None);
        Remains { reached, said }
    }

    /// What time alone would do in ten seconds.
    fn let_leases_lapse(&self) {
        run(async {
            let mut conn = PgConnection::connect(&self.url).await.unwrap();
            // Before the first migration there is no such table yet.
            drop(conn.execute("UPDATE leases SET lapses_at = 0").await);
        });
    }

    fn examine(&self) {
        run(async {
            let mut conn = PgConnection::connect(&self.url).await.unwrap();
            for sql in [ORPHANS, KEYS_AND_THEIR_EVENTS] {
                let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap();
                assert_eq!(count, 0, "{sql}");
            }
        });
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(work)
}

/// What is done before, what is interrupted, and what must be true afterwards.
struct Trial {
    name: &'static str,
    before: &'static [&'static str],
    command: &'static [&'static str],
    step: usize,
    after: fn(&Program, &str),
}

impl Trial {
    fn carry_out(&self) {
        if !engines().contains(&Engine::Postgres) {
            return;
        }
        for fate in [Fate::Killed, Fate::Cut] {
            let numbers = (1..).step_by(self.step.min(step()));
            let count = numbers.take_while(|number| self.try_at(*number, fate)).count();
            let line = format!("{} on PostgreSQL {fate:?} and completed: {count} times", self.name);
            drop(writeln!(std::io::stderr(), "{line}"));
        }
    }

    /// False when the command said less than that.
    fn try_at(&self, number: usize, fate: Fate) -> bool {
        let site = Site::new();
        if !self.before.is_empty() {
            site.program.serve().end();
        }
        // The message that began it may be lost, or its answer.
        let arrives = (number / self.step).is_multiple_of(2);
        let remains = site.suffer(Plan { number, fate, arrives }, self.command);
        if !remains.reached {
            return false;
        }
        site.let_leases_lapse();
        whole::completes(&site.program);
        (self.after)(&site.program, &remains.said);
        site.examine();
        true
    }
}

/// `VESTIBULE_TEST_KILL_STEP=1` tries each message, which takes long.
#[allow(clippy::disallowed_methods, reason = "the tests' own switch")]
fn step() -> usize {
    let step = std::env::var("VESTIBULE_TEST_KILL_STEP").ok();
    step.and_then(|step| step.parse().ok()).unwrap_or(usize::MAX)
}

// INV-38, F-22: migrations, the tenant and its keys
#[test]
fn a_first_start_on_postgres_that_is_interrupted_is_completed_by_the_next() {
    let (before, command) = (&[], &["serve"]);
    Trial { name: "the first start", before, command, step: 97, after: |_, _| {} }.carry_out();
}

// INV-38, INV-29, F-18: and a rotation that was answered is not lost (INV-04)
#[test]
fn a_rotation_on_postgres_that_is_interrupted_leaves_one_active_key() {
    let (before, command) = (&["serve"], &["key", "rotate", "--json"]);
    let after = whole::keeps_its_rotation;
    Trial { name: "a rotation", before, command, step: 79, after }.carry_out();
}

// INV-38, F-22: the lease of a node that died while it migrated is waited for, by several at once
#[test]
fn starts_wait_for_the_lease_of_a_dead_node() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let site = Site::new();
    let lapse = "CREATE TABLE leases (name TEXT NOT NULL CONSTRAINT leases_pk PRIMARY KEY,
        holder TEXT NOT NULL, fence BIGINT NOT NULL, lapses_at BIGINT NOT NULL);
        INSERT INTO leases VALUES ('migration', 'a dead node', 1,
            (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + 3000000)";
    run(async {
        PgConnection::connect(&site.url).await.unwrap().execute(lapse).await.unwrap();
    });
    let mut nodes = [(); 2].map(|()| Server::spawn(site.program.command(&["serve"])));
    for node in &mut nodes {
        assert!(node.wait_until_serving(), "{:?}", node.said());
    }
    for node in nodes {
        node.end();
    }
    whole::completes(&site.program);
    site.examine();
}

// INV-38: who waited in vain says so, and that another try may succeed (exit code 75)
#[test]
fn a_start_gives_up_when_another_node_migrates_for_too_long() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let site = Site::new();
    let lapse = "CREATE TABLE leases (name TEXT NOT NULL CONSTRAINT leases_pk PRIMARY KEY,
        holder TEXT NOT NULL, fence BIGINT NOT NULL, lapses_at BIGINT NOT NULL);
        INSERT INTO leases VALUES ('migration', 'a busy node', 1, 9000000000000000)";
    run(async {
        PgConnection::connect(&site.url).await.unwrap().execute(lapse).await.unwrap();
    });
    let (status, said) = Server::spawn(site.program.command(&["serve"])).last_words();
    assert_eq!(status.code(), Some(75), "{said}");
    assert!(said.contains("another node is migrating the database"), "{said}");
}
