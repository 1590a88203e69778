//! The authorization server.
//!
//! | endpoint | folder | specification |
//! |---|---|---|
//! | `/.well-known/openid-configuration` | `discovery` | OIDC Discovery §4 |
//! | `/.well-known/oauth-authorization-server` | `discovery` | RFC 8414 §3 |
//! | `/authorize` | `authorize` | RFC 6749 §3.1, OIDC Core §3.1.2 |
//! | `/oauth/token` | `token` | RFC 6749 §3.2 |
//! | `/oauth/introspect` | `introspection` | RFC 7662 §2 |
//! | `/oauth/revoke` | `revocation` | RFC 7009 §2 |

pub mod authorize;
pub mod belief;
pub mod claims;
pub mod clients;
pub mod consent;
pub mod credential;
pub mod discovery;
pub mod engine;
pub mod error;
pub mod forget;
pub mod ground;
pub mod http;
pub mod introspection;
pub mod listen;
pub mod model;
pub mod parameters;
pub mod realm;
pub mod revocation;
pub mod scope;
mod store;
pub mod token;

use crate::platform::storage::Statement;

/// What the stores below send to a database; `token` has a list of its own.
pub(crate) const STATEMENTS: &[&[Statement]] =
    &[clients::STATEMENTS, authorize::STATEMENTS, consent::STATEMENTS, store::STATEMENTS];
