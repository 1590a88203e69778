//! The demo applications of `vestibule dev`: two web applications, a machine, and an API that it calls.
//!
//! ```text
//! pages/ ─ relying_party.rs  sign-in by the openidconnect crate; telling.rs words it  ┐
//!        ─ leaving.rs        signing out everywhere, and being told of it             │
//!        ─ machine.rs        client credentials, and the call                         ├ wire.rs  HTTP, written down
//!        ─ api.rs            the guard of the API                                     ┘
//! ```
//!
//! They know the server as any application does: by its address and by what it publishes.

pub mod api;
mod jwt;
mod leaving;
pub mod machine;
pub mod model;
pub mod pages;
pub mod relying_party;
mod telling;
pub mod wire;
