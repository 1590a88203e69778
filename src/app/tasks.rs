//! All background work there is, on one screen.

use super::open::{House, Role};
use super::people;
use super::settings::policy;
use crate::events::checkpoint::{Outcome, make_when_due};
use crate::events::link::{self, Reach};
use crate::kernel::failure::Failure;
use crate::kernel::time::Lifetime;
use crate::keys::checkpoints::Checkpoints;
use crate::keys::model::Algorithm;
use crate::oauth::ground::RequestMoment;
use crate::oauth::realm::Realm;
use crate::oauth::subject::Subjects;
use crate::oauth::{logos, logout};
use crate::platform::jobs::{Kinds, Run, Running, Task, Tasks, Who, forget_ended, work_off};
use crate::platform::storage::{At, nodes};
use crate::platform::telemetry::{Metrics, gauges};
use crate::platform::{limits, mail};
use crate::{accounts, federation, oauth, sessions, signin};
use std::sync::Arc;

const SECOND: Lifetime = Lifetime::seconds(1);
const TEN_SECONDS: Lifetime = Lifetime::seconds(10);
const MINUTE: Lifetime = Lifetime::minutes(1);
const HOUR: Lifetime = Lifetime::hours(1);

/// What one turn of a task does.
type Turn = fn(Arc<House>, At) -> Running<'static>;

#[rustfmt::skip]
const TASKS: &[(&str, Lifetime, Who, Turn)] = &[
    ("refresh", SECOND, Who::EveryNode, |house, _| Box::pin(async move { house.refresh().await })),
    ("jobs", SECOND, Who::EveryNode, |house, at| Box::pin(async move { house.work_off(at).await })),
    ("logos", SECOND, Who::EveryNode, |house, at| Box::pin(async move { house.fetch_logos(at).await })),
    ("checkpoint", SECOND, Who::EveryNode, |house, _| Box::pin(async move { house.database.checkpoint().await })),
    ("connections", MINUTE, Who::EveryNode, |house, _| Box::pin(async move { house.database.trim(); Ok(()) })),
    ("clock", TEN_SECONDS, Who::EveryNode, |house, at| Box::pin(async move { house.clock.follow(&house.database, at).await })),
    ("node", TEN_SECONDS, Who::EveryNode, |house, at| Box::pin(async move { nodes::report(&house.database, at, house.node.as_str()).await })),
    ("link", SECOND, Who::EveryNode, |house, at| Box::pin(async move { house.link(at, Reach::Recent).await })),
    ("link-late", MINUTE, Who::EveryNode, |house, at| Box::pin(async move { house.link(at, Reach::Wide).await })),
    ("checkpoints", MINUTE, Who::OneNode, |house, at| Box::pin(async move { house.make_checkpoints(at).await })),
    ("keys", MINUTE, Who::OneNode, |house, _| Box::pin(async move { house.rotate_keys().await })),
    ("housekeeping", HOUR, Who::OneNode, |house, at| Box::pin(async move { house.keep_tidy(at).await })),
];

pub fn tasks(house: &Arc<House>, metrics: Option<Metrics>) -> Tasks {
    let task = |(name, every, who, turn): &(&'static str, Lifetime, Who, Turn)| {
        let (house, turn) = (Arc::clone(house), *turn);
        let run = Box::new(move |at| turn(Arc::clone(&house), at));
        Task { name, every: *every, who: *who, run }
    };
    let mut tasks: Vec<Task> = TASKS.iter().map(task).collect();
    if let Some(metrics) = metrics {
        tasks.push(upkeep(Arc::clone(house), metrics));
    }
    Tasks {
        tasks,
        database: house.database.clone(),
        ambient: house.ambient.clone(),
        tenant: house.platform,
        holder: house.node.to_string(),
    }
}

/// Histograms gather until they are folded; what has a state is asked for it.
fn upkeep(house: Arc<House>, metrics: Metrics) -> Task {
    let run = Box::new(move |at: At| -> Running<'static> {
        metrics.upkeep();
        house.database.measure();
        for reign in house.ring.reigns(at.now) {
            let age = at.now.since(reign.since);
            gauges::signing_keys(reign.algorithm.as_str(), age, reign.until);
        }
        Box::pin(async { Ok(()) })
    });
    Task { name: "metrics", every: TEN_SECONDS, who: Who::EveryNode, run }
}

/// The issuer is the one of now: a tenant that is gone tells nobody.
fn tell_logout(house: Arc<House>) -> Run {
    Box::new(move |job| {
        let house = Arc::clone(&house);
        Box::pin(async move {
            let Some(tenant) = house.directory.get(job.tenant) else { return Ok(()) };
            let at = At { tenant: job.tenant, now: house.ambient.now() };
            let realm = Realm::of(at, tenant.issuer(house.directory.public_url()));
            let ground = logout::jobs::Ground {
                database: &house.database,
                sealer: &house.sealer,
                subjects: &Subjects::default(),
                minter: &*house.ring,
                outbound: &*house.outbound,
            };
            let moment = RequestMoment::new(at.now, Arc::clone(&house.ambient.chance));
            logout::jobs::tell(&ground, &realm, moment, job).await
        })
    })
}

impl House {
    /// Whatever is due.
    async fn work_off(self: Arc<Self>, at: At) -> Result<(), Failure> {
        let desk = people::desk(&self);
        let letters: Run = Box::new(move |job| {
            let desk = desk.clone();
            Box::pin(async move { accounts::jobs::run(&desk, job, at.now).await })
        });
        let kinds = Kinds::default()
            .with(logout::jobs::KIND, tell_logout(Arc::clone(&self)))
            .with(accounts::jobs::KIND, letters);
        work_off(&self.database, at, &kinds, self.node.as_str()).await.map(drop)
    }

    async fn fetch_logos(&self, at: At) -> Result<(), Failure> {
        let (database, outbound) = (&self.database, &*self.outbound);
        let ground = logos::fetch::Ground { database, outbound, drawing: &self.drawing };
        logos::fetch::fetch_due(&ground, at).await
    }

    /// Under a lease of its own, which the command line respects, too.
    async fn link(&self, at: At, reach: Reach) -> Result<(), Failure> {
        link::link(&self.database, at, self.node.as_str(), reach).await.map(drop)
    }

    /// The last thing a node does.
    pub(super) async fn hand_over(&self) -> Result<(), Failure> {
        link::hand_over(&self.database, self.at(), self.node.as_str()).await
    }

    async fn make_checkpoints(&self, at: At) -> Result<(), Failure> {
        let mut are_whole = true;
        for tenant in self.directory.all() {
            let at = At { tenant: tenant.id, ..at };
            let keys = self.checkpoints(at).await?;
            if let Outcome::Broken(verdict) = make_when_due(&self.database, &keys, at).await? {
                are_whole = false;
                tracing::error!(tenant = %tenant.id, broken = ?verdict.broken, "the audit chain is broken; run: vestibule audit verify");
            }
        }
        gauges::audit_chains(are_whole, at.now);
        Ok(())
    }

    /// What signs and reads the checkpoints of a tenant.
    pub async fn checkpoints(&self, at: At) -> Result<Checkpoints<'_>, Failure> {
        let algorithms = policy(&self.jwt(at.tenant)).algorithms;
        // The smaller signature where there is a choice: a checkpoint is kept for ever.
        let algorithm = algorithms.iter().max().copied().unwrap_or(Algorithm::Es256);
        Checkpoints::of(&self.database, at, Some(&self.ring), algorithm).await
    }

    /// Every table stays bounded.
    async fn keep_tidy(&self, at: At) -> Result<(), Failure> {
        forget_ended(&self.database, at).await?;
        sessions::forget_over(&self.database, at).await?;
        signin::forget_over(&self.database, at).await?;
        federation::forget_over(&self.database, at).await?;
        accounts::forget_over(&self.database, at).await?;
        limits::forget_over(&self.database, at).await?;
        mail::forget_captured(&self.database, at).await?;
        oauth::forget::forget_over(&self.database, at).await?;
        let unused_for = self.settings.load().clients.unused_for;
        let context = self.context(&Role::Server);
        oauth::registration::forget_unused(&self.database, at, unused_for, &context).await?;
        nodes::forget_gone(&self.database, at).await
    }
}
