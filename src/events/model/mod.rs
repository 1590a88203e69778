//! What can happen, who does it, and how records stand in the chain; at the foot, how they are kept.

mod event;

pub use event::{Entry, Event, Fact, Name, Target};

use crate::kernel::ids::{ClientId, NodeId, RequestId, UserId};

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
}

impl Actor {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::System { .. } => "system",
            Self::Cli { .. } => "cli",
            Self::Client { .. } => "client",
            Self::User { .. } => "user",
        }
    }

    pub fn id(&self) -> &str {
        match self {
            Self::System { node } => node.as_str(),
            Self::Cli { user } => user.as_str(),
            Self::Client { client } => client.as_str(),
            Self::User { user } => user.as_str(),
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
