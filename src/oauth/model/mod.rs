//! The words that all endpoints share (RFC 6749 §1.2, §3.3; OIDC Core §2).

mod scope;
mod words;

pub use scope::{MalformedScope, Scope};
pub use words::{GrantType, Profile, ResponseMode, ResponseType};
