//! What can happen, who does it, and how records stand in the chain; at the foot, how they are kept.

pub mod chain;
mod event;
mod fact;
pub mod verdict;
pub mod walk;

pub use event::{Entry, Event, Target};
pub use fact::{Fact, Name};

use crate::kernel::failure::Failure;
use crate::kernel::ids::{ClientId, NodeId, RequestId, TenantId, UserId};
use crate::kernel::time::Timestamp;
use chain::{Checkpoint, Claims, Link, Newest, Recorded, Stored, Walked};

/// Who made it happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The server itself: a schedule, a start.
    System { node: NodeId },
    /// A person at the command line, by the name of their account on that computer.
    Cli { user: Name },
    /// An application, authenticated as far as its kind can be.
    Client { client: ClientId },
    /// A person who has signed in.
    User { user: UserId },
    /// Another provider, by what it says of somebody who signs in.
    Provider { provider: Name },
    /// Somebody who has not.
    Anybody,
}

impl Actor {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::System { .. } => "system",
            Self::Cli { .. } => "cli",
            Self::Client { .. } => "client",
            Self::User { .. } => "user",
            Self::Provider { .. } => "provider",
            Self::Anybody => "anybody",
        }
    }

    pub fn id(&self) -> &str {
        match self {
            Self::System { node } => node.as_str(),
            Self::Cli { user } => user.as_str(),
            Self::Client { client } => client.as_str(),
            Self::User { user } => user.as_str(),
            Self::Provider { provider } => provider.as_str(),
            Self::Anybody => "",
        }
    }
}

/// By whom and in which request. What names a person more closely goes into a sealed detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    pub actor: Actor,
    pub request: Option<RequestId>,
}

impl Context {
    pub const fn of(actor: Actor) -> Self {
        Self { actor, request: None }
    }
}

/// The record of what happens.
pub trait Events {
    /// It is kept by the commit of this unit of work: both happen, or neither (INV-10).
    fn record(&mut self, event: &Event, context: &Context);
}

/// The chain of one tenant.
pub trait Chain {
    async fn newest(&mut self) -> Result<Option<Newest>, Failure>;

    /// Records without a link, oldest first, from this id on.
    async fn unlinked(&mut self, from: &str, limit: i64) -> Result<Vec<Stored>, Failure>;

    /// # Errors
    /// Asks to repeat the unit of work when another linker was faster: then nothing is added.
    async fn extend(&mut self, links: &[Link]) -> Result<(), Failure>;

    /// Links in order, with what they point at.
    async fn walk(&mut self, from: i64, limit: i64) -> Result<Vec<Walked>, Failure>;
}

/// The signed statements about the chain of one tenant.
pub trait Checkpoints {
    /// In order of their sequence.
    async fn checkpoints(&mut self, from: i64, limit: i64) -> Result<Vec<Checkpoint>, Failure>;

    async fn newest_checkpoint(&mut self) -> Result<Option<Checkpoint>, Failure>;

    /// The first one at a sequence stays.
    async fn keep_checkpoint(&mut self, claims: &Claims, token: &str) -> Result<(), Failure>;
}

/// The records of one tenant, to be read. Ids sort by age, so they are the cursor.
pub trait Log {
    /// From the newest before this id backwards.
    async fn older(&mut self, before: &str, page: Page<'_>) -> Result<Vec<Recorded>, Failure>;

    /// From the oldest after this id onwards. What commits late may slip in before the cursor.
    async fn newer(&mut self, after: &str, page: Page<'_>) -> Result<Vec<Recorded>, Failure>;

    /// In the order of the chain, in which nothing slips in.
    async fn linked(&mut self, after: i64, page: Page<'_>) -> Result<Vec<Recorded>, Failure>;

    /// Count a stretch of records after this id; `None` at the end.
    async fn count_links(
        &mut self,
        after: &str,
        late: Timestamp,
    ) -> Result<Option<Stretch>, Failure>;

    /// Look through a stretch of details after this id of an event; `None` at the end.
    async fn astray(&mut self, after: &str) -> Result<Option<Astray>, Failure>;
}

/// The chains of all tenants.
pub trait Chains {
    /// Who has records since then that wait for their link?
    async fn waiting(&mut self, since: Timestamp) -> Result<Vec<TenantId>, Failure>;

    /// Who has records, links or checkpoints?
    async fn recorded(&mut self) -> Result<Vec<TenantId>, Failure>;
}

/// Makes checkpoints; `keys` implements it.
pub trait CheckpointSigner {
    async fn sign(&self, claims: &Claims) -> Result<String, Failure>;
}

/// Reads checkpoints back; `keys` implements it, with the public keys of all times.
pub trait CheckpointVerifier {
    /// `None` unless every part of it is as it was signed.
    fn claims(&self, token: &str) -> Option<Claims>;
}

/// How much of the log is read at once, and what of it.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    pub kind: Option<&'a str>,
    pub limit: i64,
}

/// A stretch of records, counted.
#[derive(Clone, Debug)]
pub struct Stretch {
    pub last_id: String,
    pub unlinked: i64,
    /// Of those, older than they should be.
    pub late: i64,
    pub first_late: Option<String>,
}

/// A stretch of details, looked through.
#[derive(Clone, Debug)]
pub struct Astray {
    pub last_id: String,
    pub first: Option<String>,
}
