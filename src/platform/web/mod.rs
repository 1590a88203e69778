//! Everything between a socket and a page: listening, limits, headers, refusals, files.
//!
//! ```text
//! TcpListener → server.rs    accept, TLS (tls.rs), patience with slow peers (pace.rs), graceful stop (stop.rs)
//!   └ middleware.rs          around every route: who calls (client_ip.rs), to which host (hosts.rs), how much
//!       │                    (limits.rs); afterwards refusals.rs with problem.rs or page.rs, headers.rs, meter.rs
//!       └ the routes         health.rs, assets.rs and those of the capabilities
//! ```
//!
//! Nothing here builds a URL from what a request says (D-10).

pub mod arrival;
pub mod assets;
pub mod client_ip;
pub mod csrf;
pub mod document;
pub mod forms;
pub mod headers;
pub mod health;
pub mod hosts;
pub mod layered;
pub mod limits;
mod meter;
pub mod middleware;
mod pace;
pub mod page;
pub mod problem;
mod refusals;
pub mod sample;
pub mod server;
pub mod stop;
pub mod stopwatch;
#[cfg(test)]
mod tests;
pub mod tls;
pub mod tongue;
mod wording;
