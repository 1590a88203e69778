//! What happened: recorded with the change, linked into a chain, verified, exported.
//!
//! ```text
//! work.record(&event, &context)   record.rs   one row of `events`, in the commit of the change
//! ```

pub mod model;
pub mod record;

pub use model::{Actor, Context, Event, Events, Name};
