//! What is done again and again: by every node for itself, or by one node for all.

use super::{Running, store};
use crate::kernel::failure::{Done, Failure, unrefused};
use crate::kernel::ids::TenantId;
use crate::kernel::moment::Ambient;
use crate::kernel::time::Lifetime;
use crate::platform::storage::{At, Database, Work, lease};
use crate::platform::web::stop::Stopping;
use std::sync::Arc;

/// One line of the list in `app.rs`, which is all background work there is.
pub struct Task {
    pub name: &'static str,
    pub every: Lifetime,
    pub who: Who,
    pub run: Box<dyn Fn(At) -> Running<'static> + Send + Sync>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    EveryNode,
    /// Under a lease; when its holder dies another goes on after three turns, half a minute at least.
    OneNode,
}

pub struct Tasks {
    pub tasks: Vec<Task>,
    pub database: Database,
    pub ambient: Ambient,
    /// Whom platform work is booked to: the default tenant.
    pub tenant: TenantId,
    /// This node.
    pub holder: String,
}

impl Tasks {
    /// Run each in its own rhythm until told to stop; a turn under way is finished.
    pub async fn run(self: Arc<Self>, stopping: Stopping) {
        let mut running = tokio::task::JoinSet::new();
        for number in 0..self.tasks.len() {
            running.spawn(Arc::clone(&self).repeat(number, stopping.clone()));
        }
        running.join_all().await;
    }

    async fn repeat(self: Arc<Self>, number: usize, mut stopping: Stopping) {
        let Some(task) = self.tasks.get(number) else { return };
        while pause(task.every, &mut stopping).await {
            if let Err(failure) = self.turn(task).await {
                tracing::warn!(task = task.name, %failure, "background work failed; it is tried again");
            }
        }
    }

    /// For tests and commands: one turn of one task, now.
    pub async fn turn_of(&self, name: &str) -> Result<(), Failure> {
        match self.tasks.iter().find(|task| task.name == name) {
            Some(task) => self.turn(task).await,
            None => Err(Failure::broken(format!("there is no task {name}"))),
        }
    }

    async fn turn(&self, task: &Task) -> Result<(), Failure> {
        let at = At { tenant: self.tenant, now: self.ambient.now() };
        if task.who == Who::EveryNode {
            return (task.run)(at).await;
        }
        let length = task.every.times(3).max(Lifetime::seconds(30));
        if lease::take(&self.database, at, task.name, &self.holder, length).await?.is_none() {
            return Ok(());
        }
        let answer = (task.run)(at).await;
        // Every second would be too much to write down; what is rare is worth it.
        if task.every >= Lifetime::minutes(1) {
            self.note(task, at, answer.as_ref().err()).await?;
        }
        answer
    }

    async fn note(&self, task: &Task, at: At, failure: Option<&Failure>) -> Result<(), Failure> {
        let failure = failure.map(ToString::to_string);
        let ended = At { now: self.ambient.now(), ..at };
        let noted: Done<()> = self
            .database
            .write(ended, async |work: &mut Work| {
                Ok(store::note(work, task.name, at.now, failure.as_deref()).await?)
            })
            .await;
        unrefused(noted)
    }
}

/// The pause between two turns. False when it is time to stop.
#[allow(clippy::disallowed_methods, reason = "pauses live here")]
pub async fn pause(length: Lifetime, stopping: &mut Stopping) -> bool {
    tokio::select! {
        biased;
        () = stopping.closing() => false,
        () = tokio::time::sleep(length.to_std()) => true,
    }
}

/// For whoever waits for another node before there is anything to stop.
#[allow(clippy::disallowed_methods, reason = "pauses live here")]
pub async fn rest(length: Lifetime) {
    tokio::time::sleep(length.to_std()).await;
}
