//! The record of events: linked once, in one line, and whatever is changed afterwards is found.

use crate::support::ambient::{NOON, Seeded};
use crate::support::database::{Engine, TestDatabase, database, engines};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use vestibule::events::checkpoint::{self, Outcome};
use vestibule::events::export::{export, verify_export};
use vestibule::events::link::{Reach, hand_over, link};
use vestibule::events::model::chain::{Claims, Head, Link, detail_digest};
use vestibule::events::model::verdict::{Flaw, Verdict};
use vestibule::events::model::{Chain, CheckpointSigner, CheckpointVerifier, Page};
use vestibule::events::record::{Personal, compose, seal};
use vestibule::events::verify::{tenants, verify};
use vestibule::events::{Actor, Context, Event, Events, Name, audit};
use vestibule::kernel::failure::{Done, Failure, FailureKind, unrefused};
use vestibule::kernel::ids::TenantId;
use vestibule::kernel::moment::{Chance, Moment};
use vestibule::kernel::secret::Hash;
use vestibule::kernel::time::{Lifetime, Timestamp};
use vestibule::platform::sealing::{MasterKey, Sealer};
use vestibule::platform::storage::{At, Detail, Record, Work};
use vestibule::{rows, touch};

/// Signs with a secret hash; enough to tell what was signed from what was not.
struct Notary;

fn signature(claims: &str) -> String {
    Hash::of_parts([b"the notary's seal".as_slice(), claims.as_bytes()]).hex()
}

impl CheckpointSigner for Notary {
    async fn sign(&self, claims: &Claims) -> Result<String, Failure> {
        let Claims { tenant, sequence, hash, at } = claims;
        let text = format!("{tenant}.{sequence}.{}.{}", hash.hex(), at.micros());
        Ok(format!("{text}.{}", signature(&text)))
    }
}

impl CheckpointVerifier for Notary {
    fn claims(&self, token: &str) -> Option<Claims> {
        let (text, signed) = token.rsplit_once('.')?;
        let parts: Vec<&str> = text.split('.').collect();
        let [tenant, sequence, hash, at] = parts.as_slice() else { return None };
        (signature(text) == signed).then_some(Claims {
            tenant: TenantId::parse(tenant)?,
            sequence: sequence.parse().ok()?,
            hash: Hash::from_hex(hash)?,
            at: Timestamp::from_micros(at.parse().ok()?),
        })
    }
}

/// A tenant of its own, in a database that several share.
#[derive(Clone)]
struct House {
    test: Arc<TestDatabase>,
    at: At,
}

impl House {
    fn new(test: &Arc<TestDatabase>) -> Self {
        static COUNT: AtomicI64 = AtomicI64::new(100);
        let tenant = format!("ten_{:08}", COUNT.fetch_add(1, Ordering::SeqCst));
        let tenant = TenantId::parse(&tenant).unwrap();
        Self { test: Arc::clone(test), at: At { tenant, now: NOON } }
    }

    fn later(&self, lifetime: Lifetime) -> Self {
        let at = At { now: self.at.now.plus(lifetime), ..self.at };
        Self { test: Arc::clone(&self.test), at }
    }

    async fn record(&self, name: &str) {
        let recorded: Done<()> = self
            .test
            .database
            .write(self.at, async |work| {
                work.record(&renamed(name), &by_root());
                Ok(())
            })
            .await;
        unrefused(recorded).unwrap();
    }

    async fn append(&self, name: &str, detail: Option<&str>) {
        let mut moment = Passing(self.at.now, Seeded::new(fresh()));
        let record = compose(&renamed(name), &by_root(), self.at.tenant, &mut moment);
        let detail = detail.map(|sealed| Detail {
            subject: "usr_1".into(),
            sealed: sealed.into(),
            digest: detail_digest(b"usr_1", sealed.as_bytes()).hex(),
        });
        self.test.database.append(Record { detail, ..record }).await.unwrap();
    }

    async fn link(&self) -> usize {
        link(&self.test.database, self.at, "nod_1", Reach::Recent).await.unwrap()
    }

    async fn verify(&self) -> Verdict {
        self.verify_against(&[]).await
    }

    async fn verify_against(&self, seen: &[Claims]) -> Verdict {
        verify(&self.test.database, &Notary, self.at, seen).await.unwrap()
    }

    async fn checkpoint(&self) -> Claims {
        match checkpoint::make(&self.test.database, &Notary, self.at).await.unwrap() {
            Outcome::Made(claims, _) => claims,
            other => panic!("{other:?}"),
        }
    }

    /// Whoever has the database can do this.
    async fn tamper(&self, sql: &str) -> u64 {
        let sql = sql.replace("$T", &format!("tenant_id = '{}'", self.at.tenant));
        let sql = sql.replace("$t", &format!("'{}'", self.at.tenant));
        let touched: Done<u64> = self
            .test
            .database
            .write(self.at, async |work: &mut Work| {
                Ok(touch!(work, |c| sqlx::query(AssertSqlSafe(sql.clone())).execute(c))?)
            })
            .await;
        unrefused(touched).unwrap()
    }

    async fn ask<T>(&self, sql: &str) -> T
    where
        T: Send + Unpin,
        (T,): for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
            + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>
            + Send
            + Unpin,
    {
        let sql = sql.replace("$T", &format!("tenant_id = '{}'", self.at.tenant));
        let found: Result<(T,), Failure> = self
            .test
            .database
            .read(self.at, async |work: &mut Work| {
                rows!(work, |c| sqlx::query_as(AssertSqlSafe(sql.clone())).fetch_one(c))
            })
            .await;
        found.unwrap().0
    }

    async fn id_at(&self, sequence: i64) -> String {
        self.ask(&format!("SELECT event_id FROM chain WHERE $T AND sequence = {sequence}")).await
    }
}

struct Passing(Timestamp, Seeded);

impl Moment for Passing {
    fn now(&self) -> Timestamp {
        self.0
    }
    fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.1.fill(&mut bytes);
        bytes
    }
}

fn fresh() -> u64 {
    static COUNT: AtomicI64 = AtomicI64::new(1000);
    COUNT.fetch_add(1, Ordering::SeqCst).unsigned_abs()
}

fn renamed(name: &str) -> Event {
    Event::ConfigReloaded { changed: vec![Name::new(name)] }
}

fn by_root() -> Context {
    Context::of(Actor::Cli { user: Name::new("root") })
}

async fn houses() -> Vec<House> {
    let mut houses = Vec::new();
    for engine in engines() {
        houses.push(House::new(&Arc::new(database(engine).await)));
    }
    houses
}

const ALL: Page<'static> = Page { kind: None, limit: 100 };

#[tokio::test]
async fn a_record_waits_for_its_link_and_says_so() {
    for house in houses().await {
        house.record("one").await;
        house.record("two").await;
        let read = async |work: &mut Work| audit::newest(work, None, ALL).await;
        let waiting = house.test.database.read(house.at, read).await.unwrap();
        assert_eq!(waiting.len(), 2);
        assert!(waiting.iter().all(|record| record.sequence.is_none()));
        let verdict = house.verify().await;
        assert!(verdict.is_whole());
        assert_eq!((verdict.records, verdict.waiting, verdict.unlinked), (0, 2, 0));

        assert_eq!(house.link().await, 2);
        assert_eq!(house.link().await, 0, "once");
        let linked = house.test.database.read(house.at, read).await.unwrap();
        let sequences: BTreeSet<_> = linked.iter().map(|record| record.sequence).collect();
        assert_eq!(sequences, [Some(1), Some(2)].into());
        let verdict = house.verify().await;
        assert!(verdict.is_whole());
        assert_eq!((verdict.records, verdict.waiting), (2, 0));
        assert_eq!(verdict.last_good.unwrap().sequence, 2);
        assert_eq!(tenants(&house.test.database, house.at).await.unwrap(), [house.at.tenant]);
    }
}

#[tokio::test]
async fn the_log_is_read_by_kind_and_by_time_and_followed_by_sequence() {
    for house in houses().await {
        for minute in 0..5 {
            house.later(Lifetime::minutes(minute)).record(&minute.to_string()).await;
        }
        let now = house.later(Lifetime::minutes(5));
        link(&now.test.database, now.at, "nod_1", Reach::Wide).await.unwrap();
        let database = &house.test.database;
        let none = Page { kind: Some("tenant.created"), ..ALL };
        let found = database.read(house.at, async |w| audit::newest(w, None, none).await);
        assert_eq!(found.await.unwrap(), []);
        let from = house.later(Lifetime::minutes(3)).at.now;
        let found = database.read(house.at, async |w| audit::since(w, from, ALL).await);
        assert_eq!(found.await.unwrap().len(), 2);
        let some = Page { kind: Some("config.reloaded"), limit: 2 };
        let found = database.read(house.at, async |w| audit::follow(w, 1, some).await);
        let found: Vec<_> = found.await.unwrap().into_iter().map(|r| r.sequence).collect();
        assert_eq!(found, [Some(2), Some(3)]);
        let newest = database.read(house.at, async |w| audit::newest(w, None, some).await);
        let newest = newest.await.unwrap();
        assert!(newest[0].at > newest[1].at);
        let before = newest[1].id.clone();
        let older = database.read(house.at, async |w| audit::newest(w, Some(&before), ALL).await);
        assert_eq!(older.await.unwrap().len(), 3);
    }
}

// INV-39, PT-09: however many link at once, each record is linked once, in one line
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn linkers_that_overlap_draw_one_line() {
    for house in houses().await {
        let minute = Arc::new(AtomicI64::new(0));
        let tasks = (0..8).flat_map(|number| {
            let minute = Arc::clone(&minute);
            let (writer, linker) = (house.clone(), house.clone());
            let write = tokio::spawn(async move {
                for turn in 0..20 {
                    writer.append(&format!("{number}.{turn}"), None).await;
                }
            });
            // Each begins when the lease of the one before has lapsed: the lease holds none of them back.
            let link = tokio::spawn(async move {
                for _ in 0..10 {
                    let now = Lifetime::minutes(minute.fetch_add(1, Ordering::SeqCst));
                    let at = linker.later(now).at;
                    let holder = format!("nod_{number}");
                    let outcome = link(&linker.test.database, at, &holder, Reach::Wide).await;
                    // Who is overtaken five times gives up until the next second.
                    if let Err(failure) = outcome {
                        assert!(failure.to_string().contains("faster"), "{failure}");
                    }
                }
            });
            [write, link]
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let end = house.later(Lifetime::hours(3));
        link(&end.test.database, end.at, "nod_end", Reach::Whole).await.unwrap();
        let verdict = house.verify().await;
        assert!(verdict.is_whole(), "{verdict:?}");
        assert_eq!((verdict.records, verdict.waiting + verdict.unlinked), (160, 0));
    }
}

// INV-39: who comes second adds nothing, not even what nobody else has linked
#[tokio::test]
async fn an_overtaken_linker_adds_nothing() {
    for house in houses().await {
        house.record("one").await;
        assert_eq!(house.link().await, 1);
        house.record("two").await;
        for (sequence, kept) in [(1, 2), (3, 1)] {
            let (taken, waiting) = (house.id_at(1).await, "evt_waiting".to_owned());
            let place = |sequence, id: &str| Link {
                head: Head { sequence, hash: Hash::default() },
                event_id: id.as_bytes().to_vec(),
            };
            let links = [place(sequence, &taken), place(kept + 1, &waiting)];
            let links = links.as_slice();
            let done: Done<()> = house
                .test
                .database
                .write(house.at, async |work: &mut Work| Ok(work.extend(links).await?))
                .await;
            let failure = unrefused(done).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Unavailable, "it was tried again: {failure}");
            assert_eq!(house.ask::<i64>("SELECT count(*) FROM chain WHERE $T").await, 1);
        }
        assert_eq!(house.link().await, 1);
        assert!(house.verify().await.is_whole());
    }
}

// the lease: while one node links, another leaves it alone
#[tokio::test]
async fn a_second_linker_waits_for_the_lease() {
    for house in houses().await {
        house.record("one").await;
        assert_eq!(house.link().await, 1);
        house.record("two").await;
        let database = &house.test.database;
        assert_eq!(link(database, house.at, "nod_2", Reach::Recent).await.unwrap(), 0);
        let at = house.later(Lifetime::seconds(31)).at;
        assert_eq!(link(database, at, "nod_2", Reach::Wide).await.unwrap(), 1);
    }
}

// T-18: a node that stops leaves nothing behind, and nobody waits for its lease
#[tokio::test]
async fn a_linker_that_stops_hands_over() {
    for house in houses().await {
        house.record("one").await;
        assert_eq!(house.link().await, 1);
        house.record("two").await;
        let database = &house.test.database;
        hand_over(database, house.at, "nod_1").await.unwrap();
        house.record("three").await;
        assert_eq!(link(database, house.at, "nod_2", Reach::Recent).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn more_than_a_batch_is_linked_in_one_pass() {
    for house in houses().await {
        let done: Done<()> = house
            .test
            .database
            .write(house.at, async |work| {
                for number in 0..2_345 {
                    work.record(&renamed(&number.to_string()), &by_root());
                }
                Ok(())
            })
            .await;
        unrefused(done).unwrap();
        assert_eq!(house.link().await, 2_345);
        let verdict = house.verify().await;
        assert!(verdict.is_whole());
        assert_eq!(verdict.records, 2_345);
    }
}

// what was long under way, or came while no linker ran, is linked late; what nothing links is marked
#[tokio::test]
async fn a_record_that_comes_late_is_linked_by_the_wide_reach() {
    for house in houses().await {
        house.later(Lifetime::minutes(5)).record("first").await;
        let late = house.later(Lifetime::minutes(5));
        assert_eq!(late.link().await, 1);
        house.record("late").await;
        assert_eq!(late.link().await, 0);
        let verdict = late.verify().await;
        assert!(verdict.is_whole());
        assert_eq!((verdict.waiting, verdict.unlinked), (0, 1));
        assert!(verdict.first_unlinked.is_some());
        assert_eq!(link(&late.test.database, late.at, "nod_1", Reach::Wide).await.unwrap(), 1);
        assert_eq!(late.verify().await.unlinked, 0);
    }
}

// T-19
#[tokio::test]
async fn an_erased_person_leaves_the_chain_whole() {
    for house in houses().await {
        let sealer = Sealer::new(MasterKey::parse(&"07".repeat(32)).unwrap());
        let personal = Personal { ip: Some("192.0.2.7".into()), ..Personal::default() };
        let (sealer, personal) = (&sealer, &personal);
        let done: Done<()> = house
            .test
            .database
            .write(house.at, async |work| {
                let detail = seal(sealer, work, "usr_1", personal).await?;
                let record = compose(&renamed("one"), &by_root(), work.tenant(), work);
                work.keep(Record { detail: Some(detail), ..record });
                Ok(())
            })
            .await;
        unrefused(done).unwrap();
        assert_eq!(house.link().await, 1);
        assert_eq!(house.ask::<i64>("SELECT count(*) FROM event_details WHERE $T").await, 1);
        let leaked = "SELECT count(*) FROM events WHERE $T AND body LIKE '%192.0.2.7%'";
        assert_eq!(house.ask::<i64>(leaked).await, 0);
        assert_eq!(house.verify().await.erased, 0);
        let erased: Done<()> = house
            .test
            .database
            .write(house.at, async |work| Ok(sealer.erase_person(work, "usr_1").await?))
            .await;
        unrefused(erased).unwrap();
        assert!(house.verify().await.is_whole());
        house.tamper("DELETE FROM event_details WHERE $T").await;
        let verdict = house.verify().await;
        assert!(verdict.is_whole());
        assert_eq!(verdict.erased, 1);
    }
}

/// Twelve records, with a checkpoint at the eighth and one at the head.
async fn furnished(test: &Arc<TestDatabase>) -> House {
    let house = House::new(test);
    for number in 0..8 {
        let detail = (number % 2 == 0).then_some("c2VhbGVk");
        house.append(&number.to_string(), detail).await;
    }
    house.link().await;
    assert_eq!(house.checkpoint().await.sequence, 8);
    for number in 8..12 {
        house.append(&number.to_string(), Some("c2VhbGVk")).await;
    }
    house.link().await;
    assert_eq!(house.checkpoint().await.sequence, 12);
    let verdict = house.verify().await;
    assert!(verdict.is_whole());
    assert_eq!((verdict.records, verdict.checkpoints), (12, 2));
    house
}

// INV-39, F-38: a cut tail, also with everything that would tell of it, and a chain written anew
#[tokio::test]
async fn a_cut_tail_and_a_rewritten_chain_differ_from_a_checkpoint() {
    for engine in engines() {
        let test = Arc::new(database(engine).await);
        let house = furnished(&test).await;
        let seen = house.later(Lifetime::seconds(1));
        house.append("one more", None).await;
        house.link().await;
        let seen = seen.checkpoint().await;
        cut(&house, 10).await;
        let broken = house.verify().await.broken.unwrap();
        assert_eq!((broken.sequence, broken.flaw), (Some(10), Flaw::TailCut { seen: 13 }));
        let refused = checkpoint::make(&test.database, &Notary, house.at).await.unwrap();
        assert!(matches!(refused, Outcome::Broken(_)));

        house.tamper("DELETE FROM checkpoints WHERE $T AND sequence > 8").await;
        assert!(house.verify().await.is_whole(), "nothing inside tells of it any more");
        let broken = house.verify_against(&[seen]).await.broken.unwrap();
        assert_eq!((broken.sequence, broken.flaw), (Some(10), Flaw::TailCut { seen: 13 }));

        // Written anew: the linker itself makes a chain that fits itself.
        let house = furnished(&test).await;
        house.tamper("UPDATE events SET kind = 'tenant.updated' WHERE $T AND id = (SELECT event_id FROM chain WHERE $T AND sequence = 10)").await;
        house.tamper("DELETE FROM chain WHERE $T AND sequence >= 10").await;
        assert_eq!(house.link().await, 3);
        let verdict = house.verify().await;
        assert_eq!(verdict.last_good.unwrap().sequence, 8);
        let broken = verdict.broken.unwrap();
        assert_eq!((broken.sequence, broken.flaw), (Some(12), Flaw::Rewritten { after: 8 }));
        let lines = exported(&house).await;
        assert!(!lines.last().unwrap().contains("checkpoint"), "it is not signed");
    }
}

async fn exported(house: &House) -> Vec<String> {
    let lines = std::sync::Mutex::new(Vec::new());
    let write = async |line: String| {
        lines.lock().unwrap().push(line);
        Ok(())
    };
    export(&house.test.database, &Notary, house.at, write).await.unwrap();
    lines.into_inner().unwrap()
}

fn check(lines: &[String], seen: &[Claims]) -> Result<Verdict, Failure> {
    verify_export(lines.iter().cloned().map(Ok), &Notary, seen)
}

#[tokio::test]
async fn an_export_is_verified_offline() {
    for engine in engines() {
        let test = Arc::new(database(engine).await);
        let house = furnished(&test).await;
        let seen = house.later(Lifetime::seconds(1));
        let lines = exported(&house).await;
        assert_eq!(lines.len(), 14);
        let verdict = check(&lines, &[]).unwrap();
        assert!(verdict.is_whole(), "{verdict:?}");
        assert_eq!((verdict.records, verdict.checkpoints), (12, 1));

        // Each line without which it is another.
        for left_out in 0..lines.len() {
            let rest = [&lines[..left_out], &lines[left_out + 1..]].concat();
            assert!(check(&rest, &[]).map_or(true, |v| !v.is_whole()), "without {left_out}");
        }
        // Each byte of each line.
        for (number, line) in lines.iter().enumerate() {
            for at in (0..line.len()).step_by(3) {
                let mut bytes = line.clone().into_bytes();
                bytes[at] ^= 1;
                let mut other = lines.clone();
                other[number] = String::from_utf8(bytes).unwrap();
                let Ok(verdict) = check(&other, &[]) else { continue };
                let broken = verdict.broken.unwrap_or_else(|| panic!("{number} {at}"));
                if (1..13).contains(&number) && broken.flaw != Flaw::Unreadable {
                    assert_eq!(broken.sequence, Some(i64::try_from(number).unwrap()));
                }
            }
        }
        house.append("later", None).await;
        house.link().await;
        let seen = seen.checkpoint().await;
        assert_eq!(check(&lines, &[seen]).unwrap().broken.unwrap().sequence, Some(13));
    }
}

/// One edit, and the sequence that must be named.
#[derive(Clone, Debug)]
enum Edit {
    Flip { table: Table, column: &'static str, sequence: i64, at: usize, bit: u8 },
    Shift { table: Table, column: &'static str, sequence: i64, by: i64 },
    Remove { table: Table, sequence: i64 },
    Swap { one: i64, other: i64 },
    Insert { sequence: i64 },
    Cut { from: i64 },
    Move { table: Table, sequence: i64 },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Table {
    Events,
    Chain,
    Details,
}

impl Table {
    const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Events => ("events", "id"),
            Self::Chain => ("chain", "event_id"),
            Self::Details => ("event_details", "event_id"),
        }
    }
}

fn edits(records: i64) -> impl Strategy<Value = Edit> {
    let texts = prop::sample::select(vec![
        (Table::Events, "id"),
        (Table::Events, "kind"),
        (Table::Events, "body"),
        (Table::Events, "detail_digest"),
        (Table::Chain, "event_id"),
        (Table::Chain, "hash"),
        (Table::Details, "subject"),
        (Table::Details, "sealed"),
        (Table::Details, "event_id"),
    ]);
    let numbers = prop::sample::select(vec![
        (Table::Events, "at"),
        (Table::Chain, "linked_at"),
        (Table::Chain, "sequence"),
    ]);
    let all = 1..=records;
    let tables = prop::sample::select(vec![Table::Events, Table::Chain]);
    prop_oneof![
        6 => (texts, all.clone(), 0..500_usize, 0..4_u8).prop_map(|((table, column), sequence, at, bit)| {
            Edit::Flip { table, column, sequence, at, bit }
        }),
        3 => (numbers, all.clone(), 1..1_000_i64).prop_map(move |((table, column), sequence, by)| {
            let by = if column == "sequence" { by + records } else { by };
            Edit::Shift { table, column, sequence, by }
        }),
        2 => (tables.clone(), all.clone()).prop_map(|(table, sequence)| Edit::Remove { table, sequence }),
        2 => (all.clone(), 1..records).prop_map(move |(one, distance)| {
            let other = (one - 1 + distance) % records + 1;
            Edit::Swap { one: one.min(other), other: one.max(other) }
        }),
        1 => Just(Edit::Insert { sequence: records + 1 }),
        1 => Just(Edit::Insert { sequence: 0 }),
        1 => all.clone().prop_map(|from| Edit::Cut { from }),
        1 => (tables, all).prop_map(|(table, sequence)| Edit::Move { table, sequence }),
    ]
}

/// Make the edit; answer what must be named. Every record has a detail.
async fn make(house: &House, edit: &Edit) -> Option<i64> {
    match edit {
        Edit::Flip { table, column, sequence, at, bit } => {
            let id = house.id_at(*sequence).await;
            let (name, key) = table.name();
            let select = format!("SELECT {column} FROM {name} WHERE $T AND {key} = '{id}'");
            let value = flipped(house, &select, (*at, *bit), *column == "hash").await;
            one_row(house, *table, *sequence, &format!("SET {column} = {value}")).await;
            // A detail that belongs to no record has no place in the chain.
            (!(*table == Table::Details && *column == "event_id")).then_some(*sequence)
        }
        Edit::Shift { table, column, sequence, by } => {
            one_row(house, *table, *sequence, &format!("SET {column} = {column} + {by}")).await;
            Some(*sequence)
        }
        Edit::Move { table, sequence } => {
            let elsewhere = House::new(&house.test).at.tenant;
            one_row(house, *table, *sequence, &format!("SET tenant_id = '{elsewhere}'")).await;
            Some(*sequence)
        }
        Edit::Remove { table, sequence } => {
            let (id, (name, key)) = (house.id_at(*sequence).await, table.name());
            let sql = format!("DELETE FROM {name} WHERE $T AND {key} = '{id}'");
            assert_eq!(house.tamper(&sql).await, 1);
            Some(*sequence)
        }
        Edit::Swap { one, other } => {
            for (from, to) in [(one, &-1), (other, one), (&-1, other)] {
                let set =
                    format!("UPDATE chain SET sequence = {to} WHERE $T AND sequence = {from}");
                assert_eq!(house.tamper(&set).await, 1);
            }
            Some(*one)
        }
        Edit::Insert { sequence } => Some(plant(house, *sequence).await),
        Edit::Cut { from } => Some(cut(house, *from).await),
    }
}

/// Change the row that belongs to this place of the chain.
async fn one_row(house: &House, table: Table, sequence: i64, set: &str) {
    let (id, (name, key)) = (house.id_at(sequence).await, table.name());
    let sql = format!("UPDATE {name} {set} WHERE $T AND {key} = '{id}'");
    assert_eq!(house.tamper(&sql).await, 1);
}

/// The value with one bit turned, as SQL.
async fn flipped(house: &House, select: &str, (at, bit): (usize, u8), is_hash: bool) -> String {
    let turn = |mut bytes: Vec<u8>| {
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        bytes
    };
    if !is_hash {
        let text = String::from_utf8(turn(house.ask::<String>(select).await.into_bytes())).unwrap();
        return format!("'{}'", text.replace('\'', "''"));
    }
    let hex = Hash::from_bytes(&turn(house.ask::<Vec<u8>>(select).await)).unwrap().hex();
    match house.test.place.file() {
        Some(_) => format!("x'{hex}'"),
        None => format!("decode('{hex}', 'hex')"),
    }
}

/// A record with a link that somebody made up.
async fn plant(house: &House, sequence: i64) -> i64 {
    house.append("planted", None).await;
    let sql = format!(
        "INSERT INTO chain (tenant_id, sequence, event_id, hash, linked_at)
         SELECT e.tenant_id, {sequence}, e.id, c.hash, c.linked_at FROM events e
         JOIN chain c ON c.tenant_id = $t AND c.sequence = 1
         WHERE e.tenant_id = $t AND e.body LIKE '%planted%'"
    );
    assert_eq!(house.tamper(&sql).await, 1);
    sequence.max(1)
}

/// Everything from here on, details, records and links.
async fn cut(house: &House, from: i64) -> i64 {
    let cut = format!("SELECT event_id FROM chain WHERE $T AND sequence >= {from}");
    for (name, key) in [Table::Details.name(), Table::Events.name()] {
        house.tamper(&format!("DELETE FROM {name} WHERE $T AND {key} IN ({cut})")).await;
    }
    house.tamper(&format!("DELETE FROM chain WHERE $T AND sequence >= {from}")).await;
    from
}

/// How many write at once, how much, and when somebody links in between.
fn writers() -> impl Strategy<Value = Vec<(u8, bool)>> {
    prop::collection::vec((2..5_u8, any::<bool>()), 1..6)
}

// PT-09: whatever is written by whomever at once and linked whenever, the chain is whole; any single edit is found
#[test]
fn any_single_edit_is_found_and_named() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for engine in engines() {
        let test = Arc::new(runtime.block_on(database(engine)));
        let mut runner =
            TestRunner::new(Config { cases: 96, failure_persistence: None, ..Config::default() });
        let input = writers().prop_flat_map(|writers| {
            let records: i64 = writers.iter().map(|(records, _)| i64::from(*records)).sum();
            (Just(writers), edits(records))
        });
        let outcome =
            runner.run(&input, |(writers, edit)| runtime.block_on(found(&test, writers, edit)));
        outcome.unwrap();
    }
}

async fn found(
    test: &Arc<TestDatabase>,
    writers: Vec<(u8, bool)>,
    edit: Edit,
) -> Result<(), TestCaseError> {
    let house = House::new(test);
    let records: i64 = writers.iter().map(|(records, _)| i64::from(*records)).sum();
    let tasks = writers.into_iter().enumerate().map(|(number, (records, links))| {
        let house = house.clone();
        tokio::spawn(async move {
            for turn in 0..records {
                house.append(&format!("{number}.{turn}"), Some("c2VhbGVk")).await;
            }
            if links {
                house.link().await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    house.link().await;
    house.checkpoint().await;
    let verdict = house.verify().await;
    prop_assert!(verdict.is_whole(), "{verdict:?}");
    prop_assert_eq!((verdict.records, verdict.waiting), (records, 0));

    let expected = make(&house, &edit).await;
    let verdict = house.verify().await;
    let Some(broken) = verdict.broken else {
        return Err(TestCaseError::fail(format!("not found: {edit:?}")));
    };
    prop_assert_eq!(broken.sequence, expected, "{:?}: {:?}", edit, broken.flaw);
    let good = expected.map_or(records, |sequence| sequence - 1);
    prop_assert_eq!(verdict.last_good.map_or(0, |place| place.sequence), good);
    Ok(())
}

// F-38: an edited checkpoint is none
#[tokio::test]
async fn an_edited_checkpoint_is_found() {
    for engine in engines() {
        let test = Arc::new(database(engine).await);
        let edits = [
            ("sequence = sequence + 1", 9),
            ("sequence = -7", -7),
            ("made_at = made_at + 1", 8),
            ("token = token || 'x'", 8),
            ("token = replace(token, '.8.', '.9.')", 8),
            ("hash = (SELECT hash FROM chain WHERE $T AND sequence = 7)", 8),
        ];
        for (edit, named) in edits {
            let house = furnished(&test).await;
            let sql = format!("UPDATE checkpoints SET {edit} WHERE $T AND sequence = 8");
            assert_eq!(house.tamper(&sql).await, 1);
            let broken = house.verify().await.broken.expect(edit);
            assert_eq!(
                (broken.sequence, broken.flaw),
                (Some(named), Flaw::CheckpointForged),
                "{edit}"
            );
        }
    }
}

// On SQLite a column takes anything: the record is named, and verifying does not stumble
#[tokio::test]
async fn what_is_no_text_and_no_number_is_found_in_sqlite() {
    let test = Arc::new(database(Engine::Sqlite).await);
    let edits = [
        ("events", "id", "body = CAST(x'ff00fe' AS TEXT)"),
        ("events", "id", "kind = x'ff'"),
        ("events", "id", "at = 'yesterday'"),
        ("events", "id", "detail_digest = 7"),
        ("chain", "event_id", "hash = 'short'"),
        ("chain", "event_id", "linked_at = 1.5"),
        ("event_details", "event_id", "sealed = x'ff'"),
    ];
    for (table, key, edit) in edits {
        let house = furnished(&test).await;
        let id = house.id_at(9).await;
        let sql = format!("UPDATE {table} SET {edit} WHERE $T AND {key} = '{id}'");
        assert_eq!(house.tamper(&sql).await, 1);
        let broken = house.verify().await.broken.expect(edit);
        assert_eq!((broken.sequence, broken.event_id), (Some(9), Some(id)), "{edit}");
    }
}

#[tokio::test]
async fn a_checkpoint_is_due_after_an_hour_or_a_thousand_records() {
    for house in houses().await {
        let database = &house.test.database;
        let try_it = async |at| checkpoint::make_when_due(database, &Notary, at).await.unwrap();
        assert!(matches!(try_it(house.at).await, Outcome::NotDue), "nothing is linked");
        house.record("one").await;
        house.link().await;
        assert!(matches!(try_it(house.at).await, Outcome::Made(..)), "the first");
        house.record("two").await;
        house.link().await;
        assert!(matches!(try_it(house.at).await, Outcome::NotDue));
        let hour = house.later(Lifetime::hours(1)).at;
        assert!(matches!(try_it(hour).await, Outcome::Made(claims, _) if claims.sequence == 2));
        assert!(matches!(try_it(hour).await, Outcome::NotDue));
    }
}
