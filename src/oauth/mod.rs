//! The authorization server.
//!
//! | endpoint | folder | specification |
//! |---|---|---|
//! | `/.well-known/openid-configuration` | `discovery` | OIDC Discovery §4 |
//! | `/.well-known/oauth-authorization-server` | `discovery` | RFC 8414 §3 |
//! | `/authorize` | `authorize` | RFC 6749 §3.1, OIDC Core §3.1.2 |
//! | `/oauth/par` | `par` | RFC 9126 §2 |
//! | `/oauth/register` | `registration` | RFC 7591 §3 |
//! | `/oauth/token` | `token` | RFC 6749 §3.2 |
//! | `/oauth/introspect` | `introspection` | RFC 7662 §2 |
//! | `/oauth/revoke` | `revocation` | RFC 7009 §2 |
//! | `/oauth/userinfo` | `userinfo` | OIDC Core §5.3 |
//! | `/oauth/session` | `session` | OIDC Session Management §3.3 |
//! | `/logo` | `logos` | OIDC Registration §2 |
//! | `/oauth/logout` | `logout` | OIDC RP-Initiated Logout §2 |

pub mod authorize;
pub mod bearer;
pub mod behind;
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
pub mod logos;
pub mod logout;
pub mod model;
pub mod par;
pub mod origins;
pub mod parameters;
pub mod person;
pub mod realm;
pub mod refused;
pub mod registration;
pub mod resources;
pub mod revocation;
pub mod scope;
pub mod session;
mod store;
pub mod subject;
pub mod token;
pub mod userinfo;

use crate::platform::storage::Statement;

/// What the stores below send to a database; `token` has a list of its own.
pub(crate) const STATEMENTS: &[&[Statement]] = &[
    clients::STATEMENTS,
    authorize::STATEMENTS,
    par::STATEMENTS,
    refused::STATEMENTS,
    registration::STATEMENTS,
    resources::STATEMENTS,
    consent::STATEMENTS,
    origins::STATEMENTS,
    logos::STATEMENTS,
    logout::STATEMENTS,
    store::STATEMENTS,
];
