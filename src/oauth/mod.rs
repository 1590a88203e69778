//! The authorization server.
//!
//! | endpoint | folder | specification |
//! |---|---|---|
//! | `/.well-known/openid-configuration` | `discovery` | OIDC Discovery §4 |
//! | `/.well-known/oauth-authorization-server` | `discovery` | RFC 8414 §3 |

pub mod clients;
pub mod discovery;
pub mod engine;
pub mod error;
pub mod model;
pub mod parameters;
pub mod realm;
pub mod scope;
