//! Work that is not a request: what is done again and again, and what is done once, later.

mod model;
mod queue;
mod rhythm;
mod store;

pub use model::{Job, Jobs, Outcome};
pub use queue::{Kinds, Run, forget_ended, work_off};
pub use rhythm::{Task, Tasks, Who, pause, rest};
pub(crate) use store::STATEMENTS;

use crate::kernel::failure::Failure;
use std::pin::Pin;

/// What a task or a job's kind runs: kept in a list, and therefore boxed.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;
