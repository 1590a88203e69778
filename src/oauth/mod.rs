//! The authorization server.
//!
//! | endpoint | folder | specification |
//! |---|---|---|
//! | `/.well-known/openid-configuration` | `discovery` | OIDC Discovery §4 |
//! | `/.well-known/oauth-authorization-server` | `discovery` | RFC 8414 §3 |
//! | `/oauth/token` | `token` | RFC 6749 §3.2 |

pub mod authorize;
pub mod claims;
pub mod clients;
pub mod credential;
pub mod discovery;
pub mod engine;
pub mod error;
pub mod ground;
pub mod http;
pub mod model;
pub mod parameters;
pub mod realm;
pub mod scope;
pub mod token;
