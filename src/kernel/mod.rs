//! The shared words: identifiers, time, secrets, failure. No framework, no input or output.

pub mod email;
pub mod failure;
pub mod ids;
pub mod moment;
pub mod secret;
pub mod time;
pub mod uri;
