//! Three nodes with wrong clocks on one database, and every verifier there could be.

use super::Event;
use crate::kernel::ids::KeyId;
use crate::kernel::moment::Moment;
use crate::kernel::time::{Lifetime, Timestamp};
use crate::keys::model::{Life, State, Step, Succession, Windows};
use std::collections::BTreeMap;

const LAG: Lifetime = Lifetime::seconds(2);
const MINUTE: Lifetime = Lifetime::minutes(1);

pub(super) fn windows(preset: usize) -> Windows {
    let s = Lifetime::seconds;
    let (rotation, publish_ahead, jwks_max_age, keep_behind) = [
        (s(600), s(120), s(60), s(300)),
        (Lifetime::days(90), Lifetime::days(1), Lifetime::hours(1), Lifetime::days(8)),
        (s(60), s(0), s(2), s(30)),
        (Lifetime::days(1), Lifetime::hours(1), Lifetime::hours(1), s(90)),
    ][preset];
    Windows { rotation, publish_ahead, jwks_max_age, keep_behind, clock_skew: s(10) }
}

struct Node {
    error: Lifetime,
    lag: Lifetime,
    windows: Windows,
    planned_at: Timestamp,
}

/// A JWKS that some verifier took as late as `taken_at` and may use until `until`.
struct Cached {
    shown: Vec<KeyId>,
    taken_at: Timestamp,
    until: Timestamp,
}

pub(super) struct World {
    /// The true time, which nobody knows.
    pub(super) now: Timestamp,
    /// What the database held, since when.
    versions: Vec<(Timestamp, Vec<Life>)>,
    nodes: Vec<Node>,
    cached: Vec<Cached>,
    /// Of each key, when its last token ends.
    tokens: BTreeMap<KeyId, Timestamp>,
    /// Keys that had to sign at once, and since when: the exception to both invariants.
    hurried: BTreeMap<KeyId, Timestamp>,
    steps: usize,
}

/// Ids for the test; the time in them does not matter.
struct Numbered(u128);

impl Moment for Numbered {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(0)
    }
    fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.0.to_be_bytes()[16 - N..]);
        bytes
    }
}

impl World {
    pub(super) fn new(errors: [i64; 3], preset: usize) -> Self {
        let now = Timestamp::from_seconds(1_700_000_000);
        let node = |error: i64| Node {
            error: Lifetime::millis(error),
            lag: Lifetime::millis(error.abs() % 2_001),
            windows: windows(preset),
            planned_at: now,
        };
        let versions = vec![(now, Vec::new())];
        let (nodes, cached) = (errors.map(node).into(), Vec::new());
        let (tokens, hurried) = (BTreeMap::new(), BTreeMap::new());
        let mut world = Self { now, versions, nodes, cached, tokens, hurried, steps: 0 };
        // A tenant has its keys before it is served.
        world.tick(0);
        world.now = world.now.plus(LAG);
        world
    }

    fn clock(&self, node: usize) -> Timestamp {
        self.now.plus(self.nodes[node].error)
    }

    pub(super) fn stored(&self) -> Succession {
        Succession::new(self.versions.last().unwrap().1.clone())
    }

    fn seen_by(&self, node: usize) -> Succession {
        // A node holds what it has planned with.
        let at = self.now.minus(self.nodes[node].lag).max(self.nodes[node].planned_at);
        let version = self.versions.iter().rev().find(|(since, _)| *since <= at);
        Succession::new(version.unwrap_or(&self.versions[0]).1.clone())
    }

    fn write(&mut self, node: usize, steps: &[Step]) {
        let (clock, mut rows) = (self.clock(node), self.versions.last().unwrap().1.clone());
        for step in steps {
            self.steps += 1;
            apply(&mut rows, step, clock, self.steps);
        }
        let horizon = self.now.minus(LAG.times(2));
        let fresh = self.versions.iter().filter(|(since, _)| *since >= horizon).count() + 1;
        self.versions.drain(..self.versions.len().saturating_sub(fresh));
        self.versions.push((self.now, rows));
    }

    fn plan(&self, node: usize) -> Vec<Step> {
        self.stored().plan(&self.nodes[node].windows, self.clock(node))
    }

    fn tick(&mut self, node: usize) {
        let steps = self.plan(node);
        self.nodes[node].planned_at = self.now;
        let none_left = self.stored().signer(self.now).is_none();
        self.write(node, &steps);
        if none_left {
            self.hurry();
        }
    }

    fn adopt(&mut self, node: usize, windows: Windows) {
        self.tick(node);
        self.nodes[node].windows = windows;
        self.tick(node);
    }

    fn hurry(&mut self) {
        let signs = |n: usize| self.stored().signer(self.clock(n)).map(|life| life.id.clone());
        let heirs: Vec<KeyId> = (0..3).filter_map(signs).collect();
        for heir in heirs {
            self.hurried.entry(heir).or_insert(self.now);
        }
    }

    pub(super) fn happen(&mut self, event: Event) {
        match event {
            Event::Wait(lifetime) => self.wait(lifetime),
            Event::ToChange(off) => {
                let change = self.stored().changes_at(self.now.minus(off)).unwrap_or(self.now);
                self.wait(change.plus(off).since(self.now).min(Lifetime::days(100)));
            }
            Event::Outage(lifetime) => {
                self.now = self.now.plus(lifetime);
                (0..3).for_each(|node| self.tick(node));
            }
            Event::Crash(node, steps) => {
                let plan = self.plan(node);
                self.write(node, &plan[..steps.min(plan.len())]);
            }
            Event::Race(one, other) => {
                let plans = [(one, self.plan(one)), (other, self.plan(other))];
                for (node, plan) in plans {
                    self.write(node, &plan);
                }
            }
            Event::Rotate(node) => {
                let plan = self.stored().rotate(&self.nodes[node].windows, self.clock(node));
                self.write(node, &plan.steps);
            }
            Event::Revoke(node, which) => self.revoke(node, which),
            Event::Clock(node, error) => self.nodes[node].error = error,
            Event::Windows(node, preset) => self.adopt(node, windows(preset)),
        }
        self.observe();
    }

    fn revoke(&mut self, node: usize, which: usize) {
        let stored = self.stored();
        let Some(life) = stored.0.get(which) else { return };
        let plan = stored.revoke(&life.id, &self.nodes[node].windows, self.clock(node));
        if let Ok(steps) = plan {
            self.tokens.remove(&life.id);
            self.write(node, &steps);
            if steps.len() > 1 {
                self.hurry();
            }
        }
    }

    /// The job of every node runs each minute. Long waits are taken in strides; by then all nodes have the
    /// same settings again.
    fn wait(&mut self, lifetime: Lifetime) {
        let until = self.now.plus(lifetime);
        let is_long = lifetime > MINUTE.times(10);
        if is_long {
            (1..3).for_each(|node| self.adopt(node, self.nodes[0].windows));
        }
        while self.now < until {
            let left = until.since(self.now);
            let third = Lifetime::micros(if is_long { left.as_micros() / 3 } else { 0 });
            let stride = third.max(MINUTE).min(left);
            self.now = self.now.plus(stride);
            for node in 0..3 {
                if self.now.since(self.nodes[node].planned_at) >= MINUTE {
                    self.tick(node);
                }
            }
            self.observe();
        }
    }

    /// Every node is asked for its JWKS and for a token; all verifiers compare.
    fn observe(&mut self) {
        let now = self.now;
        self.tokens.retain(|_, ends_at| *ends_at > now);
        self.cached.retain(|cached| cached.until > now);
        for node in 0..3 {
            let (seen, clock) = (self.seen_by(node), self.clock(node));
            let active = |life: &&Life| seen.state(life, clock) == State::Active;
            assert_eq!(seen.0.iter().filter(active).count(), 1, "INV-29: one key signs");
            self.fetch(node, &seen, clock);
            self.sign(node, &seen, clock);
        }
    }

    fn fetch(&mut self, node: usize, seen: &Succession, clock: Timestamp) {
        let shown: Vec<KeyId> = seen.published(clock).iter().map(|life| life.id.clone()).collect();
        for key in self.tokens.keys() {
            let excused = self.hurried.get(key).is_some_and(|at| self.now <= at.plus(LAG));
            assert!(excused || shown.contains(key), "INV-28: {key} left the JWKS too early");
            let accepted = seen.accepts(key, clock, Lifetime::seconds(10));
            assert!(excused || accepted, "INV-28: {key} is refused by a node of ours");
        }
        let (taken_at, until) = (self.now, self.now.plus(self.nodes[node].windows.jwks_max_age));
        match self.cached.iter_mut().find(|cached| cached.shown == shown) {
            Some(cached) => {
                (cached.taken_at, cached.until) = (taken_at, cached.until.max(until));
            }
            None => self.cached.push(Cached { shown, taken_at, until }),
        }
    }

    fn sign(&mut self, node: usize, seen: &Succession, clock: Timestamp) {
        let key = &seen.signer(clock).unwrap().id;
        let lives = &self.versions.last().unwrap().1;
        if lives.iter().all(|life| life.id != *key || life.revoked_at.is_some()) {
            return;
        }
        for cached in &self.cached {
            let hurried = self.hurried.get(key);
            let excused = hurried.is_some_and(|at| cached.taken_at <= at.plus(LAG));
            assert!(excused || cached.shown.contains(key), "INV-29: {key} signs, yet unknown");
        }
        let ends_at = clock.plus(self.nodes[node].windows.keep_behind);
        let known = self.tokens.entry(key.clone()).or_insert(ends_at);
        *known = ends_at.max(*known);
    }
}

/// As the store does it: every write guarded.
fn apply(rows: &mut Vec<Life>, step: &Step, clock: Timestamp, number: usize) {
    let row = |rows: &[Life], key: &KeyId| rows.iter().position(|life| life.id == *key);
    match step {
        Step::Publish { generation, activates_at, promised } => {
            if rows.iter().all(|life| life.generation != *generation) {
                rows.push(Life {
                    id: KeyId::new(&mut Numbered(number as u128)),
                    generation: *generation,
                    published_at: clock,
                    activates_at: *activates_at,
                    promised: *promised,
                    announced_at: None,
                    revoked_at: None,
                });
            }
        }
        Step::Schedule { key, from, to } => {
            if let Some(at) = row(rows, key).filter(|at| rows[*at].activates_at == *from) {
                rows[at].activates_at = *to;
            }
        }
        Step::Promise { key, promised } => {
            if let Some(at) = row(rows, key) {
                rows[at].promised = rows[at].promised.and(*promised);
            }
        }
        Step::Revoke { key, at: revoked_at } => {
            if let Some(at) = row(rows, key) {
                rows[at].revoked_at.get_or_insert(*revoked_at);
            }
        }
        Step::Erase { key } => rows.retain(|life| life.id != *key),
    }
}
